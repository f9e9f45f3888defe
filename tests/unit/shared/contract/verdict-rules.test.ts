import { describe, expect, test } from 'vitest'
import type { EntryError } from '../../../../src/shared/contract/journal-entry.js'
import { judge } from '../../../../src/shared/contract/verdict.js'
import { order } from '../../../support/order-builder.js'

const rejectionOf = (payload: unknown): EntryError | null =>
  judge(Buffer.from(JSON.stringify(payload))).rejection

const item = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  item_id: 'i1',
  item_name: 'espresso',
  quantity: 2,
  unit_price: 2.5,
  total_price: 5,
  ...changes,
})

const customer = (changes: Record<string, unknown>): Record<string, unknown> => ({
  customer_info: { customer_id: 'client01', name: 'Client 01', ...changes },
})

const without = (payload: Record<string, unknown>, field: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(payload).filter(([name]) => name !== field))

const RULES: [string, Record<string, unknown>, EntryError][] = [
  [
    'no order_id',
    without(order(1), 'order_id'),
    { code: 'order_id_missing', message: 'order_id is missing', pointer: '/order_id' },
  ],
  [
    'an empty order_id',
    order(1, { order_id: '' }),
    { code: 'order_id_empty', message: 'order_id is empty', pointer: '/order_id' },
  ],
  [
    'an order_id that is no text',
    order(1, { order_id: 7 }),
    { code: 'order_id_invalid', message: 'order_id must be string', pointer: '/order_id' },
  ],
  [
    'no sequence',
    without(order(1), 'sequence'),
    { code: 'sequence_missing', message: 'sequence is missing', pointer: '/sequence' },
  ],
  [
    'sequence 0',
    order(1, { sequence: 0 }),
    { code: 'sequence_invalid', message: 'sequence must be > 0', pointer: '/sequence' },
  ],
  [
    'no status',
    without(order(1), 'status'),
    { code: 'status_missing', message: 'status is missing', pointer: '/status' },
  ],
  [
    'an empty status',
    order(1, { status: '' }),
    { code: 'status_empty', message: 'status is empty', pointer: '/status' },
  ],
  [
    'no items field',
    without(order(1), 'items'),
    { code: 'items_missing', message: 'items is missing', pointer: '/items' },
  ],
  ['no item', order(1, { items: [] }), { code: 'items_empty', message: 'items is empty', pointer: '/items' }],
  [
    'items that are no list',
    order(1, { items: {} }),
    { code: 'items_invalid', message: 'items must be array', pointer: '/items' },
  ],
  [
    'an item that is no object',
    order(1, { items: ['espresso'] }),
    { code: 'items_invalid', message: 'items.0 must be object', pointer: '/items/0' },
  ],
  [
    'an item without id',
    order(1, { items: [item(), without(item(), 'item_id')] }),
    { code: 'item_id_missing', message: 'items.1.item_id is missing', pointer: '/items/1/item_id' },
  ],
  [
    'an item with an empty name',
    order(1, { items: [item({ item_name: '' })] }),
    { code: 'item_name_empty', message: 'items.0.item_name is empty', pointer: '/items/0/item_name' },
  ],
  [
    'quantity 0',
    order(1, { items: [item({ quantity: 0 })] }),
    { code: 'quantity_invalid', message: 'items.0.quantity must be > 0', pointer: '/items/0/quantity' },
  ],
  [
    'a negative unit price',
    order(1, { items: [item({ unit_price: -0.01 })] }),
    {
      code: 'unit_price_invalid',
      message: 'items.0.unit_price must be >= 0',
      pointer: '/items/0/unit_price',
    },
  ],
  [
    'an item whose total is not quantity times price',
    order(1, { items: [item({ total_price: 5.02 })] }),
    {
      code: 'total_price_mismatch',
      message: 'items.0.total_price is 5.02, expected 5 within 0.01',
      pointer: '/items/0/total_price',
    },
  ],
  ['no tax', without(order(1), 'tax'), { code: 'tax_missing', message: 'tax is missing', pointer: '/tax' }],
  [
    'a negative tax',
    order(1, { tax: -1 }),
    { code: 'tax_invalid', message: 'tax must be >= 0', pointer: '/tax' },
  ],
  [
    'neither sub_total nor subtotal',
    without(order(1), 'sub_total'),
    { code: 'sub_total_missing', message: 'sub_total is missing', pointer: '/sub_total' },
  ],
  [
    'a sub_total that is not the sum',
    order(1, { sub_total: 4, total: 7.5 }),
    { code: 'sub_total_mismatch', message: 'sub_total is 4, expected 5 within 0.01', pointer: '/sub_total' },
  ],
  [
    'a subtotal that is not the sum',
    { ...without(order(1), 'sub_total'), subtotal: 4 },
    { code: 'subtotal_mismatch', message: 'subtotal is 4, expected 5 within 0.01', pointer: '/subtotal' },
  ],
  [
    'no total',
    without(order(1), 'total'),
    { code: 'total_missing', message: 'total is missing', pointer: '/total' },
  ],
  [
    'a total that is not the sum',
    order(1, { total: 8 }),
    { code: 'total_mismatch', message: 'total is 8, expected 8.5 within 0.01', pointer: '/total' },
  ],
  [
    'a total without its shipping fee',
    without(order(1), 'shipping_fee'),
    { code: 'total_mismatch', message: 'total is 8.5, expected 6 within 0.01', pointer: '/total' },
  ],
  [
    'no customer',
    without(order(1), 'customer_info'),
    { code: 'customer_info_missing', message: 'customer_info is missing', pointer: '/customer_info' },
  ],
  [
    'an empty customer id',
    order(1, customer({ customer_id: '' })),
    {
      code: 'customer_id_empty',
      message: 'customer_info.customer_id is empty',
      pointer: '/customer_info/customer_id',
    },
  ],
  [
    'a customer without a name',
    order(1, { customer_info: { customer_id: 'c' } }),
    { code: 'name_missing', message: 'customer_info.name is missing', pointer: '/customer_info/name' },
  ],
  [
    'an address that is no e-mail address',
    order(1, customer({ email: 'client01@example' })),
    {
      code: 'email_invalid',
      message: 'customer_info.email is not an e-mail address',
      pointer: '/customer_info/email',
    },
  ],
]

describe('orders that break a rule', () => {
  test.each(RULES)('%s is rejected with its code, message and pointer', (_, payload, expected) => {
    expect(rejectionOf(payload)).toEqual(expected)
  })

  test('a number that no double can hold is invalid, not infinite', () => {
    const value = JSON.stringify(order(1)).replace('"total":8.5', '"total":1e999')
    expect(judge(Buffer.from(value)).rejection).toMatchObject({ code: 'total_invalid', pointer: '/total' })
  })

  test('of several broken rules the first in reading order is told', () => {
    expect(
      rejectionOf(order(1, { total: 0, customer_info: { customer_id: 'c', name: 'n', email: '?' } })),
    ).toMatchObject({
      code: 'total_mismatch',
    })
  })
})

describe('orders that are accepted', () => {
  test.each<[string, Record<string, unknown>]>([
    ['a plain order', order(1)],
    ['subtotal instead of sub_total', { ...without(order(1), 'sub_total'), subtotal: 5 }],
    ['an unknown status', order(1, { status: 'teleported' })],
    ['an unknown event type', order(1, { metadata: { event_type: 'order.teleported' } })],
    ['no metadata', without(order(1), 'metadata')],
    ['fields that nobody knows', order(1, { delivery_notes: 'ring twice', inventory: { a: 1 } })],
    ['no shipping fee where the total agrees', { ...without(order(1), 'shipping_fee'), total: 6 }],
    ['a customer without e-mail', order(1, customer({}))],
    ['an empty e-mail', order(1, customer({ email: '' }))],
    ['a free item', order(1, { items: [item({ unit_price: 0, total_price: 0 })], sub_total: 0, total: 3.5 })],
    [
      'half a portion',
      order(1, { items: [item({ quantity: 0.5, total_price: 1.25 })], sub_total: 1.25, total: 4.75 }),
    ],
  ])('%s', (_, payload) => {
    expect(rejectionOf(payload)).toBeNull()
  })

  test('sums may differ by a cent and not by more', () => {
    const off = (by: number): EntryError | null => rejectionOf(order(1, { total: 8.5 + by }))
    expect([0.01, -0.01].map(off)).toEqual([null, null])
    expect([0.0101, -0.0101, 0.02].map((by) => off(by)?.code)).toEqual(Array(3).fill('total_mismatch'))
  })

  test('a cent is a cent among a hundred millions, where doubles are coarse', () => {
    const large = (by: number): EntryError | null =>
      rejectionOf(
        order(1, {
          items: [item({ quantity: 2, unit_price: 50_000_000, total_price: 100_000_000 })],
          sub_total: 100_000_000,
          tax: 0,
          shipping_fee: 0,
          total: 100_000_000 + by,
        }),
      )
    expect([0.01, -0.01].map(large)).toEqual([null, null])
    expect([0.02, -0.02].map((by) => large(by)?.code)).toEqual(['total_mismatch', 'total_mismatch'])
  })

  test('sums of prices that binary fractions cannot hold agree', () => {
    const items = Array.from({ length: 10 }, () => item({ quantity: 1, unit_price: 0.1, total_price: 0.1 }))
    expect(rejectionOf(order(1, { items, sub_total: 1, tax: 0.2, shipping_fee: 0, total: 1.2 }))).toBeNull()
  })
})
