/**
 * A record as one JSON object with the journal's names, without what only a journal has (`seq`, `hash`).
 *
 * The payload stands in it as in the journal's line: its bytes as they came wherever it is one JSON object without
 * line breaks, so that numbers keep their form.
 */
import { isUtf8 } from 'node:buffer'
import type { HeaderValue } from '../shared/contract/journal-entry.js'
import { RAW_MESSAGE_BYTES_MAX } from '../shared/contract/limits.js'
import { rfc3339 } from '../shared/runtime/clock.js'
import type { Match } from './match.js'

/** @example {"timestamp":"…","event_type":"message.received","kafka_topic":"orders",…,"order_full":{…}} */
export function recordJson({ record, subject }: Match): string {
  const { verdict } = subject
  const head = JSON.stringify({
    timestamp: rfc3339(subject.timestamp.getTime()),
    event_type: subject.event_type,
    kafka_topic: subject.topic,
    kafka_partition: subject.partition,
    kafka_offset: subject.offset,
    ...timestampFields(record.timestampMs),
    ...keyFields(record.key),
    kafka_headers: Array.from(record.headers, ([name, value]) => [name, headerValue(value)]),
    message_size: subject.size,
    deserialized: verdict.deserialized,
    ...(verdict.rejection ? { error: verdict.rejection } : {}),
  })
  const open = head.slice(0, -1)
  if (verdict.deserialized && verdict.orderText === null) return `${open},"order_full":${record.value}}`
  const order = verdict.deserialized ? `,"order_full":${verdict.orderText}` : ''
  return `${open},${rawField(record.value)}${order}}`
}

function timestampFields(timestampMs: string): Record<string, unknown> {
  const kafka_timestamp = rfc3339(Number(timestampMs))
  const isBeyond = kafka_timestamp === null && timestampMs !== '-1'
  return { kafka_timestamp, ...(isBeyond ? { kafka_timestamp_ms: timestampMs } : {}) }
}

const keyFields = (key: Buffer | null): Record<string, unknown> =>
  key === null || isUtf8(key)
    ? { kafka_key: key === null ? null : key.toString('utf8') }
    : { kafka_key_base64: key.toString('base64') }

function headerValue(value: Buffer | null): HeaderValue {
  if (value === null) return null
  return isUtf8(value) ? value.toString('utf8') : { base64: value.toString('base64') }
}

function rawField(value: Buffer | null): string {
  const text = value === null || isUtf8(value) ? JSON.stringify(value?.toString('utf8') ?? null) : null
  if (text !== null && Buffer.byteLength(text) <= RAW_MESSAGE_BYTES_MAX) return `"raw_message":${text}`
  return `"raw_base64":"${value?.toString('base64')}"`
}
