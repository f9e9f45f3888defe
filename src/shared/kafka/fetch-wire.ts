/**
 * The bytes of a Fetch request and of its answer, version 11, in one pass each.
 *
 * kafkajs makes a request of some twenty buffers and an answer of as many promises; a tracker that gets an order now and
 * then does little else.
 * @see https://kafka.apache.org/protocol
 */
import type { AbortedTransaction } from './aborted-records.js'
import type { ArrivedBatch } from './arrived-batch.js'
import { type BatchSource, isPartial, readBatch } from './batch-decoder.js'
import { BATCH_HEADER_BYTES, MAGIC, MAGIC_AT } from './batch-layout.js'

export const FETCH_API = 1
export const FETCH_VERSION = 11

/** As kafkajs' brokers take it. */
export interface FetchRequest {
  /** Milliseconds. */
  maxWaitTime: number
  minBytes: number
  maxBytes: number
  isolationLevel: number
  rackId?: string
  topics: {
    topic: string
    partitions: { partition: number; fetchOffset: string | number; maxBytes: number }[]
  }[]
}

/** As kafkajs has it; offsets are decimal texts. */
export interface FetchAnswer {
  throttleTime: 0
  clientSideThrottleTime: number
  errorCode: number
  sessionId: number
  responses: { topicName: string; partitions: PartitionAnswer[] }[]
}

interface PartitionAnswer {
  partition: number
  errorCode: number
  highWatermark: string
  lastStableOffset: string
  lastStartOffset: string
  abortedTransactions: AbortedTransaction[]
  preferredReadReplica: number
  /** In the place of messages, their batches. */
  messages: ArrivedBatch[]
}

/** `size api_key api_version correlation_id client_id` without the last one. */
const HEADER_BYTES = 4 + 2 + 2 + 4
/** `replica_id max_wait_ms min_bytes max_bytes isolation_level session_id session_epoch` */
const HEAD_BYTES = 4 * 4 + 1 + 4 + 4
/** `partition current_leader_epoch fetch_offset log_start_offset partition_max_bytes` */
const PARTITION_BYTES = 4 + 4 + 8 + 8 + 4
/** The client is not a broker. */
const NO_REPLICA = -1
const NO_SESSION_EPOCH = -1
const UNKNOWN = -1

/** How often something was fetched; each partition is to stand first as often as any other. */
let turn = 0

/** A whole request: the first partitions of an answer take the room of the others, so they take turns. */
export function encodeFetch(
  request: FetchRequest,
  { correlationId, clientId }: { correlationId: number; clientId: string },
): Buffer {
  turn += 1
  const { rackId = '' } = request
  const topics = inTurn(request.topics)
  const ofTopics = topics.reduce(
    (sum, { topic, partitions }) => sum + textBytes(topic) + 4 + partitions.length * PARTITION_BYTES,
    4,
  )
  const length = HEADER_BYTES + textBytes(clientId) + HEAD_BYTES + ofTopics + 4 + textBytes(rackId)
  const bytes = Buffer.allocUnsafe(length)
  let at = bytes.writeInt32BE(length - 4, 0)
  at = bytes.writeInt16BE(FETCH_API, at)
  at = bytes.writeInt16BE(FETCH_VERSION, at)
  at = bytes.writeInt32BE(correlationId, at)
  at = writeText(bytes, clientId, at)
  at = bytes.writeInt32BE(NO_REPLICA, at)
  at = bytes.writeInt32BE(request.maxWaitTime, at)
  at = bytes.writeInt32BE(request.minBytes, at)
  at = bytes.writeInt32BE(request.maxBytes, at)
  at = bytes.writeInt8(request.isolationLevel, at)
  at = bytes.writeInt32BE(0, at)
  at = bytes.writeInt32BE(NO_SESSION_EPOCH, at)
  at = writeTopics(bytes, topics, at)
  at = bytes.writeInt32BE(0, at)
  writeText(bytes, rackId, at)
  return bytes
}

function writeTopics(bytes: Buffer, topics: FetchRequest['topics'], start: number): number {
  let at = start
  at = bytes.writeInt32BE(topics.length, at)
  for (const { topic, partitions } of topics) {
    at = writeText(bytes, topic, at)
    at = bytes.writeInt32BE(partitions.length, at)
    for (const { partition, fetchOffset, maxBytes } of inTurn(partitions)) {
      at = bytes.writeInt32BE(partition, at)
      at = bytes.writeInt32BE(UNKNOWN, at)
      at = bytes.writeBigInt64BE(BigInt(fetchOffset), at)
      at = bytes.writeBigInt64BE(BigInt(UNKNOWN), at)
      at = bytes.writeInt32BE(maxBytes, at)
    }
  }
  return at
}

function inTurn<T>(things: T[]): T[] {
  const first = things.length === 0 ? 0 : turn % things.length
  return first === 0 ? things : [...things.slice(first), ...things.slice(0, first)]
}

const textBytes = (text: string): number => 2 + Buffer.byteLength(text)

function writeText(bytes: Buffer, text: string, at: number): number {
  const length = bytes.write(text, at + 2)
  bytes.writeInt16BE(length, at)
  return at + 2 + length
}

/**
 * Takes an answer apart: `throttle_time_ms error_code session_id [topic [partition]]`.
 *
 * @returns null where records stand in it as brokers stored them before Kafka 0.11.
 * @throws what {@link readBatch} throws for a batch that another fetch may bring as it was.
 */
export function decodeFetch(payload: Buffer): FetchAnswer | null {
  const source = { buffer: payload, offset: 4 + 2 + 4 }
  const responses: FetchAnswer['responses'] = []
  for (let topics = int32(source); topics > 0; topics -= 1) {
    const topicName = text(source)
    const partitions: PartitionAnswer[] = []
    for (let left = int32(source); left > 0; left -= 1) {
      const partition = decodePartition(source)
      if (!partition) return null
      partitions.push(partition)
    }
    responses.push({ topicName, partitions })
  }
  giveMemory(payload, responses)
  return {
    // A broker that throttles leaves it to the client to wait.
    throttleTime: 0,
    clientSideThrottleTime: payload.readInt32BE(0),
    errorCode: payload.readInt16BE(4),
    sessionId: payload.readInt32BE(4 + 2),
    responses,
  }
}

/**
 * ```
 * partition error_code high_watermark last_stable_offset log_start_offset [producer_id first_offset]
 *   preferred_read_replica records
 * ```
 */
function decodePartition(source: BatchSource): PartitionAnswer | null {
  const partition = int32(source)
  const errorCode = source.buffer.readInt16BE(source.offset)
  source.offset += 2
  const highWatermark = int64(source)
  const lastStableOffset = int64(source)
  const lastStartOffset = int64(source)
  const abortedTransactions: AbortedTransaction[] = []
  for (let left = int32(source); left > 0; left -= 1)
    abortedTransactions.push({ producerId: int64(source), firstOffset: int64(source) })
  const preferredReadReplica = int32(source)
  const messages = decodeRecords(source)
  return (
    messages && {
      partition,
      errorCode,
      highWatermark,
      lastStableOffset,
      lastStartOffset,
      abortedTransactions,
      preferredReadReplica,
      messages,
    }
  )
}

/** The batches of one partition; what is cut off at the end is left to the next fetch. */
function decodeRecords(source: BatchSource): ArrivedBatch[] | null {
  const length = int32(source)
  const end = source.offset + Math.max(length, 0)
  if (length <= MAGIC_AT || end > source.buffer.length) return []
  const inside = { buffer: source.buffer.subarray(source.offset, end), offset: 0 }
  source.offset = end
  if (inside.buffer[MAGIC_AT] !== MAGIC) return null
  const batches: ArrivedBatch[] = []
  try {
    while (inside.buffer.length - inside.offset >= BATCH_HEADER_BYTES) batches.push(readBatch(inside))
  } catch (error) {
    if (!isPartial(error)) throw error
  }
  return batches
}

/** What stands before the payload of an answer: its length and `correlation_id`. */
const ANSWER_HEAD_BYTES = 4 + 4

/** Gives an answer's memory to the batches in it, where those of one partition are all that it brought. */
function giveMemory(payload: Buffer, responses: FetchAnswer['responses']): void {
  // Node has a piece of memory that many small buffers are taken from.
  if (payload.buffer.byteLength > ANSWER_HEAD_BYTES + payload.length) return
  const brought = responses
    .flatMap(({ partitions }) => partitions)
    .filter(({ messages }) => messages.length > 0)
  if (brought.length !== 1) return
  for (const batch of brought[0]?.messages ?? []) batch.ownsMemory = batch.bytes.buffer === payload.buffer
}

function int32(source: BatchSource): number {
  const value = source.buffer.readInt32BE(source.offset)
  source.offset += 4
  return value
}

/** As a decimal text: no double holds them all. */
function int64(source: BatchSource): string {
  const value = source.buffer.readBigInt64BE(source.offset)
  source.offset += 8
  return value.toString()
}

function text(source: BatchSource): string {
  const start = source.offset + 2
  source.offset = start + source.buffer.readInt16BE(source.offset)
  return source.buffer.toString('utf8', start, source.offset)
}
