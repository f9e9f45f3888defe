import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LineBytes } from '../../../../src/shared/journal/line-bytes.js'

/** What `write` adds behind a text that leaves hardly any room. */
function written(write: (to: LineBytes) => void): string {
  const to = new LineBytes(Buffer.alloc(4))
  to.ascii('abc')
  write(to)
  return to.memory.toString('latin1', 0, to.at)
}

test('whole numbers are written as their text', () => {
  const edges = Array.from({ length: 16 }, (_, power) => [10 ** power - 1, 10 ** power]).flat()
  for (const value of [...edges, Number.MAX_SAFE_INTEGER])
    expect(written((to) => to.decimal(value))).toBe(`abc${value}`)
  fc.assert(
    fc.property(fc.maxSafeNat(), (value) => {
      expect(written((to) => to.decimal(value))).toBe(`abc${value}`)
    }),
  )
})

test('each byte is written as two hex digits', () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
  expect(written((to) => to.hex(bytes.toString('latin1')))).toBe(`abc${bytes.toString('hex')}`)
})
