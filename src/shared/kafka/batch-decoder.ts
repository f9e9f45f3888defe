/**
 * Reads one record batch of a fetch; stands in for the decoder of kafkajs.
 *
 * That one does not look at the checksum, and throws for a batch that it cannot decompress or take apart; with it
 * everything else of that fetch is lost, and the partition is never read again. Here every batch becomes one message, which
 * whoever reads takes apart; one that cannot be read tells its offsets, so that reading can go on behind it.
 */
import { crc32c } from '@node-rs/crc32'
import { errorText } from '../runtime/errors.js'
import type { ArrivedBatch } from './arrived-batch.js'
import {
  ATTRIBUTES_AT,
  BASE_TIMESTAMP_AT,
  BATCH_HEADER_BYTES,
  COUNT_AT,
  CRC_AT,
  LAST_DELTA_AT,
  LENGTH_AT,
  MAGIC,
  MAGIC_AT,
  MAX_TIMESTAMP_AT,
  PRODUCER_ID_AT,
} from './batch-layout.js'
import { decompress } from './codecs.js'
import { DamagedBatches } from './damaged-batches.js'
import type { BatchContext } from './record-decoder.js'

/** Where a batch stands in the bytes of a fetch; kafkajs moves on from `offset`. */
export interface BatchSource {
  buffer: Buffer
  offset: number
}

const CODEC_MASK = 0x07
const APPEND_TIME = 0x08
const TRANSACTIONAL = 0x10
const CONTROL = 0x20

const NOTHING = Buffer.alloc(0)

const damaged = new DamagedBatches()

/** What kafkajs asks a decoder for. */
interface DecodedForKafkajs {
  records: ArrivedBatch[]
}

/**
 * A batch as kafkajs wants it: a list of messages, which is the batch itself.
 *
 * @throws what kafkajs tries again, where the checksum does not fit and another fetch may bring the batch as it was.
 */
export async function decodeBatch(source: BatchSource): Promise<DecodedForKafkajs> {
  return { records: [readBatch(source)] }
}

/**
 * Reads the batch at `offset` of the source, which stands behind it then.
 *
 * @throws what {@link isPartial} knows where the source ends before the batch does, and what kafkajs tries again as above.
 */
export function readBatch(source: BatchSource): ArrivedBatch {
  const { buffer, offset } = source
  const end = offset + LENGTH_AT + 4 + buffer.readInt32BE(offset + LENGTH_AT)
  // The last batch of a fetch may be cut off; an older format behind a batch is for the next fetch.
  if (end > buffer.length || buffer[offset + MAGIC_AT] !== MAGIC) throw partial()
  const batch = buffer.subarray(offset, end)
  source.offset = end
  const context = contextOf(batch)
  const count = batch.readInt32BE(COUNT_AT)
  const content = isWhole(batch, context)
    ? contentOf(batch)
    : { bytes: NOTHING, problem: 'its checksum does not fit' }
  return {
    offset: Number(context.firstOffset) + context.lastOffsetDelta,
    isControlRecord: context.isControlBatch || (count <= 0 && content.problem === null),
    ownsMemory: false,
    context,
    count,
    ...content,
  }
}

/** False where the checksum does not fit, and no fetch has brought anything better for long. */
function isWhole(batch: Buffer, context: BatchContext): boolean {
  const checksum = { told: batch.readUInt32BE(CRC_AT), made: crc32c(batch.subarray(ATTRIBUTES_AT)) }
  if (checksum.told === checksum.made) return true
  if (!damaged.isLasting({ firstOffset: context.firstOffset, checksum })) throw corrupt(context)
  return false
}

function contentOf(batch: Buffer): Pick<ArrivedBatch, 'bytes' | 'problem'> {
  const codec = batch.readInt16BE(ATTRIBUTES_AT) & CODEC_MASK
  try {
    return { bytes: decompress(codec, batch.subarray(BATCH_HEADER_BYTES)), problem: null }
  } catch (error) {
    // Where this machine lacks a library the batch is not to blame, and nothing may be passed over.
    if ((error as Error).name === 'KafkaJSNotImplemented') throw error
    return { bytes: NOTHING, problem: errorText(error) }
  }
}

function contextOf(batch: Buffer): BatchContext {
  const attributes = batch.readInt16BE(ATTRIBUTES_AT)
  return {
    firstOffset: batch.readBigInt64BE(0).toString(),
    lastOffsetDelta: batch.readInt32BE(LAST_DELTA_AT),
    firstTimestamp: batch.readBigInt64BE(BASE_TIMESTAMP_AT).toString(),
    maxTimestamp: batch.readBigInt64BE(MAX_TIMESTAMP_AT).toString(),
    producerId: batch.readBigInt64BE(PRODUCER_ID_AT).toString(),
    isAppendTime: (attributes & APPEND_TIME) !== 0,
    inTransaction: (attributes & TRANSACTIONAL) !== 0,
    isControlBatch: (attributes & CONTROL) !== 0,
  }
}

/** Under the name by which a broker tells of such a batch. */
function corrupt({ firstOffset }: BatchContext): Error {
  const error = new Error(`the records from offset ${firstOffset} on came with a checksum that does not fit`)
  return Object.assign(error, { name: 'KafkaJSProtocolError', type: 'CORRUPT_MESSAGE', retriable: true })
}

/** kafkajs takes an error of this name for the end of what a fetch holds. */
const PARTIAL = 'KafkaJSPartialMessageError'

/** True for what tells that a fetch ends within a batch. */
export const isPartial = (error: unknown): boolean => (error as Error).name === PARTIAL

function partial(): Error {
  return Object.assign(new Error('the fetch ends within a batch'), { name: PARTIAL })
}
