import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RateWindows } from '../../../src/tracker/windows.js'

test('the second that runs is not told yet, and a second that is over is told for as long as its window', () => {
  const windows = new RateWindows(5_000)
  windows.add(30, 5_999)
  expect(windows.perSecond(1, 5_999)).toBe(0)
  expect([1, 10, 60].map((seconds) => windows.perSecond(seconds, 6_000))).toEqual([30, 3, 0.5])
  expect([1, 10, 60].map((seconds) => windows.perSecond(seconds, 7_000))).toEqual([0, 3, 0.5])
  expect([1, 10, 60].map((seconds) => windows.perSecond(seconds, 15_999))).toEqual([0, 3, 0.5])
  expect([1, 10, 60].map((seconds) => windows.perSecond(seconds, 16_000))).toEqual([0, 0, 0.5])
  expect(windows.perSecond(60, 65_999)).toBe(0.5)
  expect(windows.perSecond(60, 66_000)).toBe(0)
})

test('rates are what counting every second anew gives, over any pauses', () => {
  const step = fc.record({
    pauseMs: fc.integer({ min: 0, max: 200_000 }),
    count: fc.integer({ min: 0, max: 100 }),
  })
  const start = fc.integer({ min: 0, max: 10_000_000 })
  fc.assert(
    fc.property(start, fc.array(step, { maxLength: 60 }), (startMs, steps) => {
      const windows = new RateWindows(startMs)
      const counts = new Map<number, number>()
      let now = startMs
      for (const { pauseMs, count } of steps) {
        now += pauseMs % 7 === 0 ? pauseMs : pauseMs % 3_000
        const second = Math.floor(now / 1_000)
        counts.set(second, (counts.get(second) ?? 0) + count)
        windows.add(count, now)
        for (const seconds of [1, 10, 60]) {
          let sum = 0
          for (let back = 1; back <= seconds; back += 1) sum += counts.get(second - back) ?? 0
          expect(windows.perSecond(seconds, now)).toBeCloseTo(sum / seconds, 9)
        }
      }
    }),
  )
})
