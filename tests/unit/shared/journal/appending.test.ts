/**
 * Goal: lines that are made ahead of their turn are those that are made in their turn, and made once.
 * Method: the same steps on two journals, one of which is told ahead what comes; records that count how often they are asked for.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Appending } from '../../../../src/shared/journal/appending.js'
import type { Journal } from '../../../../src/shared/journal/journal.js'
import { openJournal, records } from '../../../support/journal-records.js'
import { tempDir } from '../../../support/temp-dir.js'

const newFile = (): string => join(tempDir(), 'tracker.events')

/** Records at some offsets, and how often they were asked for. */
function counted(journal: Journal, from: number, to: number, partition = 0) {
  let asked = 0
  const given = records(from, to, { partition })
  const all = () => {
    asked += 1
    return given
  }
  const appending = journal.appending({ records: all, collect: () => ({ add: () => {} }) })
  return { appending, asked: () => asked }
}

test('while one is written the next is made, and is not made again', async () => {
  const journal = await openJournal(newFile())
  const first = counted(journal, 0, 200)
  const second = counted(journal, 201, 400)
  const third = counted(journal, 401, 402)
  const written = journal.append(first.appending)
  journal.ahead(second.appending)
  journal.ahead(third.appending)
  await written
  expect([first, second, third].map(({ asked }) => asked())).toEqual([1, 1, 0])
  await journal.append(second.appending)
  await journal.append(third.appending)
  expect([first, second, third].map(({ asked }) => asked())).toEqual([1, 1, 1])
  expect(journal.state.totals.records).toBe(403)
  await journal.close()
})

test('what was made ahead is made again where something else was written first', async () => {
  const journal = await openJournal(newFile())
  const first = counted(journal, 0, 200)
  const second = counted(journal, 201, 400)
  const written = journal.append(first.appending)
  journal.ahead(second.appending)
  await written
  await journal.skip({ topic: 'orders', partition: 0 }, 300, 'undecodable')
  expect(await journal.append(second.appending)).toMatchObject({ appended: 101, dropped: 99 })
  expect(second.asked()).toBe(2)
  await journal.close()
})

test('what is told ahead and never comes does not stand in the way of what does', async () => {
  const journal = await openJournal(newFile())
  const first = counted(journal, 0, 200)
  const never = counted(journal, 900, 901)
  const second = counted(journal, 201, 202)
  const third = counted(journal, 203, 204)
  journal.ahead(never.appending)
  journal.ahead(second.appending)
  await journal.append(first.appending)
  const written = journal.append(second.appending)
  journal.ahead(third.appending)
  await written
  await journal.append(third.appending)
  expect([second, third].map(({ asked }) => asked())).toEqual([1, 1])
  expect(journal.nextOffset({ topic: 'orders', partition: 0 })).toBe(205)
  await journal.close()
})

test('several are one write, each with what became of its own records', async () => {
  const journal = await openJournal(newFile())
  await journal.append(records(0, 3))
  const some = [counted(journal, 2, 5), counted(journal, 0, 1, 1), counted(journal, 6, 6)]
  await journal.appendAll(some.map(({ appending }) => appending))
  expect(some.map(({ appending: { result } }) => [result.appended, result.dropped])).toEqual([
    [2, 2],
    [2, 0],
    [1, 0],
  ])
  expect(journal.recent.of('orders', 0).map(({ offset }) => offset)).toEqual([6, 5, 4, 3, 2])
  await journal.close()
})

/** A batch of so many records for a partition, or something else that is written between batches. */
type Step = { partition: number; count: number } | 'gap' | 'epoch' | 'rotate'

/** Does the steps; returns the bytes of the file that is open at the end. */
async function play(steps: Step[], isAhead: boolean): Promise<string> {
  const eventsFile = newFile()
  const journal = await openJournal(eventsFile)
  const next = [0, 0]
  const later: Appending[] = steps.flatMap((step) => {
    if (typeof step === 'string') return []
    const from = next[step.partition] ?? 0
    next[step.partition] = from + step.count
    return [counted(journal, from, from + step.count - 1, step.partition).appending]
  })
  const told = [...later]
  const tell = (): void => {
    const appending = told.shift()
    if (isAhead && appending) journal.ahead(appending)
  }
  for (const _ of [1, 2]) tell()
  const done: Promise<unknown>[] = []
  for (const step of steps) {
    if (typeof step !== 'string') {
      done.push(journal.append(later.shift() as Appending))
      tell()
      if (step.count % 2 === 0) await done.at(-1)
      continue
    }
    await Promise.all(done)
    const ref = { topic: 'orders', partition: 1 }
    const at = journal.nextOffset(ref)
    if (step === 'rotate') await journal.rotate()
    else if (at !== null && step === 'gap') await journal.skip(ref, at + 2, 'undecodable')
    else if (at !== null) await journal.startEpoch(ref, 'unverifiable', at)
  }
  await Promise.all(done)
  await journal.close()
  return readFileSync(eventsFile, 'utf8')
}

test('the journal is the same, byte for byte, whatever is told ahead', async () => {
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 5, arbitrary: fc.record({ partition: fc.nat(1), count: fc.integer({ min: 1, max: 12 }) }) },
    { weight: 1, arbitrary: fc.constantFrom<Step>('gap', 'epoch', 'rotate') },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const names = /tracker\.events-[^"]*/g
      const [ahead, inTurn] = [await play(steps, true), await play(steps, false)]
      expect(ahead.replace(names, '')).toBe(inTurn.replace(names, ''))
    }),
    { numRuns: 30 },
  )
})
