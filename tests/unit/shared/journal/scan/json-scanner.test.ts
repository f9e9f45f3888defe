import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WALK_BYTES_MAX } from '../../../../../src/shared/contract/json-walk.js'
import { JsonScanner } from '../../../../../src/shared/journal/scan/json-scanner.js'

const scanner = new JsonScanner()

/** True where the whole of `text` is one value to the scanner. */
function isValue(text: string): boolean {
  const bytes = Buffer.from(text)
  return scanner.start(bytes) && scanner.value() && scanner.at === bytes.length
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
  expect(isValue(nested(64))).toBe(true)
  expect(isValue(nested(65))).toBe(false)
  expect(isValue(`${'[{"a":'.repeat(32)}0${'}]'.repeat(32)}`)).toBe(true)
  expect(isValue(`${'[{"a":'.repeat(32)}0${']}'.repeat(32)}`)).toBe(false)
})

test('a text is read to its own end, whatever stood there before it', () => {
  for (const text of ['"abc"', '[1,2]', '{"a":12}', 'true', '"\\u0061"']) {
    expect(isValue(text)).toBe(true)
    for (let end = 0; end < text.length; end += 1)
      expect(isValue(text.slice(0, end)), text.slice(0, end)).toBe(false)
  }
})

test('a string is gone over at every length, and ends at every byte that must be escaped', () => {
  for (let length = 0; length <= 70; length += 1) {
    const plain = 'x'.repeat(length)
    expect(isValue(`"${plain}"`)).toBe(true)
    expect(isValue(`"${plain}\\n${plain}"`)).toBe(true)
    for (const byte of ['\0', '\t', '\x1f', '"', '\\']) expect(isValue(`"${plain}${byte}é"`)).toBe(false)
  }
})

test('a text that is longer than its memory is left to the parser', () => {
  const text = (bytes: number): string => `"${'a'.repeat(bytes - 2)}"`
  expect(isValue(text(WALK_BYTES_MAX))).toBe(true)
  expect(isValue(text(WALK_BYTES_MAX + 1))).toBe(false)
})

test('whole numbers are read as they are written; others are refused', () => {
  const number = (text: string): number =>
    scanner.start(Buffer.from(text)) ? scanner.wholeNumber() : Number.NaN
  expect(['0', '7', '120', '999999999999999', '1.5'].map(number)).toEqual([0, 7, 120, 999_999_999_999_999, 1])
  expect(['', '-1', '01', '00', '1000000000000000', 'x'].map(number)).toEqual([-1, -1, -1, -1, -1, -1])
})
