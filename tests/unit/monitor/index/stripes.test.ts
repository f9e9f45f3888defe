/**
 * Goal: an index that is made of stripes, each read apart, is the index that a reader of line after line makes.
 * Method: random journals of several files, their clocks stepping back, in stripes of any size; then ones that lie.
 */
import { statSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { IndexStore } from '../../../../src/monitor/index/index-store.js'
import { JournalIndex } from '../../../../src/monitor/index/journal-index.js'
import type { IndexEntry } from '../../../../src/monitor/index/segment.js'
import { indexStripe, joins, type StripeFile, stripesOf } from '../../../../src/monitor/index/stripes.js'
import { readJournalEntry } from '../../../../src/monitor/tail/entry-reader.js'
import { journalFiles } from '../../../../src/shared/journal/names.js'
import { readLines } from '../../../../src/shared/journal/read.js'
import { startJournalProcess } from '../../../support/journal-process.js'
import { tempDir } from '../../../support/temp-dir.js'
import { TrackerFiles } from '../../../support/tracker-files.js'

const T0 = Date.parse('2026-11-21T02:15:00.000Z')

const filesOf = ({ eventsFile }: TrackerFiles): StripeFile[] =>
  journalFiles(eventsFile).map((path) => {
    const [first] = readLines(path)
    return { path, firstSeq: (first && readJournalEntry(first.line)?.seq) ?? 0 }
  })

/** Entries of all stripes, joined; with where they stop to go on from each other. */
function inStripes(
  journal: TrackerFiles,
  stripeBytes: number,
): { entries: IndexEntry[]; stoppedAt: number | null } {
  const files = filesOf(journal)
  const sizes = files.map(({ path }) => statSync(path).size)
  const entries: IndexEntry[] = []
  for (const [index, stripe] of stripesOf(sizes, 0, stripeBytes).entries()) {
    const found = indexStripe({ files, stripe, ...(index === 0 ? { last: null } : {}) }, () => {})
    if (!found || !joins(found, entries.at(-1) ?? null)) return { entries, stoppedAt: index }
    entries.push(...found.entries)
  }
  return { entries, stoppedAt: null }
}

/** What a reader of line after line makes of it. */
function lineByLine({ eventsFile }: TrackerFiles): readonly IndexEntry[] {
  const index = new JournalIndex(eventsFile, new IndexStore(eventsFile, []))
  while (index.step());
  index.close()
  return index.entries
}

type Step = { orders: number; stepMs: number } | 'rejected' | 'checkpoint' | 'rotate' | 'clock back'

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ orders: fc.integer({ min: 1, max: 25 }), stepMs: fc.constantFrom(0, 40, 9_000) }),
    fc.constantFrom('rejected', 'checkpoint', 'checkpoint', 'rotate', 'clock back'),
  ),
  { minLength: 3, maxLength: 20 },
)

function write(plan: Step[]): TrackerFiles {
  const files = new TrackerFiles(tempDir())
  let timeMs = T0
  files.writeEvents(files.opened(timeMs), files.checkpoint(timeMs))
  for (const step of plan) {
    timeMs += 1_000
    if (step === 'rotate') files.rotate(timeMs)
    else if (step === 'checkpoint') files.appendEvents(files.checkpoint(timeMs))
    else if (step === 'rejected') files.appendEvents(files.record(Buffer.from('x'), { timeMs }))
    else if (step === 'clock back') timeMs -= 200_000
    else {
      files.appendEvents(files.orders(step.orders, { timeMs, stepMs: step.stepMs }))
      timeMs += step.orders * step.stepMs
    }
  }
  return files
}

test('stripes of any size make the index that a reader of line after line makes', () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 500, max: 60_000 }), (plan, stripeBytes) => {
      const journal = write(plan)
      expect(inStripes(journal, stripeBytes)).toEqual({ entries: lineByLine(journal), stoppedAt: null })
    }),
    { numRuns: 40 },
  )
})

/** Enough for several stripes of 10 kB, and a checkpoint in the middle. */
function withCheckpoint(lie: (files: TrackerFiles) => Buffer): TrackerFiles {
  const files = write([{ orders: 20, stepMs: 0 }, 'checkpoint', { orders: 20, stepMs: 0 }])
  files.appendEvents(lie(files), files.orders(20, { timeMs: T0 + 9_000 }), files.checkpoint(T0 + 9_500))
  return files
}

test('a checkpoint whose time is not that of the lines before it joins nothing', () => {
  const journal = withCheckpoint((files) =>
    files.own(
      {
        event_type: 'journal.checkpoint',
        positions: [],
        totals: files.totals,
        time_max: new Date(T0 - 60_000).toISOString(),
      },
      T0 - 60_000,
    ),
  )
  const { entries, stoppedAt } = inStripes(journal, 10_000)
  expect(stoppedAt).toBeGreaterThan(0)
  expect(entries).toEqual(lineByLine(journal).slice(0, entries.length))
})

test('what is not a file of the journal any more makes nothing', () => {
  const journal = write([{ orders: 20, stepMs: 0 }])
  const [stripe] = stripesOf([1_000_000], 0, 1_000_000)
  const [file] = filesOf(journal)
  const other = { path: file?.path ?? '', firstSeq: 7 }
  expect(indexStripe({ files: [other], stripe: stripe!, last: null }, () => {})).toBeNull()
})

test('threads make the same index, and what they made is where the next one goes on', async () => {
  const journal = write([
    { orders: 25, stepMs: 9_000 },
    'checkpoint',
    { orders: 25, stepMs: 40 },
    'rotate',
    { orders: 25, stepMs: 40 },
  ])
  const process = startJournalProcess(journal.eventsFile)
  const folder = tempDir()
  const command = { do: 'index', folder, threads: 2, stripeBytes: 10_000 } as const
  const first = await process.ask(command)
  const entries = lineByLine(journal)
  expect(first).toMatchObject({ result: { entries, progress: 1, filled: entries.length } })
  journal.appendEvents(journal.orders(25, { timeMs: T0 + 900_000 }), journal.checkpoint(T0 + 901_000))
  const next = await process.ask(command)
  expect(next).toMatchObject({ result: { entries: lineByLine(journal) } })
})
