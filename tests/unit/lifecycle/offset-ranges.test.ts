import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OffsetRanges } from '../../../src/lifecycle/offset-ranges.js'

test('holds exactly what was added, in whatever order it came', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom('a/0', 'a/1'), fc.nat(40)), { maxLength: 80 }), (added) => {
      const ranges = new OffsetRanges()
      const plain = new Set<string>()
      for (const [partition, offset] of added) {
        expect(ranges.add(partition, offset)).toBe(!plain.has(`${partition}@${offset}`))
        plain.add(`${partition}@${offset}`)
      }
      expect(ranges.count()).toBe(plain.size)
      for (const partition of ['a/0', 'a/1']) {
        for (let offset = 0; offset <= 41; offset += 1) {
          expect(ranges.has(partition, offset)).toBe(plain.has(`${partition}@${offset}`))
        }
      }
    }),
  )
})

test('takes a million offsets of one partition without growing with them', () => {
  const ranges = new OffsetRanges()
  const before = process.memoryUsage().heapUsed
  for (let offset = 0; offset < 1_000_000; offset += 1) ranges.add('orders/0', offset)
  expect(ranges.count()).toBe(1_000_000)
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(20_000_000)
})
