/**
 * Reads one record batch of a fetch; stands in for the decoder of kafkajs.
 *
 * That one does not look at the checksum, and throws for a batch that it cannot decompress or take apart; with it
 * everything else of that fetch is lost, and the partition is never read again. Here such a batch becomes one stand-in that tells its offsets, so that
 * whoever reads can say so and go on behind it.
 */
import { crc32c } from '@node-rs/crc32'
import { errorText } from '../runtime/errors.js'
import { decompress } from './codecs.js'
import { DamagedBatches } from './damaged-batches.js'
import { decodeRecords, type FetchedRecord } from './record-decoder.js'

/** Where a batch stands in the bytes of a fetch; kafkajs moves on from `offset`. */
export interface BatchSource {
  buffer: Buffer
  offset: number
}

/** Offsets in record-batch.ts, which writes what is read here. */
const LENGTH_AT = 8
const LENGTH_END = 12
const MAGIC_AT = 16
const CHECKSUM_AT = 17
/** The first byte that the checksum is made of. */
const ATTRIBUTES_AT = 21
const COUNT_AT = 57
const RECORDS_AT = 61
const MAGIC = 2

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
  const end = offset + LENGTH_END + buffer.readInt32BE(offset + LENGTH_AT)
  // The last batch of a fetch may be cut off; an older format behind a batch is for the next fetch.
  if (end > buffer.length || buffer[offset + MAGIC_AT] !== MAGIC) throw partial()
  const batch = buffer.subarray(offset, end)
  source.offset = end
  const context = contextOf(batch)
  const checksum = { told: batch.readUInt32BE(CHECKSUM_AT), made: crc32c(batch.subarray(ATTRIBUTES_AT)) }
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
      records: decodeRecords(decompress(codec, batch.subarray(RECORDS_AT)), count, context),
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
    partitionLeaderEpoch: batch.readInt32BE(12),
    lastOffsetDelta: batch.readInt32BE(23),
    firstTimestamp: batch.readBigInt64BE(27).toString(),
    maxTimestamp: batch.readBigInt64BE(35).toString(),
    producerId: batch.readBigInt64BE(43).toString(),
    producerEpoch: batch.readInt16BE(51),
    firstSequence: batch.readInt32BE(53),
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
