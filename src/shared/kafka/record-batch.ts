/**
 * Builds Kafka record batches (format v2), record by record, straight into the bytes that go over the wire.
 *
 * The sender's identity and sequence are stamped in when a batch is about to be sent, so that the same bytes can be
 * sent again as they were, or under a new identity. Nothing is compressed.
 * @see https://kafka.apache.org/documentation/#recordbatch
 */
import { crc32c } from '@node-rs/crc32'
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

/** A header; names may repeat, and their order is kept. */
export type RecordHeader = readonly [name: string, value: string | Buffer | null]

export interface OutgoingRecord {
  key: string | Buffer | null
  /** Null is a tombstone. */
  value: string | Buffer | null
  headers: readonly RecordHeader[]
  /** Milliseconds since 1970. */
  timestamp: number
}

/** Who sends: a broker drops a batch whose identity and sequence it has already stored. */
export interface ProducerIdentity {
  producerId: bigint
  epoch: number
}

/** Length, attributes, both deltas, and the lengths of key, value and header count at their longest. */
const RECORD_OVERHEAD_BYTES_MAX = 5 + 1 + 10 + 5 + 5 + 5 + 5
const FIRST_BYTES = 16 * 1024
const NULL_LENGTH = -1

/** Texts up to this length are counted and written character by character: faster than a call into Node. */
const SHORT_CHARS = 64
const UTF8_BYTES_PER_CHAR_MAX = 3

/** An upper bound of what `record` takes in a batch, bytes. Above the truth by at most twice its short texts. */
export function recordBytesBound({ key, value, headers }: OutgoingRecord): number {
  let bytes = RECORD_OVERHEAD_BYTES_MAX + sizeBound(key) + sizeBound(value)
  for (const [name, content] of headers) bytes += 10 + sizeBound(name) + sizeBound(content)
  return bytes
}

function sizeBound(text: string | Buffer | null): number {
  if (text === null) return 0
  if (typeof text !== 'string') return text.length
  return text.length <= SHORT_CHARS ? text.length * UTF8_BYTES_PER_CHAR_MAX : Buffer.byteLength(text)
}

/** A batch that grows until it is sealed. */
export class RecordBatch {
  count = 0
  #bytes: Buffer
  #end = BATCH_HEADER_BYTES
  #baseTimestamp = 0
  #maxTimestamp = 0

  /** Builds in `memory`, as long as the batch fits into it. */
  constructor(memory: Buffer = Buffer.allocUnsafe(FIRST_BYTES)) {
    this.#bytes = memory
  }

  /** The memory the batch stands in, for another batch once this one is no longer needed. */
  get memory(): Buffer {
    return this.#bytes
  }

  /** Bytes that the batch takes on the wire so far. */
  get byteLength(): number {
    return this.#end
  }

  /** Appends `record`; `bound` is its {@link recordBytesBound}. */
  append(record: OutgoingRecord, bound: number): void {
    const { key, value, headers, timestamp } = record
    this.#reserve(bound)
    if (this.count === 0) {
      this.#baseTimestamp = timestamp
      this.#maxTimestamp = timestamp
    } else if (timestamp > this.#maxTimestamp) this.#maxTimestamp = timestamp
    const bytes = this.#bytes
    // The length comes first but is known last: the body is written behind the longest length and moved up.
    const start = this.#end
    const body = start + 5
    let at = body
    bytes[at++] = 0
    at = writeVarint(bytes, at, timestamp - this.#baseTimestamp)
    at = writeVarint(bytes, at, this.count)
    at = writeText(bytes, at, key)
    at = writeText(bytes, at, value)
    at = writeVarint(bytes, at, headers.length)
    for (const [name, content] of headers) {
      at = writeText(bytes, at, name)
      at = writeText(bytes, at, content)
    }
    const moved = writeVarint(bytes, start, at - body)
    bytes.copyWithin(moved, body, at)
    this.#end = moved + (at - body)
    this.count += 1
  }

  /** The batch's bytes under `identity`; they stay the same memory until the next append or seal. */
  seal({ producerId, epoch }: ProducerIdentity, baseSequence: number): Buffer {
    const bytes = this.#bytes
    bytes.writeBigInt64BE(0n, 0)
    bytes.writeInt32BE(this.#end - LENGTH_AT - 4, LENGTH_AT)
    bytes.writeInt32BE(-1, LEADER_EPOCH_AT)
    bytes[MAGIC_AT] = MAGIC
    bytes.writeInt16BE(0, ATTRIBUTES_AT)
    bytes.writeInt32BE(this.count - 1, LAST_DELTA_AT)
    bytes.writeBigInt64BE(BigInt(this.#baseTimestamp), BASE_TIMESTAMP_AT)
    bytes.writeBigInt64BE(BigInt(this.#maxTimestamp), MAX_TIMESTAMP_AT)
    bytes.writeBigInt64BE(producerId, PRODUCER_ID_AT)
    bytes.writeInt16BE(epoch, PRODUCER_EPOCH_AT)
    bytes.writeInt32BE(baseSequence, BASE_SEQUENCE_AT)
    bytes.writeInt32BE(this.count, COUNT_AT)
    bytes.writeUInt32BE(crc32c(bytes.subarray(ATTRIBUTES_AT, this.#end)), CRC_AT)
    return bytes.subarray(0, this.#end)
  }

  /** The first half of the records and the second as batches of their own; needs at least two records. */
  split(): [RecordBatch, RecordBatch] {
    const first = this.count >> 1
    const halves: [RecordBatch, RecordBatch] = [new RecordBatch(), new RecordBatch()]
    let at = BATCH_HEADER_BYTES
    for (let index = 0; index < this.count; index += 1) {
      const length = readVarint(this.#bytes, at)
      const end = length.end + length.value
      halves[index < first ? 0 : 1].#adopt(this, length.end, end)
      at = end
    }
    return halves
  }

  /** Takes over a record from `source`; only its place in the batch changes. */
  #adopt(source: RecordBatch, start: number, end: number): void {
    this.#baseTimestamp = source.#baseTimestamp
    this.#maxTimestamp = source.#maxTimestamp
    const timestampDelta = readVarint(source.#bytes, start + 1)
    const offsetDelta = readVarint(source.#bytes, timestampDelta.end)
    const head = Buffer.allocUnsafe(16)
    head[0] = 0
    let headEnd = writeVarint(head, 1, timestampDelta.value)
    headEnd = writeVarint(head, headEnd, this.count)
    const length = headEnd + (end - offsetDelta.end)
    this.#reserve(length + 5)
    this.#end = writeVarint(this.#bytes, this.#end, length)
    this.#end += head.copy(this.#bytes, this.#end, 0, headEnd)
    this.#end += source.#bytes.copy(this.#bytes, this.#end, offsetDelta.end, end)
    this.count += 1
  }

  #reserve(more: number): void {
    const needed = this.#end + more
    if (needed <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2))
    this.#bytes.copy(larger, 0, 0, this.#end)
    this.#bytes = larger
  }
}

/** Zigzag varint; for every whole number that a double holds exactly, so it serves varlongs too. */
function writeVarint(bytes: Buffer, start: number, value: number): number {
  let rest = value < 0 ? -value * 2 - 1 : value * 2
  let at = start
  while (rest > 0x7fffffff) {
    bytes[at++] = (rest % 128) | 0x80
    rest = Math.floor(rest / 128)
  }
  while (rest > 0x7f) {
    bytes[at++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  bytes[at++] = rest
  return at
}

function readVarint(bytes: Buffer, start: number): { value: number; end: number } {
  let at = start
  let zigzag = 0
  let scale = 1
  for (;;) {
    const byte = bytes[at++]!
    zigzag += (byte & 0x7f) * scale
    if (byte < 0x80) break
    scale *= 128
  }
  return { value: zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2, end: at }
}

function writeText(bytes: Buffer, start: number, text: string | Buffer | null): number {
  if (text === null) return writeVarint(bytes, start, NULL_LENGTH)
  if (typeof text !== 'string') {
    const at = writeVarint(bytes, start, text.length)
    text.copy(bytes, at)
    return at + text.length
  }
  if (text.length <= SHORT_CHARS) {
    const end = writeShortAscii(bytes, start, text)
    if (end !== -1) return end
  }
  const length = Buffer.byteLength(text)
  const at = writeVarint(bytes, start, length)
  // ASCII, which is as long in bytes as in characters, is copied as it is.
  bytes.write(text, at, length, length === text.length ? 'latin1' : 'utf8')
  return at + length
}

/** -1, and anything behind `start`, where the text is not ASCII. */
function writeShortAscii(bytes: Buffer, start: number, text: string): number {
  const { length } = text
  const at = writeVarint(bytes, start, length)
  for (let index = 0; index < length; index += 1) {
    const char = text.charCodeAt(index)
    if (char > 0x7f) return -1
    bytes[at + index] = char
  }
  return at + length
}

/** The header of a batch as a broker stores it. */
export interface StoredBatch extends ProducerIdentity {
  baseOffset: number
  baseSequence: number
  /** Offset after the batch. */
  nextOffset: number
}

/** Headers of the batches in `bytes`, in their order; the last batch may be cut short behind its header. */
export function readBatchHeaders(bytes: Buffer): StoredBatch[] {
  const batches: StoredBatch[] = []
  let at = 0
  while (at + BATCH_HEADER_BYTES <= bytes.length) {
    const baseOffset = Number(bytes.readBigInt64BE(at))
    batches.push({
      baseOffset,
      producerId: bytes.readBigInt64BE(at + PRODUCER_ID_AT),
      epoch: bytes.readInt16BE(at + PRODUCER_EPOCH_AT),
      baseSequence: bytes.readInt32BE(at + BASE_SEQUENCE_AT),
      nextOffset: baseOffset + bytes.readInt32BE(at + LAST_DELTA_AT) + 1,
    })
    at += LENGTH_AT + 4 + bytes.readInt32BE(at + LENGTH_AT)
  }
  return batches
}

const SEQUENCES = 2 ** 31

/** The sequence after `count` more records; it starts again at 0 behind the largest int32. */
export const sequenceAfter = (sequence: number, count: number): number => (sequence + count) % SEQUENCES
