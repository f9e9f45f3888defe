/** Payloads for tests, written out by hand so that they do not follow the code that makes them elsewhere. */

/** A valid order event; `changes` replace top-level fields. */
export const order = (n: number, changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  order_id: `order-${n}`,
  sequence: n,
  status: 'pending',
  items: [{ item_id: 'i1', item_name: 'espresso', quantity: 2, unit_price: 2.5, total_price: 5 }],
  sub_total: 5,
  tax: 1,
  shipping_fee: 2.5,
  total: 8.5,
  currency: 'EUR',
  payment_method: 'credit_card',
  customer_info: { customer_id: 'client01', name: 'Client 01', email: 'client01@example.com' },
  metadata: {
    timestamp: '2026-11-21T02:15:37.000Z',
    version: '1.1',
    event_type: 'order.created',
    source: 'test',
  },
  ...changes,
})

/** Messages of orders `from` to `to` (inclusive), keyed by order id. */
export const orderMessages = (from: number, to: number): { key: string; value: string }[] =>
  Array.from({ length: to - from + 1 }, (_, index) => ({
    key: `order-${from + index}`,
    value: JSON.stringify(order(from + index)),
  }))
