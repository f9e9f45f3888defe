/**
 * Goal: a fetch is asked for and read as kafkajs does it, version 11.
 * Method: make and read the same bytes with its own encoder and decoder.
 */
import { createRequire } from 'node:module'
import { crc32c } from '@node-rs/crc32'
import { describe, expect, test } from 'vitest'
import { ATTRIBUTES_AT, CRC_AT } from '../../../../src/shared/kafka/batch-layout.js'
import { decodeFetch, encodeFetch, type FetchRequest } from '../../../../src/shared/kafka/fetch-wire.js'
import { repairKafkajs } from '../../../../src/shared/kafka/internals.js'
import { RecordBatch } from '../../../../src/shared/kafka/record-batch.js'

repairKafkajs()
const require = createRequire(import.meta.url)

const createRequest = require('kafkajs/src/protocol/request') as (options: {
  correlationId: number
  clientId: string
  request: object
}) => Promise<{ buffer: Buffer }>
const requestOf = require('kafkajs/src/protocol/requests/fetch/v11/request') as (request: object) => object
const { decode } = require('kafkajs/src/protocol/requests/fetch/v11/response') as {
  decode(payload: Buffer): Promise<object>
}
interface Encoder {
  buffer: Buffer
  writeInt8(value: number): Encoder
  writeInt16(value: number): Encoder
  writeInt32(value: number): Encoder
  writeInt64(value: string): Encoder
  writeString(text: string): Encoder
  writeBufferInternal(bytes: Buffer): void
}
const { Encoder } = { Encoder: require('kafkajs/src/protocol/encoder') as new () => Encoder }

const HEADER = { correlationId: 77, clientId: 'orderscope-tracker-consumer' }

function request(topics: FetchRequest['topics'], rackId?: string): FetchRequest {
  return {
    maxWaitTime: 500,
    minBytes: 1,
    maxBytes: 16_777_216,
    isolationLevel: 1,
    topics,
    ...(rackId ? { rackId } : {}),
  }
}

const partition = (number: number, fetchOffset: string) => ({
  partition: number,
  fetchOffset,
  maxBytes: 1_048_576,
})

describe('a request', () => {
  test.each<[string, FetchRequest]>([
    ['of one partition', request([{ topic: 'orders', partitions: [partition(0, '41')] }])],
    [
      'from an offset beyond what a double holds',
      request([{ topic: 'orders', partitions: [partition(2, '9007199254740993')] }]),
    ],
    [
      'of a topic whose name is not ASCII, from a rack',
      request([{ topic: 'größe', partitions: [partition(1, '0')] }], 'eu-1'),
    ],
    ['of nothing', request([])],
  ])('%s is what kafkajs makes', async (_name, asked) => {
    const theirs = await createRequest({ ...HEADER, request: requestOf({ replicaId: -1, ...asked }) })
    expect(encodeFetch(asked, HEADER).toString('hex')).toBe(theirs.buffer.toString('hex'))
  })

  test('names another partition first each time, and all of them always', async () => {
    const asked = request([
      { topic: 'orders', partitions: [0, 1, 2].map((number) => partition(number, '5')) },
    ])
    const made = [1, 2, 3].map(() => encodeFetch(asked, HEADER).toString('hex'))
    const theirs = await Promise.all(
      [
        [0, 1, 2],
        [1, 2, 0],
        [2, 0, 1],
      ].map(async (order) => {
        const partitions = order.map((number) => partition(number, '5'))
        const ofOrder = requestOf({ replicaId: -1, ...asked, topics: [{ topic: 'orders', partitions }] })
        return (await createRequest({ ...HEADER, request: ofOrder })).buffer.toString('hex')
      }),
    )
    expect(new Set(made)).toEqual(new Set(theirs))
  })
})

/** A sealed batch of `count` records, the first at `baseOffset`. */
function batchAt(baseOffset: bigint, count: number): Buffer {
  const batch = new RecordBatch()
  for (let index = 0; index < count; index += 1)
    batch.append(
      { key: Buffer.from(`k${index}`), value: Buffer.from('{}'), headers: [], timestamp: 1_000 },
      1_000,
    )
  const bytes = Buffer.from(batch.seal({ producerId: 5n, epoch: 0 }, 0))
  bytes.writeBigInt64BE(baseOffset)
  return bytes
}

interface Told {
  errorCode?: number
  aborted?: [producerId: string, firstOffset: string][]
  records: Buffer
}

/** An answer that tells of partitions of one topic. */
function answer(partitions: Told[]): Buffer {
  const bytes = new Encoder().writeInt32(3).writeInt16(0).writeInt32(9).writeInt32(1).writeString('orders')
  bytes.writeInt32(partitions.length)
  for (const [number, { errorCode = 0, aborted = [], records }] of partitions.entries()) {
    bytes
      .writeInt32(number)
      .writeInt16(errorCode)
      .writeInt64('9007199254740995')
      .writeInt64('12')
      .writeInt64('-1')
    bytes.writeInt32(aborted.length)
    for (const [producerId, firstOffset] of aborted) bytes.writeInt64(producerId).writeInt64(firstOffset)
    bytes.writeInt32(-1).writeInt32(records.length).writeBufferInternal(records)
  }
  return Buffer.from(bytes.buffer)
}

/** As it is read from a socket: behind the length and the number of the request. */
function aloneInMemory(payload: Buffer): Buffer {
  const answered = Buffer.allocUnsafeSlow(8 + payload.length)
  payload.copy(answered, 8)
  return answered.subarray(8)
}

const besideOthers = (payload: Buffer): Buffer =>
  aloneInMemory(Buffer.concat([payload, payload])).subarray(payload.length)

/** The batch as if it were compressed in a way that Kafka does not have: it holds nothing then. */
function unreadable(batch: Buffer): Buffer {
  const bytes = Buffer.from(batch)
  bytes.writeInt16BE(7, ATTRIBUTES_AT)
  bytes.writeUInt32BE(crc32c(bytes.subarray(ATTRIBUTES_AT)), CRC_AT)
  return bytes
}

describe('an answer', () => {
  const NOTHING = Buffer.alloc(0)
  const whole = batchAt(10n, 2)

  test.each<[string, Told[]]>([
    ['without records', [{ records: NOTHING }, { records: NOTHING }]],
    ['of several batches', [{ records: Buffer.concat([whole, batchAt(12n, 1)]) }, { records: NOTHING }]],
    [
      'that ends within a batch',
      [{ records: Buffer.concat([whole, whole.subarray(0, -1)]) }, { records: whole }],
    ],
    ['that ends within the header of a batch', [{ records: Buffer.concat([whole, whole.subarray(0, 40)]) }]],
    [
      'of aborted transactions',
      [
        {
          records: whole,
          aborted: [
            ['7', '10'],
            ['9007199254740993', '11'],
          ],
        },
      ],
    ],
    ['with an error of a partition', [{ records: NOTHING, errorCode: 6 }, { records: whole }]],
  ])('%s is read as kafkajs reads it', async (_name, partitions) => {
    const payload = answer(partitions)
    expect(decodeFetch(payload)).toEqual(await decode(payload))
  })

  test('gives its memory to the batches of the one partition that it brought records of, when nothing else is in it', () => {
    const owners = (payload: Buffer) =>
      decodeFetch(payload)?.responses.map(({ partitions }) =>
        partitions.flatMap(({ messages }) => messages.map(({ ownsMemory }) => ownsMemory)),
      )
    const one = answer([{ records: NOTHING }, { records: Buffer.concat([whole, unreadable(whole)]) }])
    expect(owners(aloneInMemory(one))).toEqual([[true, false]])
    expect(owners(besideOthers(one))).toEqual([[false, false]])
    expect(owners(aloneInMemory(answer([{ records: whole }, { records: whole }])))).toEqual([[false, false]])
  })

  test('with records of the format before Kafka 0.11 is left to kafkajs', () => {
    const old = Buffer.from(whole)
    old[16] = 1
    expect(decodeFetch(answer([{ records: old }]))).toBeNull()
  })

  test('with a batch that came damaged is an error that is tried again', () => {
    const damaged = Buffer.from(whole)
    damaged.writeUInt8(damaged.readUInt8(damaged.length - 1) ^ 1, damaged.length - 1)
    expect(() => decodeFetch(answer([{ records: damaged }]))).toThrow(/checksum/)
  })
})
