import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Pacer } from '../../../src/producer/pacer.js'

/** Runs the pacer as the producer does, on a clock that only moves when it sleeps (and `late` more). */
function run(
  pacer: Pacer,
  { start, end, late = () => 0 }: { start: number; end: number; late?: () => number },
) {
  const taken: number[] = []
  let now = start
  while (now <= end) {
    const count = pacer.take(now)
    for (let made = 0; made < count; made += 1) taken.push(now)
    if (count === 0) now += Math.max(pacer.delayMs(now), 0.001) + late()
  }
  return taken
}

test('five a second are 200 ms apart, the first at once', () => {
  const taken = run(new Pacer(5, 1_000), { start: 1_000, end: 1_999 })
  expect(taken.map((at) => Math.round(at))).toEqual([1_000, 1_200, 1_400, 1_600, 1_800])
})

test('a timer that is always late makes no drift', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 0, max: 30 }), (rate, lateMs) => {
      const taken = run(new Pacer(rate, 0), { start: 0, end: 60_000, late: () => lateMs })
      expect(Math.abs(taken.length - rate * 60)).toBeLessThanOrEqual(1 + (rate * (lateMs + 1)) / 1_000)
    }),
    { numRuns: 30 },
  )
})

test('a wait is in whole milliseconds, at the end of which the record is due', () => {
  const pacer = new Pacer(5, 0.4)
  expect(pacer.take(0.4)).toBe(1)
  expect(pacer.delayMs(1)).toBe(200)
  expect(pacer.take(200.3)).toBe(0)
  expect(pacer.take(201)).toBe(1)
})

test('rates below one a second wait their time', () => {
  const pacer = new Pacer(0.25, 0)
  expect(pacer.take(0)).toBe(1)
  expect(pacer.delayMs(0)).toBe(4_000)
  expect(pacer.take(3_999)).toBe(0)
  expect(pacer.take(4_000)).toBe(1)
})

test('gives at most 500 at a time, and the rest when asked again', () => {
  const pacer = new Pacer(10_000, 0)
  pacer.take(0)
  expect([pacer.take(100), pacer.take(100), pacer.take(100)]).toEqual([500, 500, 0])
})

describe('after a pause', () => {
  test('makes up for one second and forgives the rest', () => {
    const pacer = new Pacer(100, 0)
    expect(pacer.take(0)).toBe(1)
    expect(pacer.take(60_000)).toBe(101)
    expect(pacer.take(60_000)).toBe(0)
    expect(pacer.delayMs(60_000)).toBe(10)
  })

  test('goes on at its rate', () => {
    const pacer = new Pacer(100, 0)
    pacer.take(60_000)
    expect(run(pacer, { start: 60_000, end: 61_000 }).length).toBe(100)
  })

  test('a slow rate is not forgiven an interval that is simply long', () => {
    const pacer = new Pacer(0.1, 0)
    expect(pacer.take(0)).toBe(1)
    expect(pacer.take(12_000)).toBe(1)
    expect(pacer.delayMs(12_000)).toBe(8_000)
  })
})

test('max never waits', () => {
  const pacer = new Pacer('max', 0)
  expect([pacer.take(0), pacer.take(0), pacer.delayMs(0)]).toEqual([500, 500, 0])
})
