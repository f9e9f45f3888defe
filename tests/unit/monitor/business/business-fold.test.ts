/** Business figures against what a slow reader adds up, and their edges. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BusinessFold } from '../../../../src/monitor/business/business-fold.js'
import { KEYS_MAX, TopKeys } from '../../../../src/monitor/business/top-keys.js'
import type { RecordEntry } from '../../../../src/shared/contract/journal-entry.js'

const T0 = Date.parse('2026-11-21T12:00:00.000Z')
const HOUR_MS = 3_600_000

interface Order {
  type: string | null
  currency: string
  cents: number
  customer: string
  product: string
  quantity: number
  payment: string
  isRejected: boolean
}

const entryOf = (order: Order): RecordEntry =>
  ({
    event_type: order.isRejected ? 'message.received.validation_error' : 'message.received',
    ...(order.isRejected ? { error: { code: 'x', message: '' } } : {}),
    order_full: {
      total: order.cents / 100,
      currency: order.currency,
      payment_method: order.payment,
      metadata: { event_type: order.type },
      customer_info: { customer_id: order.customer, name: order.customer },
      items: [{ item_name: order.product, quantity: order.quantity, total_price: order.cents / 100 }],
    },
  }) as unknown as RecordEntry

const orders = fc.array(
  fc.record({
    type: fc.constantFrom(
      'order.created',
      'order.created',
      'order.cancelled',
      'order.shipped',
      'other',
      null,
    ),
    currency: fc.constantFrom('EUR', 'USD', '__proto__'),
    cents: fc.integer({ min: 0, max: 10_000_000 }),
    customer: fc.constantFrom('a', 'b', 'constructor', 'd\ne'),
    product: fc.constantFrom('latte', 'mocha'),
    quantity: fc.integer({ min: 1, max: 9 }),
    payment: fc.constantFrom('card', 'cash'),
    isRejected: fc.boolean(),
  }),
  { maxLength: 60 },
)

const sum = (list: readonly Order[], of: (order: Order) => number): number =>
  list.reduce((total, order) => total + of(order), 0)

test('every figure equals what is added up one by one, currencies apart', () => {
  fc.assert(
    fc.property(orders, (list) => {
      const fold = new BusinessFold()
      for (const order of list) fold.add(entryOf(order), T0)
      const report = fold.report('all', T0)
      const accepted = list.filter(({ isRejected }) => !isRejected)
      for (const { currency, bookedMinor, cancelledMinor, created } of report.money) {
        const own = accepted.filter((order) => order.currency === currency)
        const createdOrders = own.filter(({ type }) => type === 'order.created')
        expect(bookedMinor).toBe(sum(createdOrders, ({ cents }) => cents))
        expect(cancelledMinor).toBe(
          sum(
            own.filter(({ type }) => type === 'order.cancelled'),
            ({ cents }) => cents,
          ),
        )
        expect(created).toBe(createdOrders.length)
      }
      for (const { currency, name, amountMinor } of [...report.customers, ...report.payments]) {
        const own = accepted.filter(
          (order) =>
            order.type === 'order.created' &&
            order.currency === currency &&
            (order.customer === name || order.payment === name),
        )
        expect(amountMinor).toBe(sum(own, ({ cents }) => cents))
      }
      for (const { name, count } of report.productsByQuantity) {
        const own = accepted.filter(({ type, product }) => type === 'order.created' && product === name)
        expect(count).toBe(sum(own, ({ quantity }) => quantity))
      }
      expect(sum(accepted, () => 1)).toBe(report.funnel.reduce((total, { count }) => total + count, 0))
      expect(report.isExact).toBe(true)
    }),
  )
})

const created: Order = {
  type: 'order.created',
  currency: 'EUR',
  cents: 100,
  customer: 'a',
  product: 'latte',
  quantity: 1,
  payment: 'card',
  isRejected: false,
}

test('sums of many small amounts are exact to the cent', () => {
  const fold = new BusinessFold()
  for (let index = 0; index < 10_000; index += 1) fold.add(entryOf({ ...created, cents: 10 }), T0)
  expect(fold.report('all', T0).money[0]?.bookedMinor).toBe(100_000)
})

test('the shorter scopes forget what is older, and say from when they are', () => {
  const fold = new BusinessFold()
  for (const hoursAgo of [30, 20, 2, 0.5]) fold.add(entryOf(created), T0 - hoursAgo * HOUR_MS)
  const bookedIn = (scope: 'all' | '24h' | '1h', nowMs = T0): number | undefined =>
    fold.report(scope, nowMs).money[0]?.bookedMinor
  expect([bookedIn('all'), bookedIn('24h'), bookedIn('1h')]).toEqual([400, 300, 100])
  expect(fold.report('1h', T0 + 61_000).fromMs).toBe(T0 - HOUR_MS + 60_000)
  expect(fold.report('24h', T0).fromMs).toBe(T0 - 24 * HOUR_MS)
  expect(fold.report('all', T0).fromMs).toBeNull()
  // Nothing came since: the hour empties as time goes on.
  expect(bookedIn('1h', T0 + HOUR_MS)).toBeUndefined()
})

test('a clock that stepped back puts nothing into the past', () => {
  const fold = new BusinessFold()
  fold.add(entryOf(created), T0)
  fold.add(entryOf(created), T0 - 5 * HOUR_MS)
  expect(fold.report('1h', T0).money[0]?.bookedMinor).toBe(200)
})

test('sums are exact up to the bound; past it the large ones stay and it is said', () => {
  const keys = new TopKeys()
  for (let key = 0; key < KEYS_MAX; key += 1) keys.add(`k${key}`, 1)
  keys.add('large', 1_000_000)
  expect(keys.isExact).toBe(true)
  for (let key = KEYS_MAX; key < KEYS_MAX * 1.5; key += 1) keys.add(`k${key}`, 2)
  expect(keys.isExact).toBe(false)
  expect(keys.top(1)).toEqual([['large', 1_000_000]])
})
