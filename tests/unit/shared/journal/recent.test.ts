import { join } from 'node:path'
import { expect, test } from 'vitest'
import { recordDigest } from '../../../../src/shared/journal/fingerprint.js'
import type { IncomingRecord } from '../../../../src/shared/journal/record.js'
import { openJournal, record, records } from '../../../support/journal-records.js'
import { tempDir } from '../../../support/temp-dir.js'

const fingerprints = (given: IncomingRecord[]): object[] =>
  given.map((each) => ({ offset: each.offset, digest: recordDigest(each) })).reverse()

test('a digest tells apart timestamps, keys and values, and nothing from empty', () => {
  const variants: Partial<IncomingRecord>[] = [
    {},
    { timestampMs: '1' },
    { key: null },
    { key: Buffer.from('') },
    { key: Buffer.from('ab'), value: Buffer.from('c') },
    { key: Buffer.from('a'), value: Buffer.from('bc') },
    { value: null },
    { value: Buffer.from('') },
  ]
  const digests = variants.map((given) => recordDigest(record(0, given)))
  expect(new Set(digests).size).toBe(variants.length)
  expect(recordDigest(record(0, { headers: [] }))).toBe(digests[0])
})

test('the last records of a quiet partition are found behind many lines of others', async () => {
  const eventsFile = join(tempDir(), 'tracker.events')
  let journal = await openJournal(eventsFile)
  const quiet = records(7, 9, { partition: 1, value: '\n{"a":1}' })
  const one = [record(0, { partition: 2, value: Buffer.from([0xff]), key: null, timestampMs: '-1' })]
  await journal.append(quiet)
  await journal.append(one)
  // More than is read backwards at once.
  const filler = JSON.stringify({ filler: 'x'.repeat(100_000) })
  await journal.append(records(0, 199, { value: filler }))
  await journal.close()
  journal = await openJournal(eventsFile)
  expect(journal.recent.of('orders', 1)).toEqual(fingerprints(quiet))
  expect(journal.recent.of('orders', 2)).toEqual(fingerprints(one))
  expect(journal.recent.of('orders', 0)).toEqual(fingerprints(records(195, 199, { value: filler })))
  expect(journal.recent.isUnknown('orders', 1)).toBe(false)
  await journal.close()
})

test('a payload that reads like a line of another partition is not taken for one', async () => {
  const eventsFile = join(tempDir(), 'tracker.events')
  let journal = await openJournal(eventsFile)
  const quiet = records(0, 0, { partition: 1 })
  await journal.append(quiet)
  await journal.append(
    records(0, 9, {
      value: '{"event_type":"journal.cluster","kafka_topic":"orders","kafka_partition":1,"x":1}',
    }),
  )
  await journal.close()
  journal = await openJournal(eventsFile)
  expect(journal.recent.of('orders', 1)).toEqual(fingerprints(quiet))
  await journal.close()
})

test('what stands before the last epoch of a partition is other content', async () => {
  const eventsFile = join(tempDir(), 'tracker.events')
  let journal = await openJournal(eventsFile)
  await journal.append(records(0, 9))
  await journal.append(records(0, 9, { partition: 1 }))
  await journal.startEpoch({ topic: 'orders', partition: 0 }, 'content_differs', 0)
  await journal.append(records(0, 1, { value: '{}' }))
  await journal.close()
  journal = await openJournal(eventsFile)
  expect(journal.recent.of('orders', 0)).toEqual(fingerprints(records(0, 1, { value: '{}' })))
  expect(journal.recent.of('orders', 1)).toHaveLength(5)
  await journal.close()
})

test('records of another cluster are never compared, also of a partition that had no epoch', async () => {
  const eventsFile = join(tempDir(), 'tracker.events')
  let journal = await openJournal(eventsFile)
  await journal.enterCluster('A', [])
  await journal.append(records(0, 9))
  await journal.enterCluster('B', [])
  journal.startAt({ topic: 'orders', partition: 0 }, 0)
  expect(journal.recent.of('orders', 0)).toEqual([])
  await journal.close()
  journal = await openJournal(eventsFile)
  expect(journal.recent.of('orders', 0)).toEqual([])
  expect(journal.recent.isUnknown('orders', 0)).toBe(false)
  await journal.close()
})
