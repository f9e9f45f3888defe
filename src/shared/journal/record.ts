/**
 * The body of a record's line: every field in its fixed order, the payload's bytes as they came.
 *
 * Strings are built for the fields in front; the payload is copied as bytes, never decoded and encoded again.
 */
import { isUtf8 } from 'node:buffer'
import { RAW_MESSAGE_BYTES_MAX } from '../contract/limits.js'
import { wellFormedJson } from '../contract/lone-surrogates.js'
import { PackedHeaders, type RecordHeaders } from '../contract/record-headers.js'
import { eventTypeOf, type Ruling } from '../contract/verdict.js'
import { rfc3339 } from '../runtime/clock.js'
import type { LineBytes } from './line-bytes.js'

const KEY = Buffer.from('"kafka_key":')
const HEADERS = Buffer.from(',"kafka_headers":[')
const ORDER_FULL = Buffer.from('"order_full":')
const COMMA = Buffer.from(',')
const CLOSE = Buffer.from(']')

const KNOWN_NAMES_MAX = 64
const KNOWN_NAME_BYTES_MAX = 256

/** One record as the journal takes it. */
export interface IncomingRecord {
  topic: string
  partition: number
  offset: number
  /** Milliseconds since 1970 as a decimal string, `-1` for none: may pass what a number or a date can hold. */
  timestampMs: string
  key: Buffer | null
  headers: RecordHeaders
  value: Buffer | null
  verdict: Ruling
  /** What {@link writeRecordBody} writes, where that was done ahead. */
  body?: LineBody | null
}

/** Where a record's part of its line stands, from `event_type` up to but without `seq`. */
export interface LineBody {
  bytes: Buffer
  start: number
  end: number
  /** Length of the record's value; 0 for null. */
  valueBytes: number
}

/** Bytes of key, value and headers; no form of the line is shorter. */
export function recordBytes({ key, value, headers }: IncomingRecord): number {
  let bytes = (key?.length ?? 0) + (value?.length ?? 0)
  // A line has more around each header than its two lengths take.
  if (headers instanceof PackedHeaders) return bytes + headers.byteLength
  for (const [name, header] of headers) bytes += name.length + (header?.length ?? 0)
  return bytes
}

/** Writes the fields of `record` after `timestamp`, up to but without `seq`. */
export function writeRecordBody(to: LineBytes, record: IncomingRecord): void {
  const { verdict, value } = record
  to.fewBytes(head(record))
  to.ascii(`${record.offset},`)
  to.fewBytes(timestampFields(record.timestampMs))
  writeKey(to, record.key)
  writeHeaders(to, record.headers)
  to.ascii(`,"message_size":${value?.length ?? 0},"deserialized":${verdict.deserialized},`)
  if (verdict.rejection) to.text(`"error":${wellFormedJson(verdict.rejection)},`)
  if (verdict.deserialized && verdict.orderText === null && value) {
    to.fewBytes(ORDER_FULL)
    to.bytes(value)
    to.fewBytes(COMMA)
    return
  }
  writeRaw(to, value)
  if (verdict.deserialized) to.text(`"order_full":${verdict.orderText},`)
}

/** The fields in front of the offset, and its name. */
export const headText = ({
  topic,
  partition,
  eventType,
}: {
  topic: string
  partition: number
  eventType: string
}): string =>
  `"event_type":"${eventType}","kafka_topic":${JSON.stringify(topic)},"kafka_partition":${partition},"kafka_offset":`

/** Of the record before; the next one nearly always is of the same partition and as good. */
let lastHead = { eventType: '', topic: '', partition: -1, bytes: Buffer.alloc(0) }

function head({ verdict, topic, partition }: IncomingRecord): Buffer {
  const eventType = eventTypeOf(verdict)
  const isSame =
    lastHead.partition === partition && lastHead.topic === topic && lastHead.eventType === eventType
  if (!isSame) {
    const bytes = Buffer.from(headText({ topic, partition, eventType }))
    lastHead = { eventType, topic, partition, bytes }
  }
  return lastHead.bytes
}

/** Of the record before: those of one batch often share a time. */
let lastTimestamp = { timestampMs: '', bytes: Buffer.alloc(0) }

function timestampFields(timestampMs: string): Buffer {
  if (lastTimestamp.timestampMs !== timestampMs) {
    lastTimestamp = { timestampMs, bytes: Buffer.from(`${timestampText(timestampMs)},`) }
  }
  return lastTimestamp.bytes
}

/** The fields of a record's time, milliseconds since 1970 in decimal. */
export function timestampText(timestampMs: string): string {
  const text = rfc3339(Number(timestampMs))
  if (text !== null) return `"kafka_timestamp":"${text}"`
  const beyond = timestampMs === '-1' ? '' : `,"kafka_timestamp_ms":"${timestampMs}"`
  return `"kafka_timestamp":null${beyond}`
}

function writeKey(to: LineBytes, key: Buffer | null): void {
  if (key === null) to.ascii('"kafka_key":null')
  else if (isUtf8(key)) {
    to.fewBytes(KEY)
    if (!to.plainString(key, 0, key.length)) to.text(JSON.stringify(key.toString('utf8')))
  } else to.ascii(`"kafka_key_base64":"${key.toString('base64')}"`)
}

function writeHeaders(to: LineBytes, headers: RecordHeaders): void {
  to.fewBytes(HEADERS)
  if (headers instanceof PackedHeaders) writePackedHeaders(to, headers)
  else {
    let isFirst = true
    for (const [name, value] of headers) {
      if (!isFirst) to.fewBytes(COMMA)
      isFirst = false
      to.fewBytes(Buffer.from(`[${JSON.stringify(name)},`))
      if (value === null) to.ascii('null')
      else writeHeaderValue(to, value, { start: 0, end: value.length })
      to.fewBytes(CLOSE)
    }
  }
  to.fewBytes(CLOSE)
}

/** By a header's place in its record: its name as it was last found there, and how it is written. */
const knownNames: { name: Buffer; start: Buffer }[] = []

/** Straight from the bytes they came in: a record has some eight, and making buffers and a string of each took longer than all else here. */
function writePackedHeaders(to: LineBytes, headers: PackedHeaders): void {
  const { bytes } = headers
  headers.forEachSpan(({ nameStart, nameEnd, valueStart, valueEnd }, index) => {
    if (index > 0) to.fewBytes(COMMA)
    to.fewBytes(headerStart(bytes, { nameStart, nameEnd }, index))
    if (valueStart === -1) to.ascii('null')
    else writeHeaderValue(to, bytes, { start: valueStart, end: valueEnd })
    to.fewBytes(CLOSE)
  })
}

/** `["name",` of a header; records of a topic have the same names at the same places again and again. */
function headerStart(
  bytes: Buffer,
  { nameStart, nameEnd }: { nameStart: number; nameEnd: number },
  index: number,
): Buffer {
  const known = knownNames[index]
  if (known && isSame(known.name, bytes, nameStart, nameEnd)) return known.start
  const name = Buffer.from(bytes.subarray(nameStart, nameEnd))
  const start = Buffer.from(`[${JSON.stringify(name.toString('utf8'))},`)
  if (index < KNOWN_NAMES_MAX && name.length <= KNOWN_NAME_BYTES_MAX) knownNames[index] = { name, start }
  return start
}

/** Names are so short that a loop is faster than a call of `compare`. */
function isSame(name: Buffer, bytes: Buffer, start: number, end: number): boolean {
  if (end - start !== name.length) return false
  for (let index = 0; index < name.length; index += 1) if (name[index] !== bytes[start + index]) return false
  return true
}

/** Most are short and plain, so that is tried before it is asked whether they are UTF-8. */
function writeHeaderValue(
  to: LineBytes,
  bytes: Buffer,
  { start, end }: { start: number; end: number },
): void {
  if (to.plainString(bytes, start, end)) return
  const value = bytes.subarray(start, end)
  if (isUtf8(value)) to.text(JSON.stringify(value.toString('utf8')))
  else to.ascii(`{"base64":"${value.toString('base64')}"}`)
}

/** UTF-8 stays readable; other bytes, and a text that would pass its bound, are kept as base64. */
function writeRaw(to: LineBytes, value: Buffer | null): void {
  const text = value === null || isUtf8(value) ? JSON.stringify(value?.toString('utf8') ?? null) : null
  if (text !== null && Buffer.byteLength(text) <= RAW_MESSAGE_BYTES_MAX) to.text(`"raw_message":${text},`)
  else to.text(`"raw_base64":"${value?.toString('base64')}",`)
}
