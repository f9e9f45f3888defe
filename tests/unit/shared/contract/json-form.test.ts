import fc from 'fast-check'
import { expect, test } from 'vitest'
import { JsonForm } from '../../../../src/shared/contract/json-form.js'

const WINDOW_BYTES = 1024 * 1024

/** What the form takes of a text that stands in its window, others around it. */
function taken(form: JsonForm, text: Buffer): number {
  const { window } = form
  const from = Math.min(text.length % 100, window.length - text.length)
  window.fill('7', 0, from)
  const to = from + text.copy(window, from)
  window.fill('7', to)
  return form.take(from, to)
}

/** What the form `{ a: number }` finds in a text; null where it is not surely as the form says. */
function amountIn(text: string): number | null {
  return taken(AMOUNT, Buffer.from(text)) === 1 ? AMOUNT.number(0) : null
}

const AMOUNT = new JsonForm(
  { type: 'object', required: ['a'], properties: { a: { type: 'number' } } },
  { picks: ['a'], levels: 64, windowBytes: WINDOW_BYTES },
)

test('a number is to the last bit what a parser makes of it, or is left to one', () => {
  const digits = fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 20 }).map((each) => each.join(''))
  const number = fc
    .tuple(
      fc.boolean(),
      fc.oneof(
        fc.constant('0'),
        digits.map((each) => `1${each}`),
      ),
      fc.option(digits),
    )
    .map(([isNegative, whole, part]) => `${isNegative ? '-' : ''}${whole}${part === null ? '' : `.${part}`}`)
  fc.assert(
    fc.property(number, (text) => {
      const found = amountIn(`{"a":${text}}`)
      const digitCount = text.replace(/\D/g, '').length
      if (digitCount <= 15) expect(found).not.toBeNull()
      if (found !== null) expect(Object.is(found, JSON.parse(text))).toBe(true)
    }),
    { numRuns: 3_000 },
  )
})

test('values are told in the order of the text, those of an array item by item', () => {
  const form = new JsonForm(
    {
      type: 'object',
      properties: {
        n: { type: 'string' },
        list: { type: 'array', items: { type: 'object', properties: { t: { type: 'string' } } } },
      },
    },
    { picks: ['list/*', 'list/*/t', 'n'], levels: 64, windowBytes: WINDOW_BYTES },
  )
  const text = '{"x":{"t":"no"},"list":[{"t":"\u00e9"},{"u":"no"},{"t":""}],"n":"end"}'
  const count = taken(form, Buffer.from(text))
  const seen = Array.from({ length: count }, (_, at) => (form.pick(at) === 0 ? 'item' : form.text(at)))
  expect(seen).toEqual(['item', '\u00e9', 'item', 'item', '', 'end'])
  expect(form.repeatedText(1)).toBe('\u00e9')
  expect(
    form.test(1, (bytes, from, to) => Buffer.from(bytes.subarray(from, to)).equals(Buffer.from('\u00e9'))),
  ).toBe(true)
})

test('more values than there is room for are left to a parser, and a text may be as long as the window', () => {
  const form = new JsonForm(
    { type: 'array', items: { type: 'number' } },
    { picks: ['*'], levels: 64, windowBytes: WINDOW_BYTES },
  )
  const numbers = (count: number): Buffer => Buffer.from(JSON.stringify(new Array(count).fill(7)))
  expect(taken(form, numbers(3_000))).toBe(3_000)
  expect(taken(form, numbers(4_000))).toBe(-1)
  expect(taken(form, Buffer.from(`[${'1'.padStart(WINDOW_BYTES - 2)}]`))).toBe(1)
  expect(taken(form, numbers(2))).toBe(2)
})

test('a text that is no UTF-8, or holds an escape, is left to a parser, wherever in it that stands', () => {
  const form = new JsonForm({ type: 'string' }, { picks: [''], levels: 64, windowBytes: WINDOW_BYTES })
  for (let length = 0; length < 50; length += 1) {
    for (let at = 0; at <= length; at += 1) {
      const text = (piece: string): Buffer =>
        Buffer.from(`"${'x'.repeat(at)}${piece}${'x'.repeat(length - at)}"`, 'latin1')
      expect(taken(form, text(''))).toBe(1)
      expect(taken(form, text('\u00c3\u00a9'))).toBe(1)
      expect(taken(form, text('\u00e9'))).toBe(-1)
      expect(taken(form, text('\\n'))).toBe(-1)
    }
  }
})

test('a schema that says more than the walk knows is refused', () => {
  const make = (form: object) => () =>
    new JsonForm(form, { picks: [], levels: 64, windowBytes: WINDOW_BYTES })
  expect(make({ type: 'string', pattern: 'a' })).toThrow('no walk knows pattern')
  expect(make({ type: 'integer' })).toThrow('no walk knows integer')
  expect(make({ type: 'string', minLength: 2 })).toThrow('a walk does not count characters')
  expect(make({ type: 'object', properties: { 'a-name-of-17-byte': {} } })).toThrow('is longer than 16 bytes')
  expect(make({ type: 'object', properties: { 'a"b': {} } })).toThrow('to be escaped')
})
