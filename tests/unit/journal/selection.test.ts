import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { chosenFiles, selectLines } from '../../../src/journal/selection.js'
import { openJournal, record, records } from '../../support/journal-records.js'
import { tempDir } from '../../support/temp-dir.js'

/** Lines 1 to 9: opened, checkpoint, 0@0, 0@1 (rejected), 1@0, 1@1 (rejected), 1@2, gap, closed. */
async function journalFile(): Promise<string> {
  const eventsFile = join(tempDir(), 'tracker.events')
  const journal = await openJournal(eventsFile)
  await journal.append([record(0), record(1, { value: 'no JSON' })])
  await journal.append([
    record(0, { partition: 1 }),
    record(1, { partition: 1, value: '{}' }),
    record(2, { partition: 1 }),
  ])
  journal.reach({ topic: 'orders', partition: 1 }, 9)
  await journal.close()
  return eventsFile
}

const seqs = (files: string[], args: Record<string, unknown> = {}): number[] =>
  Array.from(selectLines(files, args), ({ entry }) => entry.seq)

test.each<[Record<string, unknown>, number[]]>([
  [{}, [1, 2, 3, 4, 5, 6, 7, 8, 9]],
  [{ partition: 1 }, [5, 6, 7]],
  [{ partition: 5 }, []],
  [{ rejected: true }, [4, 6]],
  [{ rejected: true, partition: 1 }, [6]],
  [{ 'from-seq': 3, 'to-seq': 5 }, [3, 4, 5]],
  [{ 'from-seq': 8 }, [8, 9]],
  [{ 'to-seq': 0 }, []],
  [{ limit: 2 }, [1, 2]],
  [{ limit: 1, partition: 1 }, [5]],
  [{ limit: 0 }, []],
])('of a journal, %j selects the lines %j', async (args, expected) => {
  expect(seqs([await journalFile()], args)).toEqual(expected)
})

test('lines are given as they stand, over all files, and an unfinished one is left out', async () => {
  const eventsFile = await journalFile()
  const text = readFileSync(eventsFile, 'utf8')
  const growing = join(tempDir(), 'growing')
  writeFileSync(growing, `${text}{"timestamp":`)
  const found = Array.from(selectLines([eventsFile, growing], {}), ({ line }) => `${line}\n`).join('')
  expect(found).toBe(text + text)
  expect(seqs([eventsFile, eventsFile], { limit: 10 })).toHaveLength(10)
})

test('a whole line that is no entry is refused with its number, unless the limit comes first', async () => {
  const eventsFile = await journalFile()
  writeFileSync(eventsFile, readFileSync(eventsFile, 'utf8').replace('\n{', '\n['))
  expect(() => seqs([eventsFile])).toThrow(expect.objectContaining({ exit: 76 }))
  expect(() => seqs([eventsFile])).toThrow(`line 2 of ${eventsFile} is not a journal entry`)
  expect(seqs([eventsFile], { limit: 1 })).toEqual([1])
})

test.each([
  ['partition', -1],
  ['from-seq', 1.5],
  ['to-seq', Number.NaN],
  ['limit', [1, 2]],
])('--%s %j is refused with 78, naming the flag', async (flag, value) => {
  const file = await journalFile()
  expect(() => seqs([file], { [flag]: value })).toThrow(expect.objectContaining({ exit: 78 }))
  expect(() => seqs([file], { [flag]: value })).toThrow(
    `--${flag} is "${value}": expected a whole number from 0`,
  )
})

test('files that are named are taken, a missing one is a file error; else the journal of the settings', async () => {
  const eventsFile = await journalFile()
  expect(chosenFiles({ files: [eventsFile, eventsFile] })).toEqual([eventsFile, eventsFile])
  expect(() => chosenFiles({ files: [eventsFile, '/nowhere/x'] })).toThrow(
    expect.objectContaining({ exit: 74, message: '/nowhere/x: no such file' }),
  )
  writeFileSync(`${eventsFile}.000001`, '')
  expect(chosenFiles({ events: eventsFile })).toEqual([`${eventsFile}.000001`, eventsFile])
  const empty = tempDir()
  expect(() => chosenFiles({ dir: empty })).toThrow(
    expect.objectContaining({
      exit: 1,
      message: expect.stringContaining(`no journal at ${join(empty, 'tracker.events')} yet`),
    }),
  )
})

test('records of a partition are told from lines about it', async () => {
  const eventsFile = join(tempDir(), 'tracker.events')
  const journal = await openJournal(eventsFile)
  await journal.append(records(0, 0))
  await journal.startEpoch({ topic: 'orders', partition: 0 }, 'content_differs', 0)
  await journal.close()
  expect(seqs([eventsFile], { partition: 0 })).toEqual([3])
})
