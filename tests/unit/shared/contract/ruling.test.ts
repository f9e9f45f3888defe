/**
 * Goal: what is ruled at sight is what the verdict says.
 * Method: orders as the producer makes them, then changed in their text one by one in the ways that JSON can differ, and
 * arbitrary values; each against the verdict of the parser.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OrderSight } from '../../../../src/shared/contract/ruling.js'
import { judge, type Ruling } from '../../../../src/shared/contract/verdict.js'
import { anyValue, nested } from '../../../support/arbitraries.js'
import { order } from '../../../support/order-builder.js'

/** Of the parser, without the payload. */
const ruling = (value: Buffer | null): object => bare(judge(value))

function bare(verdict: Ruling): object {
  const { payload: _, ...rest } = { payload: null, ...verdict }
  return rest
}

const WINDOW_BYTES = 64 * 1024
const sight = new OrderSight(WINDOW_BYTES)

/** The ruling at sight on a payload somewhere in the window, between others. */
function seen(value: Buffer): Ruling | null {
  const from = value.length % 100
  sight.window.fill('"}', 0, from)
  const to = from + value.copy(sight.window, from)
  sight.window.fill('"}', to, to + 100)
  return sight.accepted(from, to)
}

/** As who judges many does it. */
const ruled = (value: Buffer): object => bare(seen(value) ?? judge(value))

const textOf = (changes: Record<string, unknown> = {}): string => JSON.stringify(order(1, changes))
const atSight = (text: string): object | null => seen(Buffer.from(text))

test.each([
  ['an order', textOf()],
  ['an order with names that no schema has', textOf({ constructor: { a: [1e5, true, null, {}] }, z: [] })],
  ['an order with blanks between', textOf().replaceAll(',"', ' ,\t"').replaceAll(':', ' : ')],
  [
    'an order with letters beyond ASCII',
    textOf({ shipping_address: 'Zo\u00eb, 1 Rue de la Paix \ud83d\ude00' }),
  ],
  ['an order with the other name of the sum', textOf({ sub_total: undefined, subtotal: 5 })],
  ['an order without metadata', textOf({ metadata: undefined })],
  ['an order nested as deep as may be', textOf({ deep: JSON.parse(nested(63)) })],
  [
    'an order of two items',
    textOf({
      items: [
        { item_id: 'a', item_name: 'b', quantity: 3, unit_price: 0.1, total_price: 0.3 },
        { total_price: -0, unit_price: 0, quantity: 1, item_name: 'c', item_id: 'd', more: 'e' },
      ],
      sub_total: 0.3,
      total: 3.8,
    }),
  ],
])('%s is accepted at sight, as it is when it is parsed', (_, text) => {
  expect(ruling(Buffer.from(text))).toMatchObject({ rejection: null, orderText: null })
  expect(atSight(text)).toEqual(ruling(Buffer.from(text)))
})

const SUM = '"total_price":5}'

test.each([
  ['a name twice', textOf().replace('"tax":1', '"tax":3,"tax":1')],
  ['a name in escapes', textOf().replace('"tax"', '"t\\u0061x"')],
  ['a name that others begin with', textOf().replace('"tax"', '"ta"')],
  ['a name that is longer', textOf().replace('"tax"', '"taxes"')],
  ['an escape anywhere', textOf({ note: ['a "quote"'] })],
  ['a number with an exponent', textOf().replace('"tax":1', '"tax":1e0')],
  ['a number that no double holds', textOf().replace('"tax":1', '"tax":1.00000000000000000000001')],
  ['a number that begins with zero', textOf().replace('"tax":1', '"tax":01')],
  ['a number that overflows', textOf().replace(SUM, '"total_price":1e999}')],
  ['a sum that does not agree', textOf({ total: 8.6 })],
  ['an address of no e-mail', textOf({ customer_info: { customer_id: 'a', name: 'b', email: 'nobody' } })],
  ['an empty name', textOf({ customer_info: { customer_id: '', name: 'b' } })],
  ['no items', textOf({ items: [], sub_total: 0, total: 3.5 })],
  ['items that are none', textOf({ items: [1] })],
  [
    'a quantity of zero',
    textOf({
      items: [{ item_id: 'a', item_name: 'b', quantity: 0, unit_price: 1, total_price: 0 }],
      sub_total: 0,
      total: 3.5,
    }),
  ],
  ['a tax below zero', textOf({ tax: -1, total: 6.5 })],
  ['a text where a number should be', textOf({ sequence: '1' })],
  ['a missing field', textOf({ status: undefined })],
  ['metadata that is no object', textOf({ metadata: [] })],
  ['nesting that is too deep', textOf({ deep: JSON.parse(nested(64)) })],
  ['deep nesting in a known field', textOf({ inventory_status: JSON.parse(nested(65, '[')).a })],
  ['a line feed between', textOf().replace(',', ',\n')],
  ['a blank behind', `${textOf()} `],
  ['a comma too many', textOf().replace(/\}$/, ',}')],
  ['text behind', `${textOf()}{}`],
  ['an end that is missing', textOf().slice(0, -1)],
  ['no order', '{}'],
  ['nothing', ''],
])('%s is left to the parser', (_, text) => {
  expect(atSight(text)).toBeNull()
  expect(ruled(Buffer.from(text))).toEqual(ruling(Buffer.from(text)))
})

test('any value has the same ruling both ways', () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      if (value !== null && value.length < WINDOW_BYTES - 200) expect(ruled(value)).toEqual(ruling(value))
    }),
    { numRuns: 500 },
  )
})

/** Pieces of text that change what a JSON text means, or do not. */
const piece = fc.constantFrom(
  ...'{}[]",:0123456789.-e \\',
  '"tax":',
  '"items":[',
  'null',
  'true',
  '\u00e9',
  '\u0000',
)

test('an order whose text was cut and patched anywhere has the same ruling both ways', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat({ max: 3 }), fc.array(piece, { maxLength: 3 }), (place, cut, pieces) => {
      const text = textOf()
      const at = place % text.length
      const patched = Buffer.from(text.slice(0, at) + pieces.join('') + text.slice(at + cut))
      expect(ruled(patched)).toEqual(ruling(patched))
    }),
    { numRuns: 1_500 },
  )
})

const amount = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.tuple(fc.nat({ max: 10 ** 6 }), fc.nat({ max: 999 })).map(([whole, part]) => `${whole}.${part}`),
  fc.bigInt({ min: -(2n ** 60n), max: 2n ** 60n }).map(String),
  fc.constantFrom('0', '-0', '0.00', '9007199254740991', '9007199254740992', '0.30000000000000004', '1.005'),
)

test('amounts are the numbers that a parser makes of them', () => {
  fc.assert(
    fc.property(amount, amount, amount, (price, sum, tax) => {
      const text = textOf()
        .replace('"unit_price":2.5', `"unit_price":${price}`)
        .replace(SUM, `"total_price":${sum}}`)
        .replace('"tax":1', `"tax":${tax}`)
      expect(ruled(Buffer.from(text))).toEqual(ruling(Buffer.from(text)))
    }),
    { numRuns: 1_000 },
  )
})
