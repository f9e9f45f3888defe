import { expect, test } from 'vitest'
import { FetchWatch } from '../../../src/tracker/fetch-watch.js'
import { FakeClock } from '../../support/fake-clock.js'

function watch() {
  const clock = new FakeClock()
  return { clock, fetches: new FetchWatch(clock) }
}

test('silence is a stall after six seconds, and over with the next answer', () => {
  const { clock, fetches } = watch()
  clock.advance(6_000)
  expect(fetches.stalledMs).toBe(0)
  clock.advance(1)
  expect(fetches.stalledMs).toBe(6_001)
  fetches.answered()
  expect(fetches.stalledMs).toBe(0)
})

test('an answer after more than a second tells of a time in which nobody looked', () => {
  const { clock, fetches } = watch()
  clock.advance(600)
  expect(fetches.answered()).toBe(false)
  clock.advance(1_001)
  expect(fetches.answered()).toBe(true)
  expect(fetches.answered()).toBe(false)
})

test('so does work that took long, each time by itself', () => {
  const { clock, fetches } = watch()
  clock.advance(250)
  expect(fetches.worked()).toBe(false)
  clock.advance(251)
  expect(fetches.worked()).toBe(true)
  clock.advance(900)
  expect(fetches.answered()).toBe(false)
})
