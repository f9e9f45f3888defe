import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import { atMost, rfc3339, sleep, systemClock } from '../../../../src/shared/runtime/clock.js'

test.each<[number, string | null]>([
  [0, '1970-01-01T00:00:00.000Z'],
  [1_795_227_337_001, '2026-11-21T02:15:37.001Z'],
  [-2, '1969-12-31T23:59:59.998Z'],
  [-1, null],
  [253_402_300_799_999, '9999-12-31T23:59:59.999Z'],
  [253_402_300_800_000, null],
  [-62_167_219_200_001, null],
  [8_640_000_000_000_001, null],
  [Number.NaN, null],
  [Number.POSITIVE_INFINITY, null],
])('%d ms are %s', (ms, text) => {
  expect(rfc3339(ms)).toBe(text)
})

test('a sleep ends with its signal, at once where that was aborted before, and leaves no listener', async () => {
  const controller = new AbortController()
  const startedAt = performance.now()
  const sleeping = sleep(60_000, controller.signal)
  controller.abort()
  await sleeping
  await sleep(60_000, controller.signal)
  expect(performance.now() - startedAt).toBeLessThan(10_000)
  const other = new AbortController()
  await sleep(1, other.signal)
  expect(getEventListeners(other.signal, 'abort')).toEqual([])
})

test('what is waited for at most so long is not waited for longer, and leaves no timer when it is there before', async () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
  const before = timers()
  await atMost(60_000, Promise.resolve())
  await expect(atMost(60_000, Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(timers()).toBe(before)
  await atMost(1, new Promise(() => {}))
})

test('the system clock tells the time, and durations that never go back', () => {
  expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1_000)
  const before = systemClock.monotonic()
  expect(systemClock.monotonic()).toBeGreaterThanOrEqual(before)
})
