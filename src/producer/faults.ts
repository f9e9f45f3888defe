/**
 * Breaks order events on purpose, so that a reader has something to reject.
 *
 * A malformed payload is none (cut, not UTF-8, no object); an invalid one is an object that breaks a rule of the
 * contract. Which of the kinds comes next is the caller's random choice.
 */

import { PAYLOAD_DEPTH_MAX } from '../shared/contract/limits.js'
import type { OrderEvent, OrderItem } from '../shared/contract/order-event.js'
import type { Random } from './random.js'

type Malformation = (text: string, random: Random) => string | Buffer

/** By name, with the reason code that a reader is to give. */
export const MALFORMATIONS: Record<string, { reason: string; malform: Malformation }> = {
  cut: { reason: 'not_json', malform: (text, random) => text.slice(0, random.between(1, text.length - 1)) },
  empty: { reason: 'not_json', malform: () => '' },
  plain_text: { reason: 'not_json', malform: (_, random) => `order ${random.between(1, 999)} please` },
  array: { reason: 'not_object', malform: (text) => `[${text}]` },
  quoted: { reason: 'not_object', malform: (text) => JSON.stringify(text) },
  latin1: {
    reason: 'not_utf8',
    malform: (text) => Buffer.from(text.replace('Paris', 'Orl\u00e9ans'), 'latin1'),
  },
  stray_byte: { reason: 'not_utf8', malform: strayByte },
  too_deep: {
    reason: 'too_deep',
    malform: (text) => `{"order":${'['.repeat(PAYLOAD_DEPTH_MAX)}${text}${']'.repeat(PAYLOAD_DEPTH_MAX)}}`,
  },
}

/** A byte that no UTF-8 text has, anywhere in it. */
function strayByte(text: string, random: Random): Buffer {
  const bytes = Buffer.from(text)
  bytes[random.between(0, bytes.length - 1)] = 0xff
  return bytes
}

type Violation = (event: OrderEvent) => object

/** The event with something else in its first (and only) item. */
const withItem = (event: OrderEvent, change: (item: OrderItem) => Partial<OrderItem>): object => ({
  ...event,
  items: event.items.map((item) => ({ ...item, ...change(item) })),
})

/** By name, with the reason code that a reader is to give. */
export const VIOLATIONS: Record<string, { reason: string; violate: Violation }> = {
  no_order_id: { reason: 'order_id_missing', violate: ({ order_id: _, ...rest }) => rest },
  empty_order_id: { reason: 'order_id_empty', violate: (event) => ({ ...event, order_id: '' }) },
  zero_sequence: { reason: 'sequence_invalid', violate: (event) => ({ ...event, sequence: 0 }) },
  no_items: { reason: 'items_empty', violate: (event) => ({ ...event, items: [] }) },
  negative_quantity: {
    reason: 'quantity_invalid',
    violate: (event) => withItem(event, ({ quantity }) => ({ quantity: -quantity })),
  },
  negative_price: {
    reason: 'unit_price_invalid',
    violate: (event) => withItem(event, ({ unit_price }) => ({ unit_price: -unit_price })),
  },
  wrong_line_total: {
    reason: 'total_price_mismatch',
    violate: (event) => withItem(event, ({ total_price }) => ({ total_price: total_price + 1 })),
  },
  wrong_sub_total: {
    reason: 'sub_total_mismatch',
    violate: (event) => ({ ...event, sub_total: event.sub_total + 1 }),
  },
  wrong_total: { reason: 'total_mismatch', violate: (event) => ({ ...event, total: event.total + 0.5 }) },
  negative_tax: { reason: 'tax_invalid', violate: (event) => ({ ...event, tax: -event.tax }) },
  no_customer_name: {
    reason: 'name_missing',
    violate: (event) => {
      const { name: _, ...rest } = event.customer_info
      return { ...event, customer_info: rest }
    },
  },
  bad_email: {
    reason: 'email_invalid',
    violate: (event) => ({ ...event, customer_info: { ...event.customer_info, email: 'client at example' } }),
  },
}

const malformations = Object.values(MALFORMATIONS)
const violations = Object.values(VIOLATIONS)

/** A payload that cannot be read as an order event at all. */
export const malformed = (text: string, random: Random): string | Buffer =>
  random.pick(malformations).malform(text, random)

/** A payload that can be read and breaks one rule. */
export const invalid = (event: OrderEvent, random: Random): string =>
  JSON.stringify(random.pick(violations).violate(event))
