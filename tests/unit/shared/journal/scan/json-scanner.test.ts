import fc from 'fast-check'
import { expect, test } from 'vitest'
import { JsonScanner } from '../../../../../src/shared/journal/scan/json-scanner.js'

/** True where the whole of `text` is one value to the scanner. */
function isValue(text: string): boolean {
  const bytes = Buffer.from(text)
  const scanner = new JsonScanner(bytes)
  return scanner.value() && scanner.at === bytes.length
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

test('every JSON text of one line is gone over to its end', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      expect(isValue(JSON.stringify(value))).toBe(true)
    }),
  )
})

test('what it goes over is JSON, whatever was changed in it', () => {
  const piece = fc.constantFrom(...'{}[]",:\\u0tfn-.eE+ \t\n'.split(''), '\u00e9', '1e5', '\\u00', 'null')
  const change = fc.tuple(fc.nat(), fc.nat({ max: 3 }), piece)
  fc.assert(
    fc.property(
      fc.jsonValue({ maxDepth: 3 }),
      fc.array(change, { minLength: 1, maxLength: 3 }),
      (value, changes) => {
        let text = JSON.stringify(value)
        for (const [at, removed, added] of changes) {
          const place = at % (text.length + 1)
          text = text.slice(0, place) + added + text.slice(place + removed)
        }
        if (isValue(text)) expect(isJson(text), text).toBe(true)
      },
    ),
    { numRuns: 3_000 },
  )
})

test.each([
  '01',
  '-',
  '1.',
  '.5',
  '1e',
  '+1',
  '"\\x"',
  '"\\u12g4"',
  '"a',
  '{"a"}',
  '[1,]',
  '{"a":1,}',
  'nul',
  '',
])('%s is not gone over', (text) => {
  expect(isValue(text)).toBe(false)
})

test('nesting that a parser takes and the scanner does not is left to the parser', () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
  expect(isValue(nested(128))).toBe(true)
  expect(isValue(nested(129))).toBe(false)
})

test('whole numbers are read as they are written; others are refused', () => {
  const number = (text: string): number => new JsonScanner(Buffer.from(text)).wholeNumber()
  expect(['0', '7', '120', '999999999999999', '1.5'].map(number)).toEqual([0, 7, 120, 999_999_999_999_999, 1])
  expect(['', '-1', '01', '00', '1000000000000000', 'x'].map(number)).toEqual([-1, -1, -1, -1, -1, -1])
})
