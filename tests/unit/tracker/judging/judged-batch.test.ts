/**
 * Goal: what a thread makes of a batch is what the journal would make of its records by itself.
 * Method: arbitrary records, packed and judged as in the thread, against their verdicts and their lines written one by one.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LINE_BYTES_MAX } from '../../../../src/shared/contract/limits.js'
import { judge } from '../../../../src/shared/contract/verdict.js'
import { roomFor } from '../../../../src/shared/journal/encoder.js'
import { LineBytes } from '../../../../src/shared/journal/line-bytes.js'
import { type IncomingRecord, writeRecordBody } from '../../../../src/shared/journal/record.js'
import type { ArrivedBatch } from '../../../../src/shared/kafka/arrived-batch.js'
import type { FetchedBatch } from '../../../../src/shared/kafka/consumer.js'
import {
  RecordBatch,
  type RecordHeader,
  recordBytesBound,
} from '../../../../src/shared/kafka/record-batch.js'
import { judgeBatch } from '../../../../src/tracker/judging/judged-batch.js'
import {
  JudgedAhead,
  JudgedHere,
  type JudgedRecords,
} from '../../../../src/tracker/judging/judged-records.js'
import { packBatch } from '../../../../src/tracker/judging/packed-batch.js'
import { anyValue } from '../../../support/arbitraries.js'
import { batchContext } from '../../../support/batch-context.js'
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
  .tuple(fc.constantFrom('order.created', 'order.shipped'), fc.nat(100))
  .map(([event_type, length]) =>
    Buffer.from(
      JSON.stringify(order(1, { metadata: { event_type, correlation_id: 'c'.repeat(length + 1) } })),
    ),
  )

/** Plain text, of which none, one or a few steps of 16 bytes are filled; sometimes it ends, or begins, with what is not plain. */
const texts = fc
  .tuple(
    fc.nat(50).map((length) => 'plain ~09 text! '.repeat(4).slice(0, length)),
    fc.oneof({ weight: 9, arbitrary: fc.constant('') }, fc.constantFrom('"', '\\', '\x7f', '\n', 'é')),
    fc.boolean(),
  )
  .map(([text, end, isFirst]) => (isFirst ? end + text : text + end))

const bytes = fc
  .oneof({ weight: 8, arbitrary: texts }, fc.uint8Array({ maxLength: 80 }))
  .map((content) => Buffer.from(content))

const names = fc.oneof({ weight: 8, arbitrary: texts }, fc.string({ unit: 'grapheme' }))

const contents: fc.Arbitrary<Content> = fc.record({
  key: fc.option(bytes),
  value: fc.oneof(anyValue, orders),
  headers: fc.array(fc.tuple<[string, Buffer | null]>(names, fc.option(bytes)), { maxLength: 4 }),
})

/** A batch as a fetch brings it, alone in its memory or not. */
function fetched(records: Content[], { firstTimestamp = '1000', ownsMemory = false } = {}): FetchedBatch {
  const batch = new RecordBatch()
  for (const [index, content] of records.entries()) {
    const outgoing = { ...content, timestamp: 1_000 + (index >> 1) }
    batch.append(outgoing, recordBytesBound(outgoing))
  }
  const bytes = batch.seal({ producerId: 1n, epoch: 0 }, 0).subarray(RECORDS_AT)
  const context = batchContext({
    firstOffset: `${FIRST_OFFSET}`,
    lastOffsetDelta: records.length - 1,
    firstTimestamp,
    maxTimestamp: '1000',
  })
  const offset = FIRST_OFFSET + records.length - 1
  const count = records.length
  const arrived = { offset, isControlRecord: false, ownsMemory, context, count, bytes, problem: null }
  return {
    topic: 'orders "1"',
    partition: 3,
    batches: [arrived],
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

const memoryOf = (bytes: number) => new ArrayBuffer(bytes)

/** What the thread makes of it; where little memory is given for the lines, they find more. */
function throughThread(batch: FetchedBatch, lineBytes = 16): JudgedRecords {
  return new JudgedAhead(
    batch,
    judgeBatch({ ...packBatch(batch, roomFor(1), memoryOf), memory: memoryOf(lineBytes) }),
    () => {},
  )
}

const all = (judged: JudgedRecords) => [...judged.stretch(0, judged.count)]

test('records judged in the thread are, in every part, those that are judged one by one', () => {
  const times = fc.constantFrom('1000', '-1', '9007199254740993', '-9223372036854775808')
  fc.assert(
    fc.property(
      fc.array(contents, { minLength: 1, maxLength: 12 }),
      fc.record({ firstTimestamp: times, ownsMemory: fc.boolean() }),
      fc.nat(12),
      (records, how, at) => {
        const batch = fetched(records, how)
        const here = new JudgedHere(batch)
        const there = throughThread(batch)
        expect(all(there).every(({ body }) => body)).toBe(true)
        expect(all(there).map(described)).toEqual(all(here).map(described))
        expect(there.indexFrom(FIRST_OFFSET + at)).toBe(here.indexFrom(FIRST_OFFSET + at))
        expect(there.lastTimestampMs).toBe(here.lastTimestampMs)
      },
    ),
    { numRuns: 80 },
  )
})

test('of many records, among them long ones and ones with many headers, each is what it is by itself', () => {
  const lengths = [100_000, 131_000, 140_000, 700_000, 1_048_000, 1_100_000]
  const records = Array.from({ length: 2_000 }, (_, index): Content => {
    const length = index % 301 === 300 ? (lengths[index % lengths.length] as number) : (index * 37) % 1_500
    // Of two bytes in a record, a header without name and value is ten in its line.
    const headers: RecordHeader[] =
      index % 900 === 899
        ? new Array<RecordHeader>(60_000).fill(['', null])
        : [['a', Buffer.from('b'.repeat(index % 40))]]
    const value =
      index % 301 === 0 ? null : Buffer.from(JSON.stringify(order(1, { note: 'n'.repeat(length) })))
    return { key: Buffer.from(`${index}`), value, headers }
  })
  const batch = fetched(records)
  const [here, there] = [all(new JudgedHere(batch)), all(throughThread(batch, 4_096))]
  expect(there.length).toBe(records.length)
  for (const [index, record] of there.entries())
    expect(described(record)).toEqual(described(here[index] as IncomingRecord))
})

test('a batch that cannot be read lies between the others, and records below the fetch are left out', () => {
  const batch = fetched(['x', 'yy', 'zzz'].map(value))
  const [first] = batch.batches as [ArrivedBatch]
  const unreadable = { ...first, context: { ...first.context, firstOffset: '43' }, count: 9 }
  const last = { ...first, context: { ...first.context, firstOffset: '46' } }
  const fetch = { ...batch, fetchedFrom: FIRST_OFFSET + 2, batches: [first, unreadable, last] }
  for (const judged of [new JudgedHere(fetch), throughThread(fetch)]) {
    expect(all(judged).map(({ offset, value }) => [offset, `${value}`])).toEqual([
      [42, '{"a":"zzz"}'],
      [46, '{"a":"x"}'],
      [47, '{"a":"yy"}'],
      [48, '{"a":"zzz"}'],
    ])
    expect(judged.undecodable).toMatchObject([{ from: 43, to: 46 }])
    expect(judged.indexFrom(43)).toBe(1)
  }
})

const value = (text: string): Content => ({ key: null, value: Buffer.from(`{"a":"${text}"}`), headers: [] })

test('a stretch of a batch has the bodies of its own records, as often as it is asked for', () => {
  const judged = throughThread(fetched(['x', 'yy', 'zzz'].map(value)), 4_096)
  const stretch = () => [...judged.stretch(1, 2)]
  const [only, ...others] = stretch()
  expect(others).toEqual([])
  expect(only?.offset).toBe(FIRST_OFFSET + 1)
  expect(only?.body?.bytes.toString('utf8', only.body.start, only.body.end)).toContain(
    '"order_full":{"a":"yy"}',
  )
  expect(stretch().map(described)).toEqual([only].map((record) => described(record as IncomingRecord)))
})

test('what stands alone in its memory is handed on with it, and everything else is copied', () => {
  const lone = fetched([value('x')], { ownsMemory: true })
  const [first] = lone.batches as [ArrivedBatch]
  expect(packBatch(lone, roomFor(1), memoryOf)).toMatchObject({ isCopy: false, bytes: first.bytes.buffer })
  for (const batches of [[{ ...first, ownsMemory: false }], [first, { ...first, ownsMemory: false }]]) {
    const { isCopy, bytes } = packBatch({ ...lone, batches }, roomFor(1), memoryOf)
    expect(isCopy).toBe(true)
    expect(bytes).not.toBe(first.bytes.buffer)
  }
})

test('a record that no line can hold gets no body, and the ones around it do', () => {
  const small: Content = { key: null, value: Buffer.from('{}'), headers: [] }
  const large = { ...small, value: Buffer.alloc(LINE_BYTES_MAX + 1, 'x') }
  const judged = throughThread(fetched([small, large, small]))
  expect(all(judged).map(({ body }) => Boolean(body))).toEqual([true, false, true])
  expect(judge(large.value).deserialized).toBe(false)
})
