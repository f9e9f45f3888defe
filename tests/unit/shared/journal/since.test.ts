import { join } from 'node:path'
import { expect, test } from 'vitest'
import { REJECTED_LINES_MAX, rejectedSince } from '../../../../src/shared/journal/since.js'
import { openJournal, record, records } from '../../../support/journal-records.js'
import { tempDir } from '../../../support/temp-dir.js'

const P0 = { topic: 'orders', partition: 0 }
const BAD = { value: 'no JSON' }

/** Offsets of the rejected records that are told. */
const told = async (eventsFile: string, from: number, to = Number.MAX_SAFE_INTEGER): Promise<number[]> =>
  (await rejectedSince(eventsFile, { ...P0, from, to })).lines.map(({ entry }) => entry.kafka_offset)

test('rejected records of one partition come in order, whatever stands between them', async () => {
  const eventsFile = join(tempDir(), 'tracker.events')
  const journal = await openJournal(eventsFile)
  await journal.append([...records(0, 3), record(4, BAD), record(5)])
  await journal.append(records(0, 6, { partition: 1, ...BAD }))
  await journal.append(records(0, 6, { topic: 'returns', ...BAD }))
  await journal.append([record(7, BAD), record(9, { value: '{}' }), record(10)])
  await journal.close()
  expect(await told(eventsFile, 0)).toEqual([4, 7, 9])
  expect(await told(eventsFile, 5)).toEqual([7, 9])
  expect(await told(eventsFile, 4, 9)).toEqual([4, 7])
  expect(await told(eventsFile, 10)).toEqual([])
  const [last] = (await rejectedSince(eventsFile, { ...P0, from: 9, to: 10 })).lines
  expect(JSON.parse(last?.line.toString() ?? '')).toEqual(last?.entry)
})

test('a payload that looks like a line of another place is not taken for one', async () => {
  const eventsFile = join(tempDir(), 'tracker.events')
  const journal = await openJournal(eventsFile)
  const fake =
    '{"timestamp":"x","event_type":"journal.epoch","kafka_topic":"orders","kafka_partition":0,"epoch":9}'
  await journal.append([
    record(0, BAD),
    record(1, { value: fake }),
    record(2, { key: Buffer.from(fake), ...BAD }),
  ])
  await journal.close()
  expect(await told(eventsFile, 0)).toEqual([0, 1, 2])
})

test('the first are told where there are too many to be held at once', async () => {
  const eventsFile = join(tempDir(), 'tracker.events')
  const journal = await openJournal(eventsFile)
  await journal.append(records(0, REJECTED_LINES_MAX * 2 + 5, { value: '' }))
  expect(await told(eventsFile, 3)).toEqual(
    Array.from({ length: REJECTED_LINES_MAX }, (_, index) => index + 3),
  )
  await journal.append(
    [0, 1, 2].map((index) => record(REJECTED_LINES_MAX * 2 + 6 + index, { value: 'x'.repeat(20_000_000) })),
  )
  await journal.close()
  expect(await told(eventsFile, REJECTED_LINES_MAX * 2 + 4)).toEqual(
    [4, 5, 6].map((index) => REJECTED_LINES_MAX * 2 + index),
  )
})

test('files sealed meanwhile are looked into', async () => {
  const eventsFile = join(tempDir(), 'tracker.events')
  const journal = await openJournal(eventsFile)
  await journal.append([record(0, BAD), record(1, BAD)])
  await journal.rotate()
  await journal.append([record(2), record(3, BAD)])
  await journal.close()
  expect(await told(eventsFile, 1)).toEqual([1, 3])
})

test('only the newest epoch is told', async () => {
  const eventsFile = join(tempDir(), 'tracker.events')
  const journal = await openJournal(eventsFile)
  await journal.append(records(0, 4, BAD))
  await journal.startEpoch(P0, 'content_differs', 0)
  await journal.append(records(0, 1, { value: '{}' }))
  await journal.close()
  const { lines } = await rejectedSince(eventsFile, { ...P0, from: 0, to: 99 })
  expect(lines.map(({ entry }) => entry.message_size)).toEqual([2, 2])
})
