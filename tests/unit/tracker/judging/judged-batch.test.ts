/**
 * Goal: what a thread makes of a batch is what the journal would make of its records by itself.
 * Method: arbitrary records, packed and judged as in the thread, against their verdicts and their lines written one by one.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LINE_BYTES_MAX } from '../../../../src/shared/contract/limits.js'
import { judge } from '../../../../src/shared/contract/verdict.js'
import { LineBytes } from '../../../../src/shared/journal/line-bytes.js'
import { type IncomingRecord, writeRecordBody } from '../../../../src/shared/journal/record.js'
import type { FetchedBatch } from '../../../../src/shared/kafka/consumer.js'
import {
  RecordBatch,
  type RecordHeader,
  recordBytesBound,
} from '../../../../src/shared/kafka/record-batch.js'
import { decodeRecords, type PackedRecord } from '../../../../src/shared/kafka/record-decoder.js'
import { judgeBatch } from '../../../../src/tracker/judging/judged-batch.js'
import { judgedRecords } from '../../../../src/tracker/judging/judged-records.js'
import { packBatch } from '../../../../src/tracker/judging/packed-batch.js'
import { anyValue } from '../../../support/arbitraries.js'
import { order } from '../../../support/order-builder.js'

/** Where the records of a batch begin, behind its header. */
const RECORDS_AT = 61
const FIRST_OFFSET = 40

interface Content {
  key: Buffer | null
  value: Buffer | null
  headers: RecordHeader[]
}

const orders = fc
  .constantFrom('order.created', 'order.shipped')
  .map((event_type) => Buffer.from(JSON.stringify(order(1, { metadata: { event_type } }))))

const bytes = fc.uint8Array({ maxLength: 80 }).map((content) => Buffer.from(content))

const contents: fc.Arbitrary<Content> = fc.record({
  key: fc.option(bytes),
  value: fc.oneof(anyValue, orders),
  headers: fc.array(fc.tuple<[string, Buffer | null]>(fc.string({ unit: 'grapheme' }), fc.option(bytes)), {
    maxLength: 4,
  }),
})

/** A batch as a fetch brings it. */
function fetched(records: Content[]): FetchedBatch {
  const batch = new RecordBatch()
  for (const [index, content] of records.entries()) {
    const outgoing = { ...content, timestamp: 1_000 + (index >> 1) }
    batch.append(outgoing, recordBytesBound(outgoing))
  }
  const bytes = batch.seal({ producerId: 1n, epoch: 0 }, 0).subarray(RECORDS_AT)
  const context = {
    firstOffset: `${FIRST_OFFSET}`,
    firstTimestamp: '1000',
    maxTimestamp: '1000',
    timestampType: 0,
    isControlBatch: false,
  }
  return {
    topic: 'orders "1"',
    partition: 3,
    records: decodeRecords(bytes, records.length, context),
    undecodable: [],
    fetchedFrom: FIRST_OFFSET,
    next: FIRST_OFFSET + records.length,
    isStale: () => false,
    resolve: () => {},
    heartbeat: async () => {},
  }
}

/** Everything there is to know of a record, its buffers as text, and its part of the line. */
function described(record: IncomingRecord): object {
  const { topic, partition, offset, timestampMs, key, value, verdict, body } = record
  const written = new LineBytes(Buffer.alloc(64))
  if (!body) writeRecordBody(written, record)
  return {
    ...{ topic, partition, offset, timestampMs },
    key: key?.toString('hex'),
    value: value?.toString('hex'),
    headers: [...record.headers].map(([name, content]) => [name, content?.toString('hex')]),
    verdict: { ...verdict, payload: null },
    line: body
      ? body.bytes.toString('utf8', body.start, body.end)
      : written.memory.toString('utf8', 0, written.at),
  }
}

/** As they come out of the thread; where little memory is given for the lines, they find more. */
function throughThread(batch: FetchedBatch, lineBytes = 16): IncomingRecord[] {
  const memoryOf = (bytes: number) => new ArrayBuffer(bytes)
  const judged = judgeBatch({ ...packBatch(batch, memoryOf), memory: memoryOf(lineBytes) })
  return [...judgedRecords(batch, judged, { begin: 0, end: batch.records.length })]
}

test('records judged in the thread are, in every part, those that are judged one by one', () => {
  fc.assert(
    fc.property(fc.array(contents, { minLength: 1, maxLength: 12 }), (records) => {
      const batch = fetched(records)
      const here = [...judgedRecords(batch, null, { begin: 0, end: records.length })]
      const there = throughThread(batch)
      expect(there.every(({ body }) => body)).toBe(true)
      expect(there.map(described)).toEqual(here.map(described))
    }),
    { numRuns: 80 },
  )
})

test('a stretch of a batch has the bodies of its own records', () => {
  const value = (text: string): Content => ({ key: null, value: Buffer.from(`{"a":"${text}"}`), headers: [] })
  const batch = fetched(['x', 'yy', 'zzz'].map(value))
  const judged = judgeBatch({
    ...packBatch(batch, (bytes) => new ArrayBuffer(bytes)),
    memory: new ArrayBuffer(4_096),
  })
  const [only, ...others] = judgedRecords(batch, judged, { begin: 1, end: 2 })
  expect(others).toEqual([])
  expect(only?.offset).toBe(FIRST_OFFSET + 1)
  expect(only?.body?.bytes.toString('utf8', only.body.start, only.body.end)).toContain(
    '"order_full":{"a":"yy"}',
  )
})

test('a record that no line can hold gets no body, and the ones around it do', () => {
  const small: Content = { key: null, value: Buffer.from('{}'), headers: [] }
  const large = { ...small, value: Buffer.alloc(LINE_BYTES_MAX + 1, 'x') }
  const batch = fetched([small, small, small])
  const tooLarge = fetched([large]).records[0] as PackedRecord
  batch.records.splice(1, 1, tooLarge)
  expect(throughThread(batch).map(({ body }) => Boolean(body))).toEqual([true, false, true])
  expect(judge(large.value).deserialized).toBe(false)
})
