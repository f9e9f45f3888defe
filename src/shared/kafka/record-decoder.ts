/**
 * Reads the records of a record batch, as `batch-decoder.ts` asks for them.
 *
 * The decoder of kafkajs gathers headers in a plain object: repeated names lose their place among the others, `__proto__` is lost,
 * and a header called `constructor` comes back as a function. Here headers stay what they are on the wire, a list of
 * pairs. It is also several times faster.
 */

/** Offsets of a batch that cannot be read, and why not. */
export interface UndecodableRange {
  from: number
  /** Exclusive. */
  to: number
  why: string
}

/** A record as kafkajs hands it on; `isControlRecord` marks the end of a transaction and what was aborted. */
export interface FetchedRecord {
  offset: string
  /** Milliseconds since 1970 as a decimal string; `-1` for none. */
  timestamp: string
  key: Buffer | null
  value: Buffer | null
  /** In their order; names repeat. */
  headers: [name: string, value: Buffer | null][]
  isControlRecord: boolean
  /** This is no record: it stands for a batch that cannot be read. */
  undecodable?: UndecodableRange
}

/** What kafkajs tells of the batch that a record stands in. */
interface BatchContext {
  firstOffset: string
  firstTimestamp: string
  maxTimestamp: string
  /** 1: the broker's time of appending, the same for the whole batch. */
  timestampType: number
  isControlBatch: boolean
  magicByte: number
}

const LOG_APPEND_TIME = 1
const CONTINUES = 0x80
/** Seven groups of seven bits are a number that a double holds exactly. */
const NUMBER_GROUPS_MAX = 7

/** Where the next field begins; fields are read one after the other. */
let at = 0

/**
 * The `count` records that `bytes` consist of, each with its length in front.
 *
 * @throws {RangeError} where the bytes do not come out even.
 */
export function decodeRecords(bytes: Buffer, count: number, context: BatchContext): FetchedRecord[] {
  const records: FetchedRecord[] = []
  let next = 0
  for (let index = 0; index < count; index += 1) {
    at = next
    const length = readInt(bytes)
    const start = at
    next = start + length
    if (length < 0 || next > bytes.length) throw new RangeError(`record ${index} of ${count} has no end`)
    records.push(decodeRecord({ buffer: bytes.subarray(start, next) }, context))
  }
  if (next !== bytes.length) throw new RangeError(`${bytes.length - next} bytes follow the last record`)
  return records
}

/**
 * The record in `buffer`.
 *
 * ```
 * attributes int8 | timestampDelta varlong | offsetDelta varint | key | value | count varint | (name, value)...
 * ```
 * @throws {RangeError} where the fields end elsewhere than the bytes.
 */
export function decodeRecord({ buffer }: { buffer: Buffer }, batchContext: BatchContext): FetchedRecord {
  at = 1
  const timestampDelta = readLong(buffer)
  const offsetDelta = readInt(buffer)
  const isAppendTime = batchContext.timestampType === LOG_APPEND_TIME && batchContext.maxTimestamp !== ''
  const record = {
    magicByte: batchContext.magicByte,
    attributes: buffer[0],
    timestamp: isAppendTime ? batchContext.maxTimestamp : sum(batchContext.firstTimestamp, timestampDelta),
    offset: sum(batchContext.firstOffset, offsetDelta),
    key: readBytes(buffer),
    value: readBytes(buffer),
    headers: readHeaders(buffer),
    isControlRecord: batchContext.isControlBatch,
    batchContext,
  }
  if (at !== buffer.length) throw new RangeError(`a record of ${buffer.length} bytes ends at ${at}`)
  return record
}

function readHeaders(buffer: Buffer): [string, Buffer | null][] {
  const count = readInt(buffer)
  if (count > buffer.length) throw new RangeError(`${count} headers in ${buffer.length} bytes`)
  const headers: [string, Buffer | null][] = []
  for (let index = 0; index < count; index += 1) {
    headers.push([readName(buffer, index), readBytes(buffer)])
  }
  return headers
}

/** Names of the headers of the record before, by their place. */
const namesBefore: { bytes: Buffer; text: string }[] = []
const NAMES_KEPT_MAX = 32
const NAME_BYTES_KEPT_MAX = 64

/** Records of a producer have the same names in the same order: comparing bytes spares most of them the decoding. */
function readName(buffer: Buffer, index: number): string {
  const length = readInt(buffer)
  if (length < 0) return ''
  const start = at
  at += length
  const known = namesBefore[index]
  if (known && isSame(known.bytes, buffer, start, length)) return known.text
  const bytes = buffer.subarray(start, at)
  const text = bytes.toString('utf8')
  if (index < NAMES_KEPT_MAX && length <= NAME_BYTES_KEPT_MAX)
    namesBefore[index] = { bytes: Buffer.from(bytes), text }
  return text
}

function isSame(known: Buffer, buffer: Buffer, start: number, length: number): boolean {
  if (known.length !== length) return false
  for (let index = 0; index < length; index += 1) if (known[index] !== buffer[start + index]) return false
  return true
}

function readBytes(buffer: Buffer): Buffer | null {
  const length = readInt(buffer)
  if (length < 0) return null
  const start = at
  at += length
  return buffer.subarray(start, at)
}

/** A zigzag varint that is known to be an int32. */
const readInt = (buffer: Buffer): number => Number(readLong(buffer))

/** A zigzag varint; a bigint only where a number would not be exact. */
function readLong(buffer: Buffer): number | bigint {
  const start = at
  let zigzag = 0
  let scale = 1
  for (let group = 0; group < NUMBER_GROUPS_MAX; group += 1) {
    const byte = buffer[at++]!
    zigzag += (byte & 0x7f) * scale
    if (byte < CONTINUES) return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2
    scale *= 128
  }
  at = start
  return readBigLong(buffer)
}

function readBigLong(buffer: Buffer): bigint {
  let zigzag = 0n
  for (let shift = 0n; ; shift += 7n) {
    if (at >= buffer.length || shift > 63n) throw new RangeError(`a number at ${at} has no end`)
    const byte = buffer[at++]!
    zigzag |= BigInt(byte & 0x7f) << shift
    if (byte < CONTINUES) break
  }
  return (zigzag >> 1n) ^ -(zigzag & 1n)
}

/** `base` is an int64 in decimal; brokers store any, also those beyond what a double holds exactly. */
function sum(base: string, delta: number | bigint): string {
  const total = Number(base) + Number(delta)
  const isExact = typeof delta === 'number' && base.length < 16 && Number.isSafeInteger(total)
  return isExact ? String(total) : String(BigInt(base) + BigInt(delta))
}
