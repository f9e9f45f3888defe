import { expect, test } from 'vitest'
import type { RecordEntry } from '../../../../src/shared/contract/journal-entry.js'
import {
  copyTotals,
  countEntry,
  countRecord,
  emptyTotals,
  orderEventTypeOf,
  rejectedTotal,
} from '../../../../src/shared/journal/totals.js'

const accepted = (orderEventType: string | null) => ({ bytes: 10, rejection: null, orderEventType })
const rejected = (rejection: string) => ({ bytes: 7, rejection, orderEventType: 'order.created' })

test('accepted records count by the type of their order event, rejected ones by their reason alone', () => {
  const totals = emptyTotals()
  for (const counted of [
    accepted('order.created'),
    accepted('order.created'),
    accepted('order.shipped'),
    accepted(null),
    rejected('not_json'),
    rejected('total_mismatch'),
    rejected('not_json'),
  ]) {
    countRecord(totals, counted)
  }
  expect(totals).toEqual({
    records: 7,
    accepted: 4,
    rejected: { not_json: 2, total_mismatch: 1 },
    by_event_type: { 'order.created': 2, 'order.shipped': 1, '(none)': 1 },
    bytes: 61,
  })
  expect(rejectedTotal(totals)).toBe(3)
})

test('event types named as what every object inherits are counted like others', () => {
  const totals = emptyTotals()
  for (const type of ['constructor', 'toString', 'constructor', '__proto__'])
    countRecord(totals, accepted(type))
  expect(Object.entries(totals.by_event_type)).toEqual([
    ['constructor', 2],
    ['toString', 1],
    ['(other)', 1],
  ])
})

test('after 64 distinct event types new ones count together, known ones still by name', () => {
  const totals = emptyTotals()
  for (let type = 1; type <= 70; type += 1) countRecord(totals, accepted(`type-${type}`))
  countRecord(totals, accepted('type-1'))
  expect(Object.keys(totals.by_event_type)).toHaveLength(65)
  expect(totals.by_event_type).toMatchObject({ 'type-1': 2, 'type-64': 1, '(other)': 6 })
})

test('an event type longer than 64 characters does not become a name', () => {
  const totals = emptyTotals()
  countRecord(totals, accepted('x'.repeat(64)))
  countRecord(totals, accepted('x'.repeat(65)))
  expect(totals.by_event_type).toEqual({ ['x'.repeat(64)]: 1, '(other)': 1 })
})

test('lines of the journal itself do not count', () => {
  const totals = emptyTotals()
  countEntry(totals, {
    timestamp: '2026-11-21T02:15:37.000Z',
    event_type: 'journal.cluster',
    cluster_id: 'A',
    seq: 1,
    hash: '',
  })
  expect(totals).toEqual(emptyTotals())
})

test.each<[unknown, string | null]>([
  [{ metadata: { event_type: 'order.created' } }, 'order.created'],
  [{ metadata: { event_type: 7 } }, null],
  [{ metadata: null }, null],
  [{ metadata: 'order.created' }, null],
  [undefined, null],
])('the order event type of %j is %s', (order_full, type) => {
  expect(orderEventTypeOf({ order_full } as RecordEntry)).toBe(type)
})

test('a copy shares nothing with what it was made from', () => {
  const totals = emptyTotals()
  const copy = copyTotals(totals)
  countRecord(copy, accepted('order.created'))
  countRecord(copy, rejected('not_json'))
  expect(totals).toEqual(emptyTotals())
})
