import { join } from 'node:path'
import { expect, test } from 'vitest'
import { recordDigest } from '../../../../src/shared/journal/fingerprint.js'
import { openJournal, record, records } from '../../../support/journal-records.js'
import { story } from '../../../support/journal-story.js'
import { readJournal, recordLines } from '../../../support/oracle.js'
import { tempDir } from '../../../support/temp-dir.js'

const P0 = { topic: 'orders', partition: 0 }

const newFile = (): string => join(tempDir(), 'tracker.events')

function collectOffsets() {
  const offsets: number[] = []
  return { offsets, add: ({ offset }: { offset: number }) => void offsets.push(offset) }
}

test('a record that stands in the journal already is dropped, and the result tells which were new', async () => {
  const eventsFile = newFile()
  const journal = await openJournal(eventsFile)
  await journal.append(records(0, 4))
  const again = journal.appending({ records: () => records(2, 6), collect: collectOffsets })
  expect(await journal.append(again)).toMatchObject({ appended: 2, dropped: 3, tooLarge: [] })
  expect(again.collected.offsets).toEqual([5, 6])
  expect(await journal.append(records(0, 6))).toMatchObject({ appended: 0, dropped: 7, tooLarge: [] })
  await journal.close()
  expect(recordLines(readJournal(eventsFile)).map((line) => line['kafka_offset'])).toEqual([
    0, 1, 2, 3, 4, 5, 6,
  ])
})

test('partitions and topics keep positions of their own', async () => {
  const journal = await openJournal(newFile())
  await journal.append(records(5, 6))
  await journal.append(records(0, 2, { partition: 1 }))
  await journal.append(records(9, 9, { topic: 'returns' }))
  expect(
    [P0, { topic: 'orders', partition: 1 }, { topic: 'returns', partition: 0 }].map((ref) =>
      journal.nextOffset(ref),
    ),
  ).toEqual([7, 3, 10])
  expect(journal.nextOffset({ topic: 'orders', partition: 2 })).toBeNull()
  await journal.close()
})

test('a hole before a record becomes one gap right before it', async () => {
  const eventsFile = newFile()
  const journal = await openJournal(eventsFile)
  journal.startAt(P0, 0)
  await journal.append([record(2), record(3), record(7)])
  await journal.close()
  expect(story(eventsFile)).toEqual([
    'opened',
    'checkpoint',
    'gap 0@0-2 compacted_or_transactional',
    '0@2',
    '0@3',
    'gap 0@4-7 compacted_or_transactional',
    '0@7',
    'closed',
  ])
})

test('offsets that were fetched and hold nothing are said at the close, and become one gap with a hole behind them', async () => {
  const eventsFile = newFile()
  const journal = await openJournal(eventsFile)
  await journal.append(records(0, 0))
  journal.reach(P0, 5)
  await journal.append(records(8, 8))
  journal.reach(P0, 12)
  journal.reach(P0, 10)
  await journal.close()
  expect(story(eventsFile).slice(2)).toEqual([
    '0@0',
    'gap 0@1-8 compacted_or_transactional',
    '0@8',
    'gap 0@9-12 compacted_or_transactional',
    'closed',
  ])
  const again = await openJournal(eventsFile)
  expect(again.nextOffset(P0)).toBe(12)
  await again.close()
})

test('what retention took is a gap of its own reason', async () => {
  const eventsFile = newFile()
  const journal = await openJournal(eventsFile)
  await journal.append(records(0, 0))
  await journal.skip(P0, 100, 'retention')
  expect(journal.nextOffset(P0)).toBe(100)
  await journal.close()
  expect(story(eventsFile)).toContain('gap 0@1-100 retention')
})

test('a new epoch takes the same offsets again and forgets what was compared and reached before', async () => {
  const eventsFile = newFile()
  const journal = await openJournal(eventsFile)
  await journal.append(records(0, 9))
  journal.reach(P0, 50)
  await journal.startEpoch(P0, 'content_differs', 0)
  expect(journal.epoch(P0)).toBe(1)
  expect(journal.recent.of('orders', 0)).toEqual([])
  expect((await journal.append(records(0, 1, { value: 'other' }))).appended).toBe(2)
  await journal.close()
  expect(story(eventsFile).slice(12)).toEqual(['epoch 1 0@0 content_differs', '0@0', '0@1', 'closed'])
})

test('the first cluster is noted without an epoch, the same one not again, another begins an epoch of what is known', async () => {
  const eventsFile = newFile()
  const journal = await openJournal(eventsFile)
  const earliest = [0, 1].map((partition) => ({ topic: 'orders', partition, offset: partition * 3 }))
  expect(await journal.enterCluster('A', earliest)).toBeNull()
  await journal.append(records(0, 4))
  expect(await journal.enterCluster('A', earliest)).toBeNull()
  expect(await journal.enterCluster('B', earliest)).toBe('A')
  expect(journal.epoch(P0)).toBe(1)
  expect(journal.recent.of('orders', 0)).toEqual([])
  await journal.append(records(0, 0))
  await journal.close()
  expect(story(eventsFile).slice(2)).toEqual([
    'cluster A',
    '0@0',
    '0@1',
    '0@2',
    '0@3',
    '0@4',
    'cluster B',
    'epoch 1 0@0 cluster_changed',
    '0@0',
    'closed',
  ])
})

test('what was reached on a cluster is not taken for reached when that cluster comes back', async () => {
  const eventsFile = newFile()
  const journal = await openJournal(eventsFile)
  const earliest = [{ ...P0, offset: 0 }]
  await journal.enterCluster('A', earliest)
  await journal.append(records(0, 4))
  journal.reach(P0, 100)
  await journal.enterCluster('B', earliest)
  await journal.enterCluster('A', earliest)
  await journal.append(records(0, 0))
  await journal.close()
  expect(story(eventsFile).filter((line) => line.startsWith('gap'))).toEqual([])
  expect(story(eventsFile).slice(-3)).toEqual(['epoch 2 0@0 cluster_changed', '0@0', 'closed'])
})

test('a partition that an epoch of another cluster knows goes on counting epochs, whoever says where it begins', async () => {
  const eventsFile = newFile()
  const journal = await openJournal(eventsFile)
  await journal.enterCluster('A', [])
  await journal.append(records(0, 0))
  await journal.append(records(0, 0, { partition: 1 }))
  for (const partition of [0, 1])
    await journal.startEpoch({ topic: 'orders', partition }, 'content_differs', 0)
  // Neither partition is there yet when the other cluster is entered.
  await journal.enterCluster('B', [])
  journal.startAt(P0, 0)
  await journal.append(records(0, 0))
  await journal.append(records(0, 0, { partition: 1 }))
  expect([0, 1].map((partition) => journal.epoch({ topic: 'orders', partition }))).toEqual([1, 1])
  await journal.close()
  await (await openJournal(eventsFile)).close()
})

test('a partition that comes from another instance begins where that one stopped', async () => {
  const eventsFile = newFile()
  const journal = await openJournal(eventsFile)
  await journal.append(records(0, 0))
  await journal.takeOver(P0, { offset: 40, instance: 'b', epoch: 0 })
  expect(journal.nextOffset(P0)).toBe(40)
  await journal.append(records(40, 40))
  await journal.close()
  expect(story(eventsFile).slice(2)).toEqual(['0@0', 'assigned 0@40 b', '0@40', 'closed'])
})

test('an epoch that another instance counts further is taken over with the position', async () => {
  const eventsFile = newFile()
  const journal = await openJournal(eventsFile)
  await journal.append(records(0, 20))
  await journal.takeOver(P0, { offset: 5, instance: 'b', epoch: 3 })
  expect([journal.epoch(P0), journal.nextOffset(P0)]).toEqual([3, 5])
  expect(journal.recent.of('orders', 0)).toEqual([])
  await journal.append(records(5, 5))
  await journal.takeOver(P0, { offset: 9, instance: 'c', epoch: 2 })
  expect([journal.epoch(P0), journal.nextOffset(P0)]).toEqual([3, 9])
  await journal.close()
  await (await openJournal(eventsFile)).close()
})

test('the last five records of a partition are kept for comparison, the newest first', async () => {
  const journal = await openJournal(newFile())
  const given = records(0, 7)
  await journal.append(given.slice(0, 3))
  await journal.append(given.slice(3))
  expect(journal.recent.of('orders', 0)).toEqual(
    given
      .slice(3)
      .map((each) => ({ offset: each.offset, digest: recordDigest(each) }))
      .reverse(),
  )
  await journal.close()
})

test('what is noted while a write is under way is not lost with it', async () => {
  const eventsFile = newFile()
  const journal = await openJournal(eventsFile)
  await journal.append(records(0, 9))
  const writing = journal.append(records(10, 19))
  journal.startAt({ topic: 'orders', partition: 1 }, 7)
  await Promise.resolve()
  journal.deadLettered(P0, 5)
  journal.startAt({ topic: 'orders', partition: 2 }, 8)
  await writing
  expect(journal.position(P0)).toMatchObject({ next_offset: 20, dlq_next: 5 })
  expect([1, 2].map((partition) => journal.nextOffset({ topic: 'orders', partition }))).toEqual([7, 8])
  await journal.close()
  const listed = readJournal(eventsFile).at(-1)?.['positions'] as { partition: number; dlq_next: number }[]
  expect(listed.map(({ partition, dlq_next }) => [partition, dlq_next])).toEqual([
    [0, 5],
    [1, 7],
    [2, 8],
  ])
})
