import { join } from 'node:path'
import { expect, test } from 'vitest'
import { linesSince } from '../../../../src/shared/journal/since.js'
import { openJournal, record, records } from '../../../support/journal-records.js'
import { tempDir } from '../../../support/temp-dir.js'

const P0 = { topic: 'orders', partition: 0 }

test('lines of one partition from an offset on come in order, whatever stands between them', async () => {
  const eventsFile = join(tempDir(), 'tracker.events')
  const journal = await openJournal(eventsFile)
  await journal.append(records(0, 4))
  await journal.append(records(0, 4, { partition: 1 }))
  await journal.append(records(0, 4, { topic: 'returns' }))
  await journal.append([record(7), record(9, { value: 'no JSON' })])
  await journal.close()
  const since = (offset: number): number[] =>
    linesSince(eventsFile, P0, offset).map(({ entry }) => entry.kafka_offset)
  expect(since(3)).toEqual([3, 4, 7, 9])
  expect(since(5)).toEqual([7, 9])
  expect(since(10)).toEqual([])
  expect(since(0)).toEqual([0, 1, 2, 3, 4, 7, 9])
  const [last] = linesSince(eventsFile, P0, 9)
  expect(JSON.parse(last?.line.toString() ?? '')).toEqual(last?.entry)
})

test('only the newest epoch is told', async () => {
  const eventsFile = join(tempDir(), 'tracker.events')
  const journal = await openJournal(eventsFile)
  await journal.append(records(0, 4))
  await journal.startEpoch(P0, 'content_differs', 0)
  await journal.append(records(0, 1, { value: '{}' }))
  await journal.close()
  expect(linesSince(eventsFile, P0, 0).map(({ entry }) => entry.message_size)).toEqual([2, 2])
})
