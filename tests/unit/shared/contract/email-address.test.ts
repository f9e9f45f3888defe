import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isEmailAddress } from '../../../../src/shared/contract/email-address.js'

/** The older system's rule, word for word. */
const RULE = /^[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,}$/

test.each([
  ['a@b.cd', true],
  ['client_01+x%y-z.@shop-1.example.com', true],
  ['a@.b.cd', true],
  ['a@..cd', true],
  ['', false],
  ['@b.cd', false],
  ['a', false],
  ['a@', false],
  ['a@b', false],
  ['a@cd', false],
  ['a@.cd', false],
  ['a@b.c', false],
  ['a@b.c1', false],
  ['a@b.', false],
  ['a@b@c.de', false],
  ['a b@c.de', false],
  ['a@b_c.de', false],
  ['a@b.cd\n', false],
  ['zo\u00eb@b.cd', false],
])('%j is an address: %s', (text, isOne) => {
  expect(isEmailAddress(Buffer.from(text))).toBe(isOne)
  expect(isEmailAddress(Buffer.from(`a@b.${text}.cd`), 4, 4 + Buffer.byteLength(text))).toBe(isOne)
})

test('the bytes are told to be an address where the text matches the rule', () => {
  const part = fc.string({ unit: fc.constantFrom(...'aZ09.-_%+@ \u00e9'), maxLength: 6 })
  const address = fc.tuple(part, part, part).map(([local, domain, label]) => `${local}@${domain}.${label}`)
  fc.assert(
    fc.property(fc.oneof(address, part, fc.string({ unit: 'binary' })), (text) => {
      expect(isEmailAddress(Buffer.from(text))).toBe(RULE.test(text))
    }),
    { numRuns: 200 },
  )
})
