import fc from 'fast-check'
import stringWidth from 'string-width'
import { expect, test } from 'vitest'
import {
  cutToWidth,
  endToWidth,
  escapeTerminalText,
  fitToWidth,
  textWidth,
} from '../../../../src/shared/runtime/terminal-text.js'

for (const [name, text, shown] of [
  ['an SGR sequence', 'a\u001b[31mred', 'a\\x1b[31mred'],
  ['an OSC that renames the window', '\u001b]0;pwned\u0007', '\\x1b]0;pwned\\x07'],
  ['a line break and a tab', 'a\nb\r\tc', 'a\\nb\\r\\tc'],
  ['DEL', 'a\u007fb', 'a\\x7fb'],
  ['the one-byte CSI of C1', 'a\u009b31m', 'a\\x9b31m'],
  ['a bidi override', 'abc\u202edef', 'abc\\u{202e}def'],
  ['a bidi isolate', '\u2066x\u2069', '\\u{2066}x\\u{2069}'],
  ['a zero-width space', 'pass\u200bword', 'pass\\u{200b}word'],
  ['a byte order mark', '\ufeffa', '\\u{feff}a'],
  ['a soft hyphen', 'a\u00adb', 'a\\xadb'],
  ['a line separator', 'a\u2028b', 'a\\u{2028}b'],
  ['a tag character', `a${String.fromCodePoint(0xe0041)}`, 'a\\u{e0041}'],
  ['a Hangul filler', 'a\u3164b', 'a\\u{3164}b'],
  ['a lone surrogate', 'a\ud800b', 'a\\u{d800}b'],
] as const) {
  test(`${name} is shown as a visible escape`, () => {
    expect(escapeTerminalText(text)).toBe(shown)
  })
}

test('ordinary text of any script stays as it is', () => {
  for (const text of ['plain', 'café', '注文', 'Ελληνικά', 'שלום', '🍕 × 2'])
    expect(escapeTerminalText(text)).toBe(text)
})

test('whatever comes in, nothing that moves a cursor or hides comes out', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(escapeTerminalText(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
    }),
  )
})

test('a text that fits is not touched, a longer one ends in an ellipsis', () => {
  expect(cutToWidth('abc', 3)).toBe('abc')
  expect(cutToWidth('abcd', 3)).toBe('ab…')
  expect(cutToWidth('abcd', 0)).toBe('')
})

test('the end of a text is cut at its beginning', () => {
  expect(endToWidth('abc', 3)).toBe('abc')
  expect(endToWidth('abcd', 3)).toBe('…cd')
  expect(endToWidth('注文書', 5)).toBe('…文書')
  expect(endToWidth('注文書', 4)).toBe('…書')
  expect(endToWidth('abcd', 0)).toBe('')
})

test('a wide character is never cut in half', () => {
  expect(cutToWidth('注文書', 6)).toBe('注文書')
  expect(cutToWidth('注文書', 5)).toBe('注文…')
  expect(cutToWidth('注文書', 4)).toBe('注…')
})

test('a pile of combining marks is cut: it takes no column but would cover the lines around', () => {
  const pile = `a${'\u0301'.repeat(500)}`
  expect(cutToWidth(pile, 10).length).toBeLessThan(20)
})

test('a text of a megabyte is cut in no time', () => {
  const text = 'é'.repeat(1_000_000)
  const began = performance.now()
  cutToWidth(text, 80)
  expect(performance.now() - began).toBeLessThan(50)
})

test('fitted text is exactly as wide as asked for, whatever it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (text, columns) => {
      const escaped = escapeTerminalText(text)
      expect(textWidth(fitToWidth(escaped, columns))).toBe(columns)
      expect(textWidth(fitToWidth(escaped, columns, 'right'))).toBe(columns)
    }),
  )
})

test('what is measured the short way is as wide as when measured sign by sign, joined in any way', () => {
  const signs = Array.from({ length: 0x3000 }, (_, code) => String.fromCharCode(code)).filter(
    (sign) => escapeTerminalText(sign) === sign,
  )
  expect(signs.filter((sign) => textWidth(sign) !== stringWidth(sign))).toEqual([])
  const latin = signs.filter((sign) => sign < '\u0300')
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constantFrom(...latin), fc.constantFrom(...'–’…\u0301\ufe0f好🍕')), {
        maxLength: 40,
      }),
      fc.integer({ min: 1, max: 45 }),
      (parts, columns) => {
        const text = parts.join('')
        expect(textWidth(text)).toBe(stringWidth(text, { countAnsiEscapeCodes: true }))
        const cut = cutToWidth(text, columns)
        expect(stringWidth(cut)).toBeLessThanOrEqual(columns)
        if (stringWidth(text) <= columns) expect(cut).toBe(text)
        else expect(cut.endsWith('…') && text.startsWith(cut.slice(0, -1))).toBe(true)
      },
    ),
  )
})
