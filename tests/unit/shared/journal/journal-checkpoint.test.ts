/**
 * Goal: checkpoints come when they are due, say what all lines before them add up to, and a journal that is opened
 * again knows exactly what it knew before, however it ended.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isRecordEntry, type JournalEntry } from '../../../../src/shared/contract/journal-entry.js'
import { CHECKPOINT_BYTES_MAX, CHECKPOINT_LINES_MAX } from '../../../../src/shared/contract/limits.js'
import type { JournalState } from '../../../../src/shared/journal/state.js'
import { FakeClock } from '../../../support/fake-clock.js'
import { openJournal, record, records } from '../../../support/journal-records.js'
import { story } from '../../../support/journal-story.js'
import { chainFaults, type JournalLine, readJournal, recordLines } from '../../../support/oracle.js'
import { order } from '../../../support/order-builder.js'
import { tempDir } from '../../../support/temp-dir.js'

const P0 = { topic: 'orders', partition: 0 }
const newFile = (): string => join(tempDir(), 'tracker.events')

const seqsOf = (eventsFile: string, eventType: string): number[] =>
  readJournal(eventsFile)
    .filter((line) => line.event_type === eventType)
    .map((line) => line.seq)

/** Counts lines anew, by the words of formats.md. */
function totalsOf(lines: JournalLine[]): object {
  const rejected = new Map<string, number>()
  const byEventType = new Map<string, number>()
  const totals = { records: 0, accepted: 0, bytes: 0 }
  const add = (counts: Map<string, number>, name: string) => counts.set(name, (counts.get(name) ?? 0) + 1)
  for (const line of lines as unknown as JournalEntry[]) {
    if (!isRecordEntry(line)) continue
    totals.records += 1
    totals.bytes += line.message_size
    if (line.error) add(rejected, line.error.code)
    else {
      totals.accepted += 1
      const metadata = line.order_full?.['metadata'] as { event_type: string } | undefined
      add(byEventType, metadata?.event_type ?? '(none)')
    }
  }
  return { ...totals, rejected: Object.fromEntries(rejected), by_event_type: Object.fromEntries(byEventType) }
}

const plain = ({ positions, ...state }: Readonly<JournalState>): object => ({
  ...state,
  positions: [...positions].sort(),
})

test('a checkpoint is written after 10,000 lines, in the middle of a batch too', async () => {
  const eventsFile = newFile()
  const journal = await openJournal(eventsFile)
  await journal.append(records(0, CHECKPOINT_LINES_MAX + 4, { value: '{}' }))
  await journal.append(records(CHECKPOINT_LINES_MAX + 5, 2 * CHECKPOINT_LINES_MAX + 1, { value: '{}' }))
  await journal.close()
  // Lines 1 and 2 open the file; each checkpoint begins the count anew.
  expect(seqsOf(eventsFile, 'journal.checkpoint')).toEqual([
    2,
    CHECKPOINT_LINES_MAX + 3,
    2 * CHECKPOINT_LINES_MAX + 4,
  ])
  expect(chainFaults(eventsFile)).toEqual([])
})

test('a checkpoint is written after 8 MiB, counted over batches and starts', async () => {
  const eventsFile = newFile()
  const value = JSON.stringify({ filler: 'x'.repeat(1024 * 1024) })
  let journal = await openJournal(eventsFile)
  await journal.append(records(0, 3, { value }))
  await journal.close()
  journal = await openJournal(eventsFile)
  await journal.append(records(4, 6, { value }))
  expect(seqsOf(eventsFile, 'journal.checkpoint')).toEqual([2])
  await journal.append(records(7, 8, { value }))
  await journal.close()
  expect(CHECKPOINT_BYTES_MAX).toBe(8 * 1024 * 1024)
  expect(story(eventsFile).slice(-4)).toEqual(['0@7', 'checkpoint', '0@8', 'closed'])
})

test('a checkpoint is written after 60 s with new records, and never without', async () => {
  const eventsFile = newFile()
  const clock = new FakeClock()
  const journal = await openJournal(eventsFile, { clock })
  clock.advance(60_000)
  await journal.checkpointIfDue()
  await journal.append(records(0, 0))
  await journal.checkpointIfDue()
  expect(seqsOf(eventsFile, 'journal.checkpoint')).toEqual([2, 4])
  await journal.append(records(1, 1))
  clock.advance(59_999)
  await journal.checkpointIfDue()
  expect(seqsOf(eventsFile, 'journal.checkpoint')).toEqual([2, 4])
  clock.advance(1)
  await journal.checkpointIfDue()
  clock.advance(60_000)
  await journal.checkpointIfDue()
  expect(seqsOf(eventsFile, 'journal.checkpoint')).toEqual([2, 4, 6])
  await journal.close()
})

test('a checkpoint says the gaps that are known before it lists positions', async () => {
  const eventsFile = newFile()
  const clock = new FakeClock()
  const journal = await openJournal(eventsFile, { clock })
  await journal.append(records(0, 0))
  journal.reach(P0, 5)
  journal.deadLettered(P0, 1)
  clock.advance(60_000)
  await journal.checkpointIfDue()
  await journal.abandon()
  expect(story(eventsFile).slice(-3)).toEqual(['0@0', 'gap 0@1-5 compacted_or_transactional', 'checkpoint'])
  expect(readJournal(eventsFile).at(-1)?.['positions']).toEqual([
    { cluster_id: '', topic: 'orders', partition: 0, epoch: 0, next_offset: 5, dlq_next: 1 },
  ])
})

test('totals of every checkpoint are what all lines before it add up to, over starts and epochs', async () => {
  const eventsFile = newFile()
  const clock = new FakeClock()
  const values = [
    JSON.stringify(order(1)),
    JSON.stringify(order(2, { metadata: { event_type: 'order.shipped' } })),
    JSON.stringify(order(3, { metadata: { event_type: 'constructor' } })),
    JSON.stringify(order(4, { total: 0 })),
    'no JSON',
    Buffer.from([0xff]),
    null,
  ]
  for (let start = 0; start < 3; start += 1) {
    const journal = await openJournal(eventsFile, { clock })
    for (let round = 0; round < 2; round += 1) {
      const from = journal.nextOffset(P0) ?? 0
      await journal.append(values.map((value, index) => record(from + index, { value })))
      clock.advance(60_000)
      await journal.checkpointIfDue()
    }
    await journal.startEpoch(P0, 'content_differs', 0)
    await journal.close()
  }
  const lines = readJournal(eventsFile)
  const checkpoints = lines.filter((line) => line.event_type === 'journal.checkpoint')
  expect(checkpoints).toHaveLength(7)
  for (const checkpoint of checkpoints) {
    expect(checkpoint['totals']).toEqual(totalsOf(lines.slice(0, checkpoint.seq)))
  }
  expect(recordLines(lines)).toHaveLength(42)
})

test.each([
  ['closed', true],
  ['abandoned, as after a kill', false],
])('the state after opening again is the state before, when the journal was %s', async (_, isClosed) => {
  const eventsFile = newFile()
  const clock = new FakeClock()
  let journal = await openJournal(eventsFile, { clock })
  await journal.enterCluster('A', [{ ...P0, offset: 0 }])
  await journal.append(records(0, 20))
  await journal.append(records(3, 9, { partition: 1 }))
  clock.advance(60_000)
  await journal.checkpointIfDue()
  await journal.enterCluster('B', [{ ...P0, offset: 2 }])
  await journal.append(records(4, 12))
  await journal.skip(P0, 20, 'retention')
  await journal.takeOver({ topic: 'orders', partition: 1 }, { offset: 30, instance: 'other', epoch: 0 })
  await journal.append(records(30, 30, { partition: 1, value: 'no JSON' }))
  await (isClosed ? journal.close() : journal.abandon())
  const before = plain(journal.state)
  const recent = [0, 1].map((partition) => journal.recent.of('orders', partition))

  journal = await openJournal(eventsFile, { clock })
  const [opened] = readJournal(eventsFile).slice(-1)
  expect(plain(journal.state)).toEqual({ ...before, seq: opened?.seq, hash: opened?.hash })
  expect([0, 1].map((partition) => journal.recent.of('orders', partition))).toEqual(recent)
  expect(journal.torn).toBeNull()
  await journal.close()
  expect(chainFaults(eventsFile)).toEqual([])
  expect(existsSync(`${eventsFile}.lock`)).toBe(false)
})

test('the cluster is still known after a start, where only another cluster has positions', async () => {
  const eventsFile = newFile()
  const clock = new FakeClock()
  let journal = await openJournal(eventsFile, { clock })
  await journal.enterCluster('A', [])
  await journal.append(records(0, 3))
  await journal.enterCluster('B', [])
  clock.advance(60_000)
  await journal.checkpointIfDue()
  await journal.abandon()
  journal = await openJournal(eventsFile, { clock })
  expect(journal.state.clusterId).toBe('B')
  journal.startAt(P0, 0)
  await journal.append(records(0, 3))
  clock.advance(60_000)
  await journal.checkpointIfDue()
  await journal.close()
  journal = await openJournal(eventsFile, { clock })
  expect(journal.state.clusterId).toBe('B')
  expect(
    [...journal.state.positions.values()].map(({ cluster_id, next_offset }) => [cluster_id, next_offset]),
  ).toEqual(
    expect.arrayContaining([
      ['A', 4],
      ['B', 4],
    ]),
  )
  await journal.close()
})
