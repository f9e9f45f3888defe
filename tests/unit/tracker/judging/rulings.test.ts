import fc from 'fast-check'
import { expect, test } from 'vitest'
import { judge } from '../../../../src/shared/contract/verdict.js'
import {
  addRuling,
  noRulings,
  type PackedRulings,
  rulingAt,
} from '../../../../src/tracker/judging/rulings.js'
import { anyValue } from '../../../support/arbitraries.js'
import { order } from '../../../support/order-builder.js'

function rulingsOn(values: (Buffer | null)[]): PackedRulings {
  const rulings = noRulings(values.length)
  for (const [index, value] of values.entries()) addRuling(rulings, index, judge(value))
  return rulings
}

/** A verdict without its payload. */
function judged(value: Buffer | null): object {
  const { payload: _, ...ruling } = { payload: null, ...judge(value) }
  return ruling
}

const orderWith = (metadata: object): Buffer =>
  Buffer.from(JSON.stringify(order(1, { metadata: { version: '1', source: 'test', ...metadata } })))

const orders = fc
  .record({
    event_type: fc.constantFrom('order.created', 'order.shipped', '\ud800', ''),
    timestamp: fc.constantFrom('2026-11-21T02:15:37.000Z', '1969-01-01T00:00:00Z', 'yesterday'),
  })
  .map(orderWith)

test('what comes back for each record is its verdict, whatever the records are', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(anyValue, orders), { maxLength: 40 }), (values) => {
      const rulings = rulingsOn(values)
      expect(values.map((_, index) => rulingAt(rulings, index))).toEqual(values.map(judged))
    }),
    { numRuns: 300 },
  )
})

test('orders that are accepted go in arrays, up to as many types as a byte can tell apart', () => {
  const values = Array.from({ length: 600 }, (_, index) => orderWith({ event_type: `type-${index % 300}` }))
  const rulings = rulingsOn(values)
  const accepted = values.filter((value) => judge(value).rejection === null)
  expect(values.map((_, index) => rulingAt(rulings, index))).toEqual(values.map(judged))
  expect(rulings.others.size).toBeLessThanOrEqual(values.length - accepted.length + 2 * 45)
})
