/**
 * The body of a record's line: every field in its fixed order, the payload's bytes as they came.
 *
 * Strings are built for the fields in front; the payload is copied as bytes, never decoded and encoded again.
 */
import { isUtf8 } from 'node:buffer'
import { RAW_MESSAGE_BYTES_MAX } from '../contract/limits.js'
import { wellFormedJson } from '../contract/lone-surrogates.js'
import { eventTypeOf, type Verdict } from '../contract/verdict.js'
import { rfc3339 } from '../runtime/clock.js'
import type { ChainEncoder } from './encoder.js'

const KEY = Buffer.from('"kafka_key":')
const HEADERS = Buffer.from(',"kafka_headers":[')
const COMMA = Buffer.from(',')
const CLOSE = Buffer.from(']')

const HEADER_STARTS_MAX = 256
const HEADER_START_BYTES_MAX = 256
const headerStarts = new Map<string, Buffer>()

/** One record as the journal takes it. */
export interface IncomingRecord {
  topic: string
  partition: number
  offset: number
  /** Milliseconds since 1970 as a decimal string, `-1` for none: may pass what a number or a date can hold. */
  timestampMs: string
  key: Buffer | null
  headers: [string, Buffer | null][]
  value: Buffer | null
  verdict: Verdict
}

/** Bytes of key, value and headers; no form of the line is shorter. */
export function recordBytes({ key, value, headers }: IncomingRecord): number {
  let bytes = (key?.length ?? 0) + (value?.length ?? 0)
  for (const [name, header] of headers) bytes += name.length + (header?.length ?? 0)
  return bytes
}

/** Writes the fields of `record` after `timestamp`, up to but without `seq`. */
export function writeRecordBody(to: ChainEncoder, record: IncomingRecord): void {
  const { verdict, value } = record
  to.text(
    `"event_type":"${eventTypeOf(verdict)}","kafka_topic":${JSON.stringify(record.topic)},` +
      `"kafka_partition":${record.partition},"kafka_offset":${record.offset},${timestampFields(record.timestampMs)},`,
  )
  writeKey(to, record.key)
  writeHeaders(to, record.headers)
  to.ascii(`,"message_size":${value?.length ?? 0},"deserialized":${verdict.deserialized},`)
  if (verdict.rejection) to.text(`"error":${wellFormedJson(verdict.rejection)},`)
  if (verdict.deserialized && verdict.verbatim && value) {
    to.ascii('"order_full":')
    to.bytes(value)
    to.ascii(',')
    return
  }
  writeRaw(to, value)
  if (verdict.deserialized) to.text(`"order_full":${wellFormedJson(verdict.payload)},`)
}

function timestampFields(timestampMs: string): string {
  const text = rfc3339(Number(timestampMs))
  if (text !== null) return `"kafka_timestamp":"${text}"`
  const beyond = timestampMs === '-1' ? '' : `,"kafka_timestamp_ms":"${timestampMs}"`
  return `"kafka_timestamp":null${beyond}`
}

function writeKey(to: ChainEncoder, key: Buffer | null): void {
  if (key === null) to.ascii('"kafka_key":null')
  else if (isUtf8(key)) {
    to.fewBytes(KEY)
    if (!to.plainString(key)) to.text(JSON.stringify(key.toString('utf8')))
  } else to.ascii(`"kafka_key_base64":"${key.toString('base64')}"`)
}

function writeHeaders(to: ChainEncoder, headers: [string, Buffer | null][]): void {
  to.fewBytes(HEADERS)
  for (let index = 0; index < headers.length; index += 1) {
    const [name, value] = headers[index] as [string, Buffer | null]
    if (index > 0) to.fewBytes(COMMA)
    to.fewBytes(headerStart(name))
    if (value === null) to.ascii('null')
    else writeHeaderValue(to, value)
    to.fewBytes(CLOSE)
  }
  to.fewBytes(CLOSE)
}

/** Most are short and plain, so that is tried before it is asked whether they are UTF-8. */
function writeHeaderValue(to: ChainEncoder, value: Buffer): void {
  if (to.plainString(value)) return
  if (isUtf8(value)) to.text(JSON.stringify(value.toString('utf8')))
  else to.ascii(`{"base64":"${value.toString('base64')}"}`)
}

/** `["name",` of a header; the few names of a topic come again and again. */
function headerStart(name: string): Buffer {
  const known = headerStarts.get(name)
  if (known) return known
  const start = Buffer.from(`[${JSON.stringify(name)},`)
  if (headerStarts.size < HEADER_STARTS_MAX && start.length <= HEADER_START_BYTES_MAX)
    headerStarts.set(name, start)
  return start
}

/** UTF-8 stays readable; other bytes, and a text that would pass its bound, are kept as base64. */
function writeRaw(to: ChainEncoder, value: Buffer | null): void {
  const text = value === null || isUtf8(value) ? JSON.stringify(value?.toString('utf8') ?? null) : null
  if (text !== null && Buffer.byteLength(text) <= RAW_MESSAGE_BYTES_MAX) to.text(`"raw_message":${text},`)
  else to.text(`"raw_base64":"${value?.toString('base64')}",`)
}
