/**
 * Reads one record batch of a fetch; stands in for the decoder of kafkajs.
 *
 * That one does not look at the checksum, and throws for a batch that it cannot decompress or take apart; with it
 * everything else of that fetch is lost, and the partition is never read again. Here such a batch becomes one stand-in that tells its offsets, so that
 * whoever reads can say so and go on behind it.
 */
import { crc32c } from '@node-rs/crc32'
import { errorText } from '../runtime/errors.js'
import {
  ATTRIBUTES_AT,
  BASE_SEQUENCE_AT,
  BASE_TIMESTAMP_AT,
  BATCH_HEADER_BYTES,
  COUNT_AT,
  CRC_AT,
  LAST_DELTA_AT,
  LEADER_EPOCH_AT,
  LENGTH_AT,
  MAGIC,
  MAGIC_AT,
  MAX_TIMESTAMP_AT,
  PRODUCER_EPOCH_AT,
  PRODUCER_ID_AT,
} from './batch-layout.js'
import { decompress } from './codecs.js'
import { DamagedBatches } from './damaged-batches.js'
import { decodeRecords, type FetchedRecord } from './record-decoder.js'

/** Where a batch stands in the bytes of a fetch; kafkajs moves on from `offset`. */
export interface BatchSource {
  buffer: Buffer
  offset: number
}

const CODEC_MASK = 0x07
const APPEND_TIME = 0x08
const TRANSACTIONAL = 0x10
const CONTROL = 0x20

const damaged = new DamagedBatches()

/**
 * A batch as kafkajs wants it: what its header says, and its records or one stand-in for them.
 *
 * @throws what kafkajs tries again, where the checksum does not fit and another fetch may bring the batch as it was.
 */
export async function decodeBatch(source: BatchSource): Promise<BatchContext & { records: FetchedRecord[] }> {
  const { buffer, offset } = source
  const end = offset + LENGTH_AT + 4 + buffer.readInt32BE(offset + LENGTH_AT)
  // The last batch of a fetch may be cut off; an older format behind a batch is for the next fetch.
  if (end > buffer.length || buffer[offset + MAGIC_AT] !== MAGIC) throw partial()
  const batch = buffer.subarray(offset, end)
  source.offset = end
  const context = contextOf(batch)
  const checksum = { told: batch.readUInt32BE(CRC_AT), made: crc32c(batch.subarray(ATTRIBUTES_AT)) }
  if (checksum.told !== checksum.made) {
    if (!damaged.isLasting({ firstOffset: context.firstOffset, checksum })) throw corrupt(context)
    return { ...context, records: [standIn(context, 'its checksum does not fit')] }
  }
  const count = batch.readInt32BE(COUNT_AT)
  if (count <= 0) return { ...context, records: [] }
  const codec = batch.readInt16BE(ATTRIBUTES_AT) & CODEC_MASK
  try {
    return {
      ...context,
      records: decodeRecords(decompress(codec, batch.subarray(BATCH_HEADER_BYTES)), count, context),
    }
  } catch (error) {
    // Where this machine lacks a library the batch is not to blame, and nothing may be passed over.
    if ((error as Error).name === 'KafkaJSNotImplemented') throw error
    return { ...context, records: [standIn(context, errorText(error))] }
  }
}

type BatchContext = ReturnType<typeof contextOf>

/** Under the names of kafkajs, which reads some of them behind our back. */
function contextOf(batch: Buffer) {
  const attributes = batch.readInt16BE(ATTRIBUTES_AT)
  return {
    firstOffset: batch.readBigInt64BE(0).toString(),
    partitionLeaderEpoch: batch.readInt32BE(LEADER_EPOCH_AT),
    lastOffsetDelta: batch.readInt32BE(LAST_DELTA_AT),
    firstTimestamp: batch.readBigInt64BE(BASE_TIMESTAMP_AT).toString(),
    maxTimestamp: batch.readBigInt64BE(MAX_TIMESTAMP_AT).toString(),
    producerId: batch.readBigInt64BE(PRODUCER_ID_AT).toString(),
    producerEpoch: batch.readInt16BE(PRODUCER_EPOCH_AT),
    firstSequence: batch.readInt32BE(BASE_SEQUENCE_AT),
    timestampType: attributes & APPEND_TIME ? 1 : 0,
    inTransaction: (attributes & TRANSACTIONAL) !== 0,
    isControlBatch: (attributes & CONTROL) !== 0,
    magicByte: MAGIC,
  }
}

/** At the last offset of its batch, where a reader goes on behind it. */
function standIn(context: BatchContext, why: string): FetchedRecord {
  const from = Number(context.firstOffset)
  const last = from + context.lastOffsetDelta
  const record = {
    offset: last,
    timestampMs: context.maxTimestamp,
    key: null,
    value: null,
    headers: [],
    isControlRecord: context.isControlBatch,
    undecodable: { from, to: last + 1, why },
    batchContext: context,
  }
  return record
}

/** Under the name by which a broker tells of such a batch. */
function corrupt({ firstOffset }: BatchContext): Error {
  const error = new Error(`the records from offset ${firstOffset} on came with a checksum that does not fit`)
  return Object.assign(error, { name: 'KafkaJSProtocolError', type: 'CORRUPT_MESSAGE', retriable: true })
}

/** Kafkajs takes an error of this name for the end of what a fetch holds. */
function partial(): Error {
  const error = new Error('the fetch ends within a batch')
  error.name = 'KafkaJSPartialMessageError'
  return error
}
