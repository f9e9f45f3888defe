/** Intervals against a plain set of offsets. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Cover } from '../../../../src/monitor/union/cover.js'

test('an offset is new once, in whatever order offsets come, and neighbours are one interval', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 80 }), (offsets) => {
      const cover = new Cover()
      const seen = new Set<number>()
      for (const offset of offsets) {
        expect(cover.add(offset)).toBe(!seen.has(offset))
        seen.add(offset)
      }
      const covered = cover.intervals.flatMap(([from, to]) =>
        Array.from({ length: to - from }, (_, index) => from + index),
      )
      expect(covered).toEqual([...seen].sort((one, other) => one - other))
      const gaps = cover.intervals.slice(1).map(([from], index) => from - (cover.intervals[index]?.[1] ?? 0))
      expect(gaps.every((gap) => gap > 0)).toBe(true)
    }),
  )
})

test('a million records in their order take one interval', () => {
  const cover = new Cover()
  for (let offset = 0; offset < 1_000_000; offset += 1) cover.add(offset)
  expect(cover.intervals).toEqual([[0, 1_000_000]])
})
