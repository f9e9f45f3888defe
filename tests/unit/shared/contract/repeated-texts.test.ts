import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RepeatedTexts } from '../../../../src/shared/contract/repeated-texts.js'

test('a text is that of its bytes, whichever others were asked for before', () => {
  const memory = Buffer.alloc(4_096)
  const texts = new RepeatedTexts(memory)
  const few = fc.oneof(
    fc.constantFrom('orders', 'orderz', 'order.created', 'order.shipped', '', 'é'.repeat(40)),
    fc.string(),
  )
  fc.assert(
    fc.property(fc.array(few), few, (asked, before) => {
      for (const text of asked) {
        const from = Buffer.byteLength(before)
        const to = memory.write(before + text)
        expect(texts.text(from, to)).toBe(memory.toString('utf8', from, to))
      }
    }),
  )
})
