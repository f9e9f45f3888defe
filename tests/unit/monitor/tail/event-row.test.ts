import { expect, test } from 'vitest'
import { readJournalEntry } from '../../../../src/monitor/tail/entry-reader.js'
import { eventRow, payloadText } from '../../../../src/monitor/tail/event-row.js'
import type { EventRow } from '../../../../src/monitor/tail/protocol.js'
import { tempDir } from '../../../support/temp-dir.js'
import { orderPayload, TrackerFiles } from '../../../support/tracker-files.js'

const T0 = Date.parse('2026-11-21T02:15:37.001Z')
const files = (): TrackerFiles => new TrackerFiles(tempDir())

function rowOf(line: Buffer): EventRow {
  const entry = readJournalEntry(line)
  if (!entry) throw new Error('no entry')
  return eventRow(entry, { bytes: line, at: { fileFirstSeq: 1, offset: 0 } })
}

const recordRow = (value: Buffer | null): EventRow => rowOf(files().record(value, { timeMs: T0 }))

test('an accepted order is summed up, with its payload as it stands in the file', () => {
  const payload = orderPayload(2)
  expect(recordRow(payload)).toEqual({
    seq: 1,
    at: { fileFirstSeq: 1, offset: 0 },
    timeMs: T0,
    kind: 'accepted',
    label: 'order.created',
    topic: 'orders',
    partition: 0,
    offset: 0,
    key: 'key-0',
    sizeBytes: payload.length,
    latencyMs: 3,
    order: {
      sequence: 3,
      status: 'pending',
      customer: 'client03',
      items: '4 × latte',
      total: 19.3,
      currency: 'EUR',
    },
    reason: null,
    detail: null,
    pointer: null,
    orderId: '00000000-0000-4000-8000-000000000002',
    payload: payload.toString().slice(0, 512),
  })
})

test('a rejected record has its reason, and its text', () => {
  expect(recordRow(Buffer.from('{"order_id": "br'))).toMatchObject({
    kind: 'rejected',
    reason: 'not_json',
    order: null,
    payload: '"{\\"order_id\\": \\"br"',
  })
  expect(recordRow(Buffer.from([0xff, 0xfe, 0x41]))).toMatchObject({ reason: 'not_utf8', payload: '"//5B"' })
  expect(recordRow(null)).toMatchObject({ reason: 'tombstone', payload: 'null', sizeBytes: 0 })
})

test('a payload that contains the marks of other fields is not confused with them', () => {
  const payload = orderPayload(0, { raw_message: 'inner', seq: 5, note: '","raw_base64":"' })
  const line = files().record(payload, { timeMs: T0 })
  expect(payloadText(line, 16 * 1024)).toBe(payload.toString())
  expect(recordRow(payload).payload).toBe(payload.toString().slice(0, 512))
})

test('an order without most of its fields is shown by what it has', () => {
  expect(recordRow(Buffer.from('{"items":[{}],"metadata":7,"customer_info":null}'))).toMatchObject({
    kind: 'rejected',
    label: '',
    order: { sequence: null, customer: null, items: '?', total: null },
  })
})

test('payload and texts are bounded', () => {
  const row = recordRow(orderPayload(0, { order_id: 'é'.repeat(100_000) }))
  expect(Buffer.byteLength(row.payload)).toBeLessThanOrEqual(512 + 3)
  const types = recordRow(orderPayload(0, { metadata: { event_type: 'x'.repeat(5000) } }))
  expect(types.label).toHaveLength(300)
})

test("the journal's own lines say what they mean", () => {
  const writer = files()
  const gap = {
    event_type: 'journal.gap',
    kafka_topic: 'orders',
    kafka_partition: 2,
    from_offset: 10,
    to_offset: 15,
    reason: 'retention',
  } as const
  expect(rowOf(writer.own(gap, T0))).toMatchObject({
    kind: 'journal',
    label: 'journal.gap',
    detail: 'orders/2 offsets 10 to 14: retention',
  })
  expect(rowOf(writer.opened(T0)).detail).toBe('tracker 0.1.0 began to write')
})
