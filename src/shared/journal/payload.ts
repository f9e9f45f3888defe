/** Gives back the bytes of a record from its line: key and value exactly as Kafka stored them. */
import type { RecordEntry } from '../contract/journal-entry.js'
import { SUFFIX_BYTES } from './line.js'

/**
 * Unescaped quotes stand only around keys and strings, so this text cannot come from inside a string, and no
 * field before `order_full` holds an object with such a key: its first place is the field itself.
 */
const ORDER_FULL = ',"order_full":'
const SEQ = ',"seq":'

/**
 * Value of the record; null for a tombstone.
 *
 * @param line The entry's line, without its LF.
 */
export function valueBytes(line: Buffer, entry: RecordEntry): Buffer | null {
  if (entry.raw_message === null) return null
  if (entry.raw_message !== undefined) return Buffer.from(entry.raw_message, 'utf8')
  if (entry.raw_base64 !== undefined) return Buffer.from(entry.raw_base64, 'base64')
  const place = orderFullPlace(line)
  return place && line.subarray(place.from, place.to)
}

/** Where the bytes of `order_full` stand in a record's line, or null where there is none. */
export function orderFullPlace(line: Buffer): { from: number; to: number } | null {
  const at = line.indexOf(ORDER_FULL)
  if (at === -1) return null
  return { from: at + ORDER_FULL.length, to: line.lastIndexOf(SEQ, line.length + 1 - SUFFIX_BYTES) }
}

/** Key of the record; null where it has none. */
export function keyBytes(entry: RecordEntry): Buffer | null {
  if (entry.kafka_key_base64 !== undefined) return Buffer.from(entry.kafka_key_base64, 'base64')
  return typeof entry.kafka_key === 'string' ? Buffer.from(entry.kafka_key, 'utf8') : null
}

/** Headers of the record in their order. */
export const headerPairs = (entry: RecordEntry): [string, Buffer | null][] =>
  entry.kafka_headers.map(([name, value]) => [name, headerBytes(value)])

function headerBytes(value: RecordEntry['kafka_headers'][number][1]): Buffer | null {
  if (value === null) return null
  return typeof value === 'string' ? Buffer.from(value, 'utf8') : Buffer.from(value.base64, 'base64')
}

/** Timestamp of the record in milliseconds as a decimal string, `-1` where it has none. */
export function timestampMsOf(entry: RecordEntry): string {
  if (entry.kafka_timestamp_ms !== undefined) return entry.kafka_timestamp_ms
  return entry.kafka_timestamp === null ? '-1' : String(Date.parse(entry.kafka_timestamp))
}
