import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CATALOGUE } from '../../../src/producer/catalogue.js'
import { buildOrderEvent, type Order, orderEventText } from '../../../src/producer/order-event.js'
import type { OrderEventType } from '../../../src/shared/contract/order-event.js'
import { judge } from '../../../src/shared/contract/verdict.js'

const TYPES: OrderEventType[] = [
  'order.created',
  'order.confirmed',
  'order.updated',
  'order.shipped',
  'order.delivered',
  'order.cancelled',
]
const TIMESTAMP = '2026-11-21T02:15:37.123Z'

const anyOrder: fc.Arbitrary<Order> = fc.record({
  sequence: fc.integer({ min: 1, max: 2 ** 40 }),
  orderId: fc.uuid({ version: 4 }),
  correlationId: fc.uuid({ version: 4 }),
  traceId: fc.constant('0'.repeat(32)),
  template: fc.nat(CATALOGUE.length - 1),
})

test('every event of every order is accepted by the contract', () => {
  fc.assert(
    fc.property(anyOrder, fc.constantFrom(...TYPES), (order, type) => {
      const verdict = judge(Buffer.from(orderEventText(order, type, TIMESTAMP)))
      expect(verdict).toMatchObject({ deserialized: true, orderText: null, rejection: null })
    }),
  )
})

test('the fast text is the text of the built event, byte for byte', () => {
  fc.assert(
    fc.property(anyOrder, fc.constantFrom(...TYPES), (order, type) => {
      expect(orderEventText(order, type, TIMESTAMP)).toBe(
        JSON.stringify(buildOrderEvent(order, type, TIMESTAMP)),
      )
    }),
  )
})

/** Quantity, unit price, sub-total, tax and total by hand, from the ten templates of the contract. */
test.for([
  ['client01', 'espresso', 2, 2.5, 5, 1, 8.5],
  ['client02', 'cappuccino', 3, 3.2, 9.6, 1.92, 14.02],
  ['client03', 'latte', 4, 3.5, 14, 2.8, 19.3],
  ['client04', 'macchiato', 5, 3, 15, 3, 20.5],
  ['client05', 'flat white', 6, 3.3, 19.8, 3.96, 26.26],
  ['client06', 'mocha', 7, 4, 28, 5.6, 36.1],
  ['client07', 'americano', 8, 2.8, 22.4, 4.48, 29.38],
  ['client08', 'chai latte', 9, 3.8, 34.2, 6.84, 43.54],
  ['client09', 'matcha', 10, 4.5, 45, 9, 56.5],
  ['client10', 'smoothie fraise', 11, 5.5, 60.5, 12.1, 75.1],
] as const)('%s orders %s, exact to the cent', ([client, item, quantity, price, subTotal, tax, total]) => {
  const template = CATALOGUE.findIndex((candidate) => candidate.client === client)
  const order = { sequence: 1, orderId: 'o', correlationId: 'c', traceId: 't', template }
  const event = buildOrderEvent(order, 'order.created', TIMESTAMP)
  expect(event).toMatchObject({
    items: [{ item_name: item, quantity, unit_price: price, total_price: subTotal }],
    sub_total: subTotal,
    tax,
    shipping_fee: 2.5,
    total,
    currency: 'EUR',
    payment_method: 'credit_card',
    shipping_address: `${template + 1} Rue de la Paix, 75000 Paris`,
    customer_info: { customer_id: client, email: `${client}@example.com`, loyalty_level: 'silver' },
    metadata: { version: '1.1', source: 'producer-service' },
  })
})

describe('each event is self-contained', () => {
  const order = { sequence: 3, orderId: 'o', correlationId: 'c', traceId: 't', template: 2 }

  test.for([
    ['order.created', 'pending', 96, 4],
    ['order.confirmed', 'confirmed', 96, 4],
    ['order.updated', 'processing', 96, 4],
    ['order.shipped', 'shipped', 96, 0],
    ['order.delivered', 'delivered', 96, 0],
    ['order.cancelled', 'cancelled', 100, 0],
  ] as const)(
    '%s has status %s, %i available and %i reserved',
    ([type, status, available_qty, reserved_qty]) => {
      expect(buildOrderEvent(order, type, TIMESTAMP)).toMatchObject({
        status,
        metadata: { event_type: type, timestamp: TIMESTAMP, correlation_id: 'c' },
        inventory_status: [{ available_qty, reserved_qty, in_stock: true, warehouse: 'PARIS-01' }],
      })
    },
  )

  test('an update brings a new address', () => {
    expect(buildOrderEvent(order, 'order.updated', TIMESTAMP).shipping_address).toBe(
      '3 bis Rue de la Paix, 75000 Paris',
    )
  })
})
