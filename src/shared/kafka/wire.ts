/**
 * The two requests that the publisher speaks itself: Produce with one ready record batch, and Fetch for the headers
 * of the batches that are on a partition. Everything else goes through kafkajs.
 *
 * Both in a version that every broker since Kafka 2.1 takes, 4.x included.
 * @see https://kafka.apache.org/protocol
 */
import { type Broker, payloadOf, type RawRequest } from './internals.js'
import { readBatchHeaders, type StoredBatch } from './record-batch.js'

const PRODUCE_API = 0
const PRODUCE_VERSION = 7
const FETCH_API = 1
const FETCH_VERSION = 4
const ACKS_ALL = -1
const READ_UNCOMMITTED = 0

/** The broker waits this long for its replicas before it answers REQUEST_TIMED_OUT, milliseconds. */
const REPLICATION_TIMEOUT_MS = 8_000

export interface ProduceAnswer {
  /** 0, or Kafka's error number. */
  errorCode: number
  /** Offset of the batch's first record; -1 with an error. */
  baseOffset: number
}

/**
 * Sends one sealed batch, acks=all.
 *
 * Rejects with a kafkajs error when no answer came; the batch may then be stored or not.
 */
export function produce(
  broker: Broker,
  { topic, partition, batch }: { topic: string; partition: number; batch: Buffer },
): Promise<ProduceAnswer> {
  // Produce v7 => transactional_id acks timeout_ms [name [index records]]
  const name = Buffer.from(topic)
  const head = Buffer.allocUnsafe(2 + 2 + 4 + 4 + 2 + name.length + 4 + 4 + 4)
  let at = head.writeInt16BE(-1, 0)
  at = head.writeInt16BE(ACKS_ALL, at)
  at = head.writeInt32BE(REPLICATION_TIMEOUT_MS, at)
  at = head.writeInt32BE(1, at)
  at = head.writeInt16BE(name.length, at)
  at += name.copy(head, at)
  at = head.writeInt32BE(1, at)
  at = head.writeInt32BE(partition, at)
  head.writeInt32BE(batch.length, at)
  return broker.connectionPool.send(
    rawRequest({
      api: { apiKey: PRODUCE_API, apiVersion: PRODUCE_VERSION, apiName: 'Produce' },
      payload: [head, batch],
      decode: decodeProduce,
    }),
  )
}

/** `[name [index error_code base_offset log_append_time log_start_offset]] throttle_time_ms` */
function decodeProduce(payload: Buffer): ProduceAnswer & { clientSideThrottleTime: number } {
  let at = 4
  at += 2 + payload.readInt16BE(at)
  at += 4 + 4
  const errorCode = payload.readInt16BE(at)
  const baseOffset = Number(payload.readBigInt64BE(at + 2))
  return { errorCode, baseOffset, clientSideThrottleTime: payload.readInt32BE(at + 2 + 8 + 8 + 8) }
}

export interface FetchAnswer {
  errorCode: number
  /** Offset after the last replicated record. */
  highWatermark: number
  batches: StoredBatch[]
}

/** Reads the headers of the batches from `offset` on, about `bytesMax` bytes of them, committed or not. */
export function fetchBatches(
  broker: Broker,
  request: { topic: string; partition: number; offset: number; bytesMax: number },
): Promise<FetchAnswer> {
  // Fetch v4 => replica_id max_wait_ms min_bytes max_bytes isolation_level [topic [partition fetch_offset max_bytes]]
  const name = Buffer.from(request.topic)
  const payload = Buffer.allocUnsafe(4 + 4 + 4 + 4 + 1 + 4 + 2 + name.length + 4 + 4 + 8 + 4)
  let at = payload.writeInt32BE(-1, 0)
  at = payload.writeInt32BE(0, at)
  at = payload.writeInt32BE(0, at)
  at = payload.writeInt32BE(request.bytesMax, at)
  at = payload.writeInt8(READ_UNCOMMITTED, at)
  at = payload.writeInt32BE(1, at)
  at = payload.writeInt16BE(name.length, at)
  at += name.copy(payload, at)
  at = payload.writeInt32BE(1, at)
  at = payload.writeInt32BE(request.partition, at)
  at = payload.writeBigInt64BE(BigInt(request.offset), at)
  payload.writeInt32BE(request.bytesMax, at)
  return broker.connectionPool.send(
    rawRequest({
      api: { apiKey: FETCH_API, apiVersion: FETCH_VERSION, apiName: 'Fetch' },
      payload: [payload],
      decode: decodeFetch,
    }),
  )
}

/** `throttle_time_ms [topic [partition error_code high_watermark last_stable_offset [aborted] records]]` */
function decodeFetch(payload: Buffer): FetchAnswer {
  let at = 4 + 4
  at += 2 + payload.readInt16BE(at)
  at += 4 + 4
  const errorCode = payload.readInt16BE(at)
  const highWatermark = Number(payload.readBigInt64BE(at + 2))
  at += 2 + 8 + 8
  const aborted = payload.readInt32BE(at)
  at += 4 + Math.max(aborted, 0) * (8 + 8)
  const length = payload.readInt32BE(at)
  at += 4
  return {
    errorCode,
    highWatermark,
    batches: readBatchHeaders(payload.subarray(at, at + Math.max(length, 0))),
  }
}

/** A request whose bytes the caller made, and whose answer it takes apart. */
export function rawRequest<T>({
  api,
  payload,
  decode,
}: {
  api: { apiKey: number; apiVersion: number; apiName: string }
  payload: [Buffer, ...Buffer[]]
  decode: (payload: Buffer) => T
}): RawRequest<T> {
  return {
    request: { ...api, encode: async () => payloadOf(...payload) },
    response: { decode: async (bytes) => decode(bytes), parse: async (decoded) => decoded },
  }
}
