import { createRequire } from 'node:module'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ArrivedBatch, decodeBatches } from '../../../../src/shared/kafka/arrived-batch.js'
import { BASE_SEQUENCE_AT, PRODUCER_EPOCH_AT } from '../../../../src/shared/kafka/batch-layout.js'
import { repairKafkajs } from '../../../../src/shared/kafka/internals.js'
import {
  type OutgoingRecord,
  RecordBatch,
  readBatchHeaders,
  recordBytesBound,
  sequenceAfter,
} from '../../../../src/shared/kafka/record-batch.js'

// With the decoder of ours put in first, as `createKafka` does it.
repairKafkajs()
const require = createRequire(import.meta.url)
const Decoder = require('kafkajs/src/protocol/decoder') as new (bytes: Buffer) => object
const decodeWithKafkajs = require('kafkajs/src/protocol/recordBatch/v0/decoder') as (
  decoder: object,
) => Promise<{ records: [ArrivedBatch] }>
const crc = require('kafkajs/src/protocol/recordBatch/crc32C') as (bytes: Buffer) => number

const IDENTITY = { producerId: 4_294_967_301n, epoch: 7 }

const record = (changes: Partial<OutgoingRecord> = {}): OutgoingRecord => ({
  key: 'k',
  value: 'v',
  headers: [],
  timestamp: 1_700_000_000_000,
  ...changes,
})

/** The batch as kafkajs hands it on, with its records. */
async function decode(sealed: Buffer) {
  const [batch] = (await decodeWithKafkajs(new Decoder(Buffer.from(sealed)))).records
  return { context: batch.context, records: decodeBatches([batch], { from: 0 }).records }
}

function batchOf(records: OutgoingRecord[]): RecordBatch {
  const batch = new RecordBatch()
  for (const one of records) batch.append(one, recordBytesBound(one))
  return batch
}

const text = fc.option(
  fc.oneof(
    fc.string({ unit: 'binary', maxLength: 90 }),
    fc.string({ maxLength: 300 }),
    fc.uint8Array({ maxLength: 90 }).map((bytes) => Buffer.from(bytes)),
  ),
)
const anyRecord: fc.Arbitrary<OutgoingRecord> = fc.record({
  key: text,
  value: text,
  headers: fc.array(fc.tuple(fc.string({ unit: 'binary', maxLength: 70 }), text), { maxLength: 5 }),
  timestamp: fc.integer({ min: 0, max: 8_640_000_000_000 }),
})

const bytesOf = (content: string | Buffer | null): Buffer | null =>
  typeof content === 'string' ? Buffer.from(content) : content

test('what it builds is what kafkajs reads, whatever the records hold', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyRecord, { minLength: 1, maxLength: 12 }), async (records) => {
      const sealed = batchOf(records).seal(IDENTITY, 41)
      expect([sealed.readInt16BE(PRODUCER_EPOCH_AT), sealed.readInt32BE(BASE_SEQUENCE_AT)]).toEqual([7, 41])
      const { context, records: decoded } = await decode(sealed)
      expect(context).toMatchObject({
        producerId: '4294967301',
        lastOffsetDelta: records.length - 1,
        maxTimestamp: String(Math.max(...records.map(({ timestamp }) => timestamp))),
      })
      for (const [index, { key, value, headers, timestamp }] of records.entries()) {
        const read = decoded[index]!
        expect(read.offset).toBe(index)
        expect(read.timestampMs).toBe(String(timestamp))
        expect(read.key).toEqual(bytesOf(key))
        expect(read.value).toEqual(bytesOf(value))
        expect([...read.headers]).toEqual(headers.map(([name, content]) => [name, bytesOf(content)]))
      }
    }),
  )
})

test('the checksum covers everything behind it', () => {
  const sealed = batchOf([record()]).seal(IDENTITY, 0)
  expect(sealed.readUInt32BE(17)).toBe(crc(sealed.subarray(21)) >>> 0)
})

test('keeps repeated header names and their order', () => {
  const headers: OutgoingRecord['headers'] = [
    ['b', '1'],
    ['a', '2'],
    ['b', null],
    ['b', '3'],
  ]
  const sealed = batchOf([record({ headers })]).seal(IDENTITY, 0)
  // Lengths are zigzag varints: 02 is 1, 01 is -1.
  const block = Buffer.from('08 02 62 02 31 02 61 02 32 02 62 01 02 62 02 33'.replaceAll(' ', ''), 'hex')
  expect(sealed.subarray(-block.length)).toEqual(block)
})

test('can be sealed again under another identity without touching its records', () => {
  const batch = batchOf([record(), record({ key: null, value: null })])
  const first = Buffer.from(batch.seal(IDENTITY, 0))
  const second = Buffer.from(batch.seal({ producerId: 9n, epoch: 0 }, 5))
  expect(readBatchHeaders(second)).toEqual([
    { baseOffset: 0, producerId: 9n, epoch: 0, baseSequence: 5, nextOffset: 2 },
  ])
  expect(second.subarray(61)).toEqual(first.subarray(61))
})

test('a bound is never below what the record takes', () => {
  fc.assert(
    fc.property(anyRecord, (one) => {
      const batch = new RecordBatch()
      const before = batch.byteLength
      batch.append(one, recordBytesBound(one))
      expect(batch.byteLength - before).toBeLessThanOrEqual(recordBytesBound(one))
      expect(batch.seal(IDENTITY, 0)).toHaveLength(batch.byteLength)
    }),
  )
})

test('the halves of a batch hold its records in order, counted from 0', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyRecord, { minLength: 2, maxLength: 9 }), async (records) => {
      const read: { key: Buffer | null; value: Buffer | null; timestampMs: string }[] = []
      const counts: number[] = []
      for (const half of batchOf(records).split()) {
        const { records: decoded } = await decode(half.seal(IDENTITY, 0))
        counts.push(half.count)
        expect(decoded.map(({ offset }) => offset)).toEqual(decoded.map((_, index) => index))
        read.push(...decoded)
      }
      expect(counts).toEqual([Math.floor(records.length / 2), Math.ceil(records.length / 2)])
      expect(read.map(({ key, value, timestampMs }) => ({ key, value, timestampMs }))).toEqual(
        records.map(({ key, value, timestamp }) => ({
          key: bytesOf(key),
          value: bytesOf(value),
          timestampMs: String(timestamp),
        })),
      )
    }),
  )
})

describe('reading batch headers', () => {
  test('walks the batches and takes the header of one that is cut short', () => {
    const first = Buffer.from(batchOf([record(), record()]).seal(IDENTITY, 3))
    const second = Buffer.from(batchOf([record()]).seal(IDENTITY, 5))
    first.writeBigInt64BE(100n, 0)
    second.writeBigInt64BE(102n, 0)
    const cut = Buffer.concat([first, second.subarray(0, 62)])
    expect(readBatchHeaders(cut).map(({ baseOffset, nextOffset }) => [baseOffset, nextOffset])).toEqual([
      [100, 102],
      [102, 103],
    ])
  })

  test('gives none for half a header', () => {
    expect(readBatchHeaders(batchOf([record()]).seal(IDENTITY, 0).subarray(0, 60))).toEqual([])
  })
})

test.for([
  [0, 5, 5],
  [2_147_483_646, 1, 2_147_483_647],
  [2_147_483_647, 1, 0],
  [2_147_483_640, 10, 2],
] as [number, number, number][])(
  'the sequence after %i and %i more records is %i',
  ([sequence, count, next]) => {
    expect(sequenceAfter(sequence, count)).toBe(next)
  },
)
