import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RepeatedTexts } from '../../../../src/shared/contract/repeated-texts.js'

test('a text is that of its bytes, whichever others were asked for before', () => {
  const texts = new RepeatedTexts()
  const few = fc.oneof(
    fc.constantFrom('orders', 'orderz', 'order.created', 'order.shipped', '', 'é'.repeat(40)),
    fc.string(),
  )
  fc.assert(
    fc.property(fc.array(few), few, (asked, before) => {
      for (const text of asked) {
        const bytes = Buffer.from(before + text)
        const from = Buffer.byteLength(before)
        expect(texts.text(bytes, from, bytes.length)).toBe(bytes.toString('utf8', from))
      }
    }),
  )
})
