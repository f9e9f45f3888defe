/**
 * Goal: of an order that is walked over, the wanted fields are what a parser reads.
 * Method: lines with random orders in them, some of them of another form than is wanted.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RecordEntry } from '../../../../../src/shared/contract/journal-entry.js'
import { EntryReader } from '../../../../../src/shared/journal/scan/entry-reader.js'
import { RecordScanner } from '../../../../../src/shared/journal/scan/scan-record.js'
import { OrderFields, type WantedFields } from '../../../../../src/shared/journal/scan/wanted-fields.js'
import { wantedPart } from '../../../../support/wanted-part.js'

const WANTED: WantedFields = {
  total: 'whole',
  note: 'whole',
  customer_info: { name: 'whole', address: { city: 'whole' } },
  items: [{ item_name: 'whole', quantity: 'whole', parts: [{ name: 'whole' }] }],
}
const scanner = new RecordScanner(WANTED)
const reader = new EntryReader(WANTED)

/** A line as the journal writes it. */
const lineWith = (order: string): Buffer =>
  Buffer.from(
    `{"timestamp":"2026-11-21T02:15:37.000Z","event_type":"message.received","kafka_topic":"orders","kafka_partition":0,` +
      `"kafka_offset":7,"kafka_timestamp":null,"kafka_key":"k","kafka_headers":[],"message_size":9,"deserialized":true,` +
      `"order_full":${order},"seq":8,"hash":"${'a'.repeat(64)}"}`,
  )

const text = fc.string({ unit: 'grapheme' })
const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }))
const value = fc.oneof(text, number, fc.constantFrom(null, true, false), fc.jsonValue({ maxDepth: 2 }))
const part = fc.record({ name: value, size: value }, { requiredKeys: [] })
const item = fc.record(
  { item_id: value, item_name: value, quantity: value, parts: fc.array(part, { maxLength: 2 }) },
  { requiredKeys: [] },
)
const customer = fc.record(
  { name: value, email: value, address: fc.record({ city: value, name: value }, { requiredKeys: [] }) },
  { requiredKeys: [] },
)
const orders = fc.record(
  {
    total: value,
    note: value,
    other: value,
    customer_info: customer,
    items: fc.array(item, { maxLength: 3 }),
  },
  { requiredKeys: [] },
)

const asItStands = (order: unknown): string => JSON.stringify(order)
const spread = (order: unknown): string => JSON.stringify(order, null, 1).replaceAll('\n', ' ')

test('the wanted fields of an order are those that a parser reads, and there are no others', () => {
  fc.assert(
    fc.property(orders, fc.constantFrom(asItStands, spread), (order, write) => {
      expect(scanner.scan(lineWith(write(order)), '')).not.toBeNull()
      expect(scanner.fields()).toEqual(wantedPart(JSON.parse(write(order)), WANTED))
    }),
    { numRuns: 300 },
  )
})

test('an order of another form is read as a whole', () => {
  const others = fc.record({ customer_info: value, items: fc.array(fc.oneof(value, item)) })
  fc.assert(
    fc.property(others, (order) => {
      const { order_full: read } = reader.read(lineWith(JSON.stringify(order))) as RecordEntry
      expect(wantedPart(read, WANTED)).toEqual(wantedPart(JSON.parse(JSON.stringify(order)), WANTED))
    }),
  )
})

test('what is wanted of metadata, and names that the walk has no room for, are left to a parser', () => {
  expect(OrderFields.knows(WANTED)).toBe(true)
  expect(RecordScanner.knows({ metadata: 'whole' })).toBe(true)
  expect(RecordScanner.knows({ metadata: { source: 'whole' } })).toBe(false)
  expect(OrderFields.knows({ items: [{ 'a name of more than 16 bytes': 'whole' }] })).toBe(false)
  expect(OrderFields.knows(JSON.parse('{"items":{"__proto__":"whole"}}'))).toBe(false)
  for (const name of ['a"b', 'a\\b', 'a\nb', '\ud800'])
    expect(OrderFields.knows({ [name]: 'whole' })).toBe(false)
})
