/**
 * Goal: the last records of a partition are found however far back they are, and never those of another epoch.
 * Method: journals made of random appends, gaps, epochs, checkpoints and rotations, looked through in tiny stretches
 * and compared with a reading of every line.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RECENT_RECORDS_MAX } from '../../../../src/shared/journal/fingerprint.js'
import { lastRecords } from '../../../../src/shared/journal/last-records.js'
import { journalFiles } from '../../../../src/shared/journal/names.js'
import { FakeClock } from '../../../support/fake-clock.js'
import { openJournal, records } from '../../../support/journal-records.js'
import { readJournal } from '../../../support/oracle.js'
import { tempDir } from '../../../support/temp-dir.js'

const PARTITIONS = [0, 1, 2, 3]

type Step =
  | { do: 'append'; partition: number; count: number }
  | { do: 'skip'; partition: number }
  | { do: 'epoch'; partition: number }
  | { do: 'checkpoint' }
  | { do: 'rotate' }

const partition = fc.constantFrom(...PARTITIONS)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      partition,
      count: fc.integer({ min: 1, max: 7 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('skip' as const), partition }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('epoch' as const), partition }) },
  { weight: 4, arbitrary: fc.constantFrom<Step>({ do: 'checkpoint' }, { do: 'rotate' }) },
)

async function journalOf(steps: Step[]): Promise<string> {
  const eventsFile = join(tempDir(), 'tracker.events')
  const clock = new FakeClock()
  const journal = await openJournal(eventsFile, { clock })
  await journal.enterCluster('A', [])
  for (const each of steps) {
    if (each.do === 'rotate') await journal.rotate()
    else if (each.do === 'checkpoint') {
      clock.advance(60_000)
      await journal.checkpointIfDue()
    } else {
      const ref = { topic: 'orders', partition: each.partition }
      const next = journal.nextOffset(ref) ?? 0
      if (each.do === 'append')
        await journal.append(records(next, next + each.count - 1, { partition: each.partition }))
      else if (each.do === 'epoch') await journal.startEpoch(ref, 'content_differs', 0)
      else if (journal.nextOffset(ref) !== null) await journal.skip(ref, next + 3, 'retention')
    }
  }
  await journal.close()
  return eventsFile
}

/** Offsets of the partition's records in its newest epoch, by reading every line. */
function offsetsOf(eventsFile: string, wanted: number): number[] {
  const offsets: number[] = []
  for (const line of journalFiles(eventsFile).flatMap(readJournal)) {
    if (line['kafka_partition'] !== wanted) continue
    if (line.event_type === 'journal.epoch') offsets.length = 0
    else if (line.event_type.startsWith('message.received')) offsets.push(Number(line['kafka_offset']))
  }
  return offsets
}

test('what is found by checkpoints is what a reading of all lines finds', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 40 }),
      fc.integer({ min: 1, max: 6_000 }),
      async (steps, bytes) => {
        const eventsFile = await journalOf(steps)
        const journal = await openJournal(eventsFile)
        const found = lastRecords(eventsFile, journal.state, bytes)
        await journal.close()
        for (const each of found) {
          const all = offsetsOf(eventsFile, each.partition)
          const offsets = each.found.map(({ offset }) => offset)
          expect(each.isUnknown).toBe(false)
          expect(offsets.length > 0, `partition ${each.partition} of ${all.length} records`).toBe(
            all.length > 0,
          )
          expect(offsets.length).toBeLessThanOrEqual(RECENT_RECORDS_MAX)
          expect(offsets).toEqual(all.slice(all.length - offsets.length))
        }
      },
    ),
    { numRuns: 60 },
  )
})

test('where the files with the last records are gone, that is said', async () => {
  const eventsFile = join(tempDir(), 'tracker.events')
  const journal = await openJournal(eventsFile)
  await journal.enterCluster('A', [])
  await journal.append(records(0, 2))
  await journal.append(records(0, 2, { partition: 1 }))
  const sealed = await journal.rotate()
  await journal.append(records(3, 4))
  const { state } = journal
  await journal.close()
  rmSync(sealed, { force: true })
  expect(lastRecords(eventsFile, state)).toMatchObject([
    { partition: 0, isUnknown: false, found: [{ offset: 3 }, { offset: 4 }] },
    { partition: 1, isUnknown: true, found: [] },
  ])
})
