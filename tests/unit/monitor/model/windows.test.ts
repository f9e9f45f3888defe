import { expect, test } from 'vitest'
import {
  currentSecond,
  medianThroughput,
  ratesOver,
  successSeries,
  throughputSeries,
} from '../../../../src/monitor/model/windows.js'
import {
  journalUpdate,
  NOW_MS,
  NOW_SECOND,
  stateAfter,
  steadyBuckets,
} from '../../../support/monitor-state.js'

const at = (second: number, records: number, accepted = records) => ({
  second: NOW_SECOND + second,
  records,
  accepted,
  bytes: records * 100,
})

test('a window is the complete seconds before now: neither the running second nor an older one counts', () => {
  const state = stateAfter({ buckets: [at(-11, 1000), at(-10, 20), at(-1, 30), at(0, 500)] })
  expect(ratesOver(state, 10)).toMatchObject({ records: 50, recordsPerSecond: 5, coveredSeconds: 10 })
  expect(ratesOver(state, 1)).toMatchObject({ records: 30, recordsPerSecond: 30, bytesPerSecond: 3000 })
})

test('the rate is that of the window, not of a lifetime', () => {
  const state = stateAfter({ buckets: [...steadyBuckets(600, 100).slice(0, 590), ...steadyBuckets(10, 2)] })
  expect(ratesOver(state, 10).recordsPerSecond).toBe(2)
})

test('a window reaches back no further than the journal: a rate of ten seconds is not divided by sixty', () => {
  const state = stateAfter({
    buckets: steadyBuckets(10, 5),
    journal: journalUpdate({ bucketsFromSecond: NOW_SECOND - 10 }),
  })
  expect(ratesOver(state, 60)).toMatchObject({ recordsPerSecond: 5, coveredSeconds: 10 })
})

test('where nothing is covered there is no rate, where nothing was received there is no success', () => {
  const nothing = stateAfter({ journal: journalUpdate({ bucketsFromSecond: null }) })
  expect(ratesOver(nothing, 10)).toMatchObject({ recordsPerSecond: null, successPercent: null })
  expect(ratesOver(stateAfter(), 10)).toMatchObject({ recordsPerSecond: 0, successPercent: null })
})

test('success is accepted of received in the window', () => {
  const state = stateAfter({ buckets: [at(-70, 100, 0), at(-5, 50, 49), at(-2, 50, 46)] })
  expect(ratesOver(state, 60).successPercent).toBe(95)
})

test('now is never before the newest timestamp, so a clock that runs behind does not hide records', () => {
  const state = stateAfter({
    buckets: [at(4, 50)],
    journal: journalUpdate({ timeMaxMs: NOW_MS + 5000, bucketsFromSecond: NOW_SECOND }),
  })
  expect(currentSecond(state)).toBe(NOW_SECOND + 5)
  expect(ratesOver(state, 1).records).toBe(50)
})

test('the median is over samples of ten seconds, and needs a minute of them', () => {
  expect(medianThroughput(stateAfter({ buckets: steadyBuckets(600, 5) }), 600)).toBe(5)
  const burst = [...steadyBuckets(600, 5).slice(0, 550), ...steadyBuckets(50, 1000)]
  expect(medianThroughput(stateAfter({ buckets: burst }), 600)).toBe(5)
  const young = journalUpdate({ bucketsFromSecond: NOW_SECOND - 59 })
  expect(medianThroughput(stateAfter({ buckets: steadyBuckets(59, 5), journal: young }), 600)).toBeNull()
})

test('the throughput series has one point a second, moves with every second, and knows what it does not know', () => {
  const state = stateAfter({
    buckets: [at(-3, 7), at(-1, 9), at(0, 99)],
    journal: journalUpdate({ bucketsFromSecond: NOW_SECOND - 4 }),
  })
  expect(throughputSeries(state, 6)).toEqual([null, null, 0, 7, 0, 9])
  expect(throughputSeries({ ...state, nowMs: NOW_MS + 1000 }, 6)).toEqual([null, 0, 7, 0, 9, 99])
})

test('the success series is over the seconds before each point, with gaps where nothing was received', () => {
  const state = stateAfter({ buckets: [at(-8, 10, 5), at(-4, 10, 10)] })
  expect(successSeries(state, 8, 3)).toEqual([50, 50, 50, null, 100, 100, 100, null])
})
