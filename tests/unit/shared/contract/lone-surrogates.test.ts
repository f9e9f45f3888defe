import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hasLoneSurrogate, wellFormedJson } from '../../../../src/shared/contract/lone-surrogates.js'

test.each([
  ['"\\ud800"', true],
  ['"\\uDBFF x"', true],
  ['"\\udc00"', true],
  ['"\\udc00\\ud800"', true],
  ['"\\ud800\\ud800\\udc00"', true],
  ['"\\ud83d\\n\\ude00"', true],
  ['"\\ud83d \\ude00"', true],
  ['"\\\\\\ud800"', true],
  ['"\\ud83d\\ude00"', false],
  ['"\\uD83D\\uDE00\\ud83d\\ude00"', false],
  ['"\\\\ud800"', false],
  ['"\\u0041\\ud7ff\\ue000"', false],
  ['"\u{1f600}"', false],
])('%s holds half a surrogate pair: %s', (json, expected) => {
  expect(hasLoneSurrogate(json)).toBe(expected)
})

test('what is escaped is told as JSON itself tells it', () => {
  const unit = fc.constantFrom('d800', 'dbff', 'dc00', 'dfff', 'DC00', '0041').map((hex) => `\\u${hex}`)
  const piece = fc.oneof(unit, fc.constantFrom('\\\\', '\\"', '\\n', 'ud800', ' '))
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const json = `"${pieces.join('')}"`
      expect(hasLoneSurrogate(json)).toBe(!(JSON.parse(json) as string).isWellFormed())
    }),
  )
})

test('JSON is written with the replacement character for each half', () => {
  const value = { 'a\ud800': ['\udc00', '\\ud800', '\u{1f600}', 'ok'] }
  expect(wellFormedJson(value)).toBe('{"a\\ufffd":["\\ufffd","\\\\ud800","\u{1f600}","ok"]}')
  expect(JSON.parse(wellFormedJson(value))).toEqual({ 'a\ufffd': ['\ufffd', '\\ud800', '\u{1f600}', 'ok'] })
})
