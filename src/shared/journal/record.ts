/**
 * The body of a record's line: every field in its fixed order, the payload's bytes as they came.
 *
 * Strings are built for the fields in front; the payload is copied as bytes, never decoded and encoded again.
 */
import { isUtf8 } from 'node:buffer'
import { RAW_MESSAGE_BYTES_MAX } from '../contract/limits.js'
import type { Verdict } from '../contract/verdict.js'
import { rfc3339 } from '../runtime/clock.js'
import type { ChainEncoder } from './encoder.js'

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
      `"kafka_partition":${record.partition},"kafka_offset":${record.offset},${timestampFields(record.timestampMs)},` +
      `${keyField(record.key)},"kafka_headers":${headersJson(record.headers)},` +
      `"message_size":${value?.length ?? 0},"deserialized":${verdict.deserialized},`,
  )
  if (verdict.rejection) to.text(`"error":${JSON.stringify(verdict.rejection)},`)
  if (verdict.deserialized && verdict.verbatim && value) {
    to.text('"order_full":')
    to.bytes(value)
    to.text(',')
    return
  }
  writeRaw(to, value)
  if (verdict.deserialized) to.text(`"order_full":${JSON.stringify(verdict.payload)},`)
}

function eventTypeOf({ deserialized, rejection }: Verdict): string {
  if (!deserialized) return 'message.received.deserialization_error'
  return rejection ? 'message.received.validation_error' : 'message.received'
}

function timestampFields(timestampMs: string): string {
  const text = rfc3339(Number(timestampMs))
  if (text !== null) return `"kafka_timestamp":"${text}"`
  const beyond = timestampMs === '-1' ? '' : `,"kafka_timestamp_ms":"${timestampMs}"`
  return `"kafka_timestamp":null${beyond}`
}

function keyField(key: Buffer | null): string {
  if (key === null) return '"kafka_key":null'
  return isUtf8(key)
    ? `"kafka_key":${JSON.stringify(key.toString('utf8'))}`
    : `"kafka_key_base64":"${key.toString('base64')}"`
}

function headersJson(headers: [string, Buffer | null][]): string {
  const parts = headers.map(([name, value]) => `[${JSON.stringify(name)},${headerValue(value)}]`)
  return `[${parts.join(',')}]`
}

function headerValue(value: Buffer | null): string {
  if (value === null) return 'null'
  return isUtf8(value) ? JSON.stringify(value.toString('utf8')) : `{"base64":"${value.toString('base64')}"}`
}

/** UTF-8 stays readable; other bytes, and a text that would pass its bound, are kept as base64. */
function writeRaw(to: ChainEncoder, value: Buffer | null): void {
  const text = value === null || isUtf8(value) ? JSON.stringify(value?.toString('utf8') ?? null) : null
  if (text !== null && Buffer.byteLength(text) <= RAW_MESSAGE_BYTES_MAX) to.text(`"raw_message":${text},`)
  else to.text(`"raw_base64":"${value?.toString('base64')}",`)
}
