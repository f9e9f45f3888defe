import { expect, test } from 'vitest'
import {
  currentSecond,
  latencySeries,
  medianThroughput,
  minuteSlots,
  ratesOver,
  successSeries,
  throughputSeries,
} from '../../../../src/monitor/model/windows.js'
import {
  journalUpdate,
  logUpdate,
  metricsReading,
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

test('the last minute is told in complete slots of five seconds that stand still while one runs', () => {
  const buckets = [at(-61, 9), at(-60, 1), at(-56, 2), at(-5, 3, 2), at(-1, 4), at(0, 100), at(4, 100)]
  const state = stateAfter({ buckets })
  const slots = minuteSlots(state)
  expect(slots).toHaveLength(12)
  expect(slots[0]).toEqual({ records: 3, accepted: 3, bytes: 300 })
  expect(slots[1]).toEqual({ records: 0, accepted: 0, bytes: 0 })
  expect(slots[11]).toEqual({ records: 7, accepted: 6, bytes: 700 })
  expect(minuteSlots({ ...state, nowMs: NOW_MS + 4999 })).toEqual(slots)
  expect(minuteSlots({ ...state, nowMs: NOW_MS + 5000 })[11]).toMatchObject({ records: 200 })
  const young = stateAfter({ buckets, journal: journalUpdate({ bucketsFromSecond: NOW_SECOND - 7 }) })
  expect(
    minuteSlots(young)
      .map((slot) => slot?.records ?? null)
      .slice(-3),
  ).toEqual([null, null, 7])
})

test('the latency of a second is the worst that a metrics line told of it, and nothing where none did', () => {
  const span = (from: number, until: number, p99: number | null) => ({
    fromMs: NOW_MS + from * 1000,
    untilMs: NOW_MS + until * 1000,
    p99,
  })
  const of = (...latencies: ReturnType<typeof span>[]): (number | null)[] =>
    latencySeries(stateAfter({ log: logUpdate({ metrics: metricsReading({}, { latencies }) }) }), 10)
  expect(of(span(-8, -5, 30), span(-5, -3, null), span(-3, -1, 7))).toEqual([
    ...[null, null, 30, 30, 30, null, null, 7, 7, null],
  ])
  // Lines come between two seconds, of several trackers at once, and from before the chart.
  expect(of(span(-20, -8.5, 5), span(-8.5, -6, 9))).toEqual([5, 9, 9, 9, ...new Array(6).fill(null)])
  expect(of(span(-10, 3, 4), span(-4, -2, 8))).toEqual([4, 4, 4, 4, 4, 4, 8, 8, 4, 4])
  expect(latencySeries(stateAfter(), 3)).toEqual([null, null, null])
})
