import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hasLoneSurrogate } from '../../../../src/shared/contract/lone-surrogates.js'
import { judge } from '../../../../src/shared/contract/verdict.js'
import { anyValue, nested } from '../../../support/arbitraries.js'

describe('bytes that are no order', () => {
  test.each<[string, Buffer | string | null, string, string]>([
    ['a tombstone', null, 'tombstone', 'the record has no value'],
    ['bytes that are not UTF-8', Buffer.from([0x41, 0xff]), 'not_utf8', 'not UTF-8 at byte 1'],
    ['UTF-16', Buffer.from('{}', 'utf16le'), 'not_json', 'not JSON: '],
    ['a surrogate in UTF-8', Buffer.from([0x22, 0xed, 0xa0, 0x80]), 'not_utf8', 'not UTF-8 at byte 1'],
    ['nothing', '', 'not_json', 'not JSON: Unexpected end of JSON input'],
    ['a byte order mark', '\ufeff{}', 'not_json', 'not JSON: '],
    ['text', 'hello', 'not_json', 'not JSON: '],
    ['half an object', '{"a":', 'not_json', 'not JSON: Unexpected end of JSON input'],
    ['an array', '[{}]', 'not_object', 'expected a JSON object, found an array'],
    ['null', 'null', 'not_object', 'expected a JSON object, found null'],
    ['a number', '7', 'not_object', 'expected a JSON object, found a number'],
    ['a text', '"x"', 'not_object', 'expected a JSON object, found a string'],
    ['deep objects', nested(65), 'too_deep', 'nested deeper than 64 levels'],
    ['deep arrays', nested(65, '['), 'too_deep', 'nested deeper than 64 levels'],
    ['very deep arrays', nested(200_000, '['), 'too_deep', 'nested deeper than 64 levels'],
  ])('%s is not deserialized', (_, value, code, message) => {
    const verdict = judge(typeof value === 'string' ? Buffer.from(value) : value)
    expect(verdict).toMatchObject({ deserialized: false, rejection: { code } })
    expect(verdict.rejection?.message.startsWith(message)).toBe(true)
    expect(verdict.rejection).not.toHaveProperty('pointer')
  })

  test('a deep value under a key that is given again is still too deep: jq reads both', () => {
    expect(judge(Buffer.from(`{"a":${nested(64)},"a":1}`))).toMatchObject({
      deserialized: false,
      rejection: { code: 'too_deep' },
    })
  })

  test('brackets inside strings nest nothing', () => {
    const value = JSON.stringify({ a: `${'['.repeat(100)}\\"${'{'.repeat(100)}`, b: '\\' })
    expect(judge(Buffer.from(value)).deserialized).toBe(true)
  })

  test('many brackets side by side nest nothing', () => {
    expect(judge(Buffer.from(JSON.stringify({ a: Array(500).fill([{}]) }))).deserialized).toBe(true)
  })

  test('the first byte that is not UTF-8 is named, whatever replacement characters stand before it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'é', '\ufffd', '😀') }),
        fc.string(),
        (before, after) => {
          const head = Buffer.from(before)
          const value = Buffer.concat([head, Buffer.from([0xff]), Buffer.from(after)])
          expect(judge(value).rejection?.message).toBe(`not UTF-8 at byte ${head.length}`)
        },
      ),
    )
  })

  test('a message never grows with the payload', () => {
    expect(judge(Buffer.from('x'.repeat(1_000_000))).rejection?.message.length).toBeLessThanOrEqual(160)
  })
})

test('any bytes give a verdict, and only whole objects on one line are called verbatim', () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      const verdict = judge(value)
      if (!verdict.deserialized) expect(verdict.rejection.code).toMatch(/^[a-z0-9_]+$/)
      else {
        const text = value?.toString('utf8') ?? ''
        const isVerbatim = /^\{[^\r\n]*\}$/.test(text) && !hasLoneSurrogate(text)
        expect(verdict.orderText === null).toBe(isVerbatim)
        if (verdict.orderText !== null) expect(verdict.orderText).not.toMatch(/[\r\n]/)
      }
    }),
    { numRuns: 500 },
  )
})
