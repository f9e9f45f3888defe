/**
 * Goal: a line holds every field of its record in the documented form, whatever the topic holds.
 * Method: arbitrary records against rules written down here a second time, from docs/formats.md.
 */
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PAYLOAD_DEPTH_MAX, RAW_MESSAGE_BYTES_MAX } from '../../../../src/shared/contract/limits.js'
import { hasLoneSurrogate, wellFormedJson } from '../../../../src/shared/contract/lone-surrogates.js'
import type { PackedHeaders } from '../../../../src/shared/contract/record-headers.js'
import { Draft, NOTHING_SINCE } from '../../../../src/shared/journal/draft.js'
import { ChainEncoder } from '../../../../src/shared/journal/encoder.js'
import type { IncomingRecord } from '../../../../src/shared/journal/record.js'
import { emptyState } from '../../../../src/shared/journal/state.js'
import {
  RecordBatch,
  type RecordHeader,
  recordBytesBound,
} from '../../../../src/shared/kafka/record-batch.js'
import { decodeRecords } from '../../../../src/shared/kafka/record-decoder.js'
import { anyContent, nested } from '../../../support/arbitraries.js'
import { batchContext } from '../../../support/batch-context.js'
import { record } from '../../../support/journal-records.js'

const TIMESTAMP = '2026-11-21T02:15:37.000Z'
/** Where the records of a batch begin, behind its header. */
const RECORDS_AT = 61
/** What four digits of a year can say; -1 in between means none and needs no more than null. */
const YEAR_0_MS = -62_167_219_200_000
const YEAR_9999_END_MS = 253_402_300_799_999

/** The lines of these records, without their LF. */
function linesOf(records: IncomingRecord[]): string[] {
  const encoder = new ChainEncoder()
  const draft = new Draft({ state: emptyState(), since: NOTHING_SINCE }, encoder, TIMESTAMP)
  for (const each of records) draft.record(each)
  const text = encoder.batch().toString('utf8')
  expect(text.endsWith('\n')).toBe(true)
  return text.slice(0, -1).split('\n')
}

const lineOf = (value: Buffer | string | null): string => linesOf([record(0, { value })])[0] ?? ''

function asUtf8(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

/** Deepest nesting of a JSON text, its strings taken out. */
function depthOf(json: string): number {
  let depth = 0
  let deepest = 0
  for (const bracket of json.replace(/"(?:[^"\\]|\\.)*"/gs, '').replace(/[^[\]{}]/g, '')) {
    depth += '[{'.includes(bracket) ? 1 : -1
    deepest = Math.max(deepest, depth)
  }
  return deepest
}

/** The value as a line can hold it. */
const wellFormed = (value: object | null): unknown =>
  hasLoneSurrogate(JSON.stringify(value)) ? JSON.parse(wellFormedJson(value)) : value

/** What formats.md calls deserialized: a UTF-8 JSON object that is not too deep. */
function parsedObject(value: Buffer | null): object | null {
  const text = value === null ? null : asUtf8(value)
  if (text === null) return null
  try {
    const parsed: unknown = JSON.parse(text)
    const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
    return isObject && depthOf(text) <= PAYLOAD_DEPTH_MAX ? parsed : null
  } catch {
    return null
  }
}

function expectedFields({ value, key, timestampMs, verdict }: IncomingRecord): string[] {
  const isObject = parsedObject(value) !== null
  const text = value === null ? '' : asUtf8(value)
  const isVerbatim = isObject && /^\{[^\r\n]*\}$/.test(text ?? '') && !hasLoneSurrogate(text ?? '')
  const isDate = Number(timestampMs) >= YEAR_0_MS && Number(timestampMs) <= YEAR_9999_END_MS
  return [
    'timestamp',
    'event_type',
    'kafka_topic',
    'kafka_partition',
    'kafka_offset',
    'kafka_timestamp',
    ...(isDate ? [] : ['kafka_timestamp_ms']),
    key !== null && asUtf8(key) === null ? 'kafka_key_base64' : 'kafka_key',
    'kafka_headers',
    'message_size',
    'deserialized',
    ...(verdict.rejection ? ['error'] : []),
    ...(isVerbatim ? [] : [text === null ? 'raw_base64' : 'raw_message']),
    ...(isObject ? ['order_full'] : []),
    'seq',
    'hash',
  ]
}

test('every line is one JSON object with the documented fields in their order, chained to the line before', () => {
  fc.assert(
    fc.property(fc.array(anyContent, { minLength: 1, maxLength: 5 }), (contents) => {
      const given = contents.map((content, offset) => record(offset, content))
      const lines = linesOf(given)
      expect(lines).toHaveLength(given.length)
      let hash = '0'.repeat(64)
      for (const [index, line] of lines.entries()) {
        const from = given[index] as IncomingRecord
        const entry = JSON.parse(line)
        expect(Object.keys(entry)).toEqual(expectedFields(from))
        expect(entry.seq).toBe(index + 1)
        expect(entry.message_size).toBe(from.value?.length ?? 0)
        expect(entry.deserialized).toBe(parsedObject(from.value) !== null)
        expect(entry.event_type).toMatch(/^message\.received(\.(deserialization|validation)_error)?$/)
        expect(hasLoneSurrogate(line)).toBe(false)
        if (entry.deserialized) expect(entry.order_full).toEqual(wellFormed(parsedObject(from.value)))
        hash = createHash('sha256')
          .update(hash + line.slice(0, -75))
          .digest('hex')
        expect(line.slice(-75)).toBe(`,"hash":"${hash}"}`)
      }
    }),
    { numRuns: 400 },
  )
})

test('a JSON object on one line stands verbatim, its spelling kept', () => {
  const value = '{"b" : 1.0, "a":"\\u0041", "a":1e2}'
  expect(lineOf(value)).toContain(`,"deserialized":true,"error":`)
  expect(lineOf(value)).toContain(`"order_full":${value},"seq":1,"hash":"`)
})

test.each([
  ['line breaks inside', '{\n"a":1\n}'],
  ['a carriage return inside', '{"a":1,\r"b":2}'],
  ['white space before', ' {"a":1}'],
  ['white space behind', '{"a":1}\t'],
])('an object with %s is kept as text, and its parsed form stands beside it', (_, value) => {
  const entry = JSON.parse(lineOf(value))
  expect(entry.raw_message).toBe(value)
  expect(entry.order_full).toEqual(JSON.parse(value))
})

test.each(['{', '['] as const)('nesting by %s is deserialized at 64 levels and not at 65', (by) => {
  expect(JSON.parse(lineOf(nested(64, by)))).toMatchObject({ deserialized: true })
  expect(JSON.parse(lineOf(nested(65, by)))).toMatchObject({
    deserialized: false,
    error: { code: 'too_deep' },
    raw_message: nested(65, by),
  })
})

test('a tombstone is raw_message null with size 0, and an empty value is an empty text', () => {
  expect(JSON.parse(lineOf(null))).toMatchObject({
    raw_message: null,
    message_size: 0,
    error: { code: 'tombstone' },
  })
  expect(JSON.parse(lineOf(''))).toMatchObject({
    raw_message: '',
    message_size: 0,
    error: { code: 'not_json' },
  })
})

test('a text whose JSON form passes 8 MiB is kept as base64', () => {
  // The quotes around it count; each NUL takes six characters.
  const fits = 'a'.repeat(RAW_MESSAGE_BYTES_MAX - 2)
  expect(JSON.parse(lineOf(fits))).toHaveProperty('raw_message', fits)
  expect(JSON.parse(lineOf(`${fits}a`))).toHaveProperty(
    'raw_base64',
    Buffer.from(`${fits}a`).toString('base64'),
  )
  expect(JSON.parse(lineOf('\0'.repeat(1_400_000)))).toHaveProperty('raw_base64')
})

test.each([
  ['-1', { kafka_timestamp: null }],
  ['0', { kafka_timestamp: '1970-01-01T00:00:00.000Z' }],
  ['253402300799999', { kafka_timestamp: '9999-12-31T23:59:59.999Z' }],
  ['253402300800000', { kafka_timestamp: null, kafka_timestamp_ms: '253402300800000' }],
  ['9223372036854775807', { kafka_timestamp: null, kafka_timestamp_ms: '9223372036854775807' }],
])('the timestamp %s is written as %j', (timestampMs, fields) => {
  const { kafka_timestamp, kafka_timestamp_ms } = JSON.parse(linesOf([record(0, { timestampMs })])[0] ?? '')
  expect({ kafka_timestamp, kafka_timestamp_ms }).toEqual({ kafka_timestamp_ms: undefined, ...fields })
})

test('headers keep their order, their repeated names, bytes that are no text, and nothing', () => {
  const headers: [string, Buffer | null][] = [
    ['a', Buffer.from('1')],
    ['b', Buffer.from([0xff])],
    ['a', null],
    ['a', Buffer.from('')],
  ]
  expect(JSON.parse(linesOf([record(0, { headers })])[0] ?? '').kafka_headers).toEqual([
    ['a', '1'],
    ['b', { base64: '/w==' }],
    ['a', null],
    ['a', ''],
  ])
})

test('headers are written from their packed bytes as from a list', () => {
  const plain = fc.string({ unit: 'grapheme-ascii', maxLength: 12 })
  const name = fc.oneof(fc.constantFrom('ce_type', 'a', 'constructor', '"'), plain)
  const value = fc.option(
    fc.oneof(
      plain,
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes)),
    ),
  )
  fc.assert(
    fc.property(fc.array(fc.array(fc.tuple(name, value), { maxLength: 6 }), { maxLength: 4 }), (batches) => {
      for (const headers of batches) {
        const packed = packedHeaders(headers)
        expect(linesOf([record(0, { headers: packed })])).toEqual(
          linesOf([record(0, { headers: [...packed] })]),
        )
      }
    }),
  )
})

/** Headers as a fetch brings them. */
function packedHeaders(headers: RecordHeader[]): PackedHeaders {
  const batch = new RecordBatch()
  const outgoing = { key: null, value: 'v', headers, timestamp: 0 }
  batch.append(outgoing, recordBytesBound(outgoing))
  const bytes = batch.seal({ producerId: 0n, epoch: 0 }, 0).subarray(RECORDS_AT)
  const [fetched] = decodeRecords(Buffer.from(bytes), 1, batchContext())
  expect([...(fetched?.headers ?? [])]).toEqual(
    headers.map(([name, value]) => [name, value === null ? null : Buffer.from(value as string)]),
  )
  return fetched?.headers as PackedHeaders
}
