import { expect, test } from 'vitest'
import { health, quality } from '../../../../src/monitor/model/health.js'
import type { MonitorState } from '../../../../src/monitor/model/state.js'
import type { TailUpdate } from '../../../../src/monitor/tail/protocol.js'
import type { TrackerState } from '../../../../src/shared/contract/log-entry.js'
import {
  journalUpdate,
  logUpdate,
  metricsReading,
  NOW_MS,
  NOW_SECOND,
  stateAfter,
  steadyBuckets,
} from '../../../support/monitor-state.js'

const MINUTE_MS = 60_000
const wellLog = logUpdate({ metrics: metricsReading() })

const healthAfter = (changes: Partial<TailUpdate>) => health(stateAfter({ log: wellLog, ...changes }))

for (const [accepted, word, level] of [
  [100, 'excellent', 'good'],
  [95, 'excellent', 'good'],
  [94, 'good', 'warning'],
  [80, 'good', 'warning'],
  [79, 'critical', 'critical'],
] as const) {
  test(`a success rate of ${accepted} % is ${word}`, () => {
    const { success } = healthAfter({ buckets: steadyBuckets(60, 100, accepted) })
    expect(success).toEqual({ word, level, percent: accepted })
  })
}

test('five a second with two percent rejected is healthy: rejections are no errors of the tracker', () => {
  const buckets = steadyBuckets(600, 50, 49)
  expect(healthAfter({ buckets })).toMatchObject({
    global: { level: 'good', word: 'healthy' },
    errors: { level: 'good', word: 'none', recentCount: 0 },
    quality: { level: 'good', score: 99 },
  })
})

for (const [records, word, level] of [
  [18, 'normal', 'good'],
  [17, 'low', 'warning'],
  [6, 'low', 'warning'],
  [5, 'stopped', 'critical'],
  [0, 'stopped', 'critical'],
] as const) {
  test(`${records} records in a minute is ${word}`, () => {
    const buckets = [{ second: NOW_SECOND - 5, records, accepted: records, bytes: 0 }]
    expect(healthAfter({ buckets }).throughput).toMatchObject({ word, level })
  })
}

test('ten seconds below a fifth of the 10-minute median is low, though far above the fixed threshold', () => {
  const fallen = [...steadyBuckets(600, 100).slice(0, 590), ...steadyBuckets(10, 19)]
  expect(healthAfter({ buckets: fallen }).throughput).toMatchObject({ word: 'low', medianPerSecond: 100 })
  const steady = [...steadyBuckets(600, 100).slice(0, 590), ...steadyBuckets(10, 21)]
  expect(healthAfter({ buckets: steady }).throughput).toMatchObject({ word: 'normal' })
})

for (const [ageMs, word, level, recentCount] of [
  [MINUTE_MS - 1, 'now', 'critical', 1],
  [MINUTE_MS, 'recent', 'warning', 1],
  [5 * MINUTE_MS - 1, 'recent', 'warning', 1],
  [5 * MINUTE_MS, 'none', 'good', 0],
] as const) {
  test(`an error ${ageMs} ms ago is "${word}"`, () => {
    const timeMs = NOW_MS - ageMs
    const errors = { ...wellLog.errors, recentMs: [timeMs], last: { timeMs, text: 'x' } }
    expect(healthAfter({ log: { ...wellLog, errors } }).errors).toEqual({
      word,
      level,
      recentCount,
      lastMs: timeMs,
    })
  })
}

test('after three intervals without metrics the tracker is silent, which is critical', () => {
  const quietFor = (ms: number) =>
    healthAfter({
      buckets: steadyBuckets(60, 5),
      log: logUpdate({ metrics: metricsReading({}, { timeMs: NOW_MS - ms, intervalMs: 5000 }) }),
    })
  expect(quietFor(15_000)).toMatchObject({ tracker: { word: 'consuming' }, global: { level: 'good' } })
  expect(quietFor(15_001)).toMatchObject({
    tracker: { word: 'silent', level: 'critical', sinceMs: NOW_MS - 15_001 },
    global: { level: 'critical' },
  })
})

test('until two metrics lines tell the interval, the setting does', () => {
  const metrics = metricsReading({}, { timeMs: NOW_MS - 14_000, intervalMs: null })
  const state = stateAfter({ log: logUpdate({ metrics }) })
  const hasty: MonitorState = { ...state, setup: { ...state.setup, metricsIntervalMs: 1000 } }
  expect([health(state).tracker.word, health(hasty).tracker.word]).toEqual(['consuming', 'silent'])
})

test('a tracker that said it stops is stopped, not silent', () => {
  const metrics = metricsReading({}, { timeMs: NOW_MS - 600_000 })
  const stopped = { word: 'stopped', sinceMs: NOW_MS - 599_000 }
  expect(healthAfter({ log: logUpdate({ metrics, stoppedAtMs: NOW_MS - 599_000 }) }).tracker).toMatchObject(
    stopped,
  )
  const closed = journalUpdate({ closedAtMs: NOW_MS - 599_000 })
  expect(healthAfter({ log: logUpdate({ metrics }), journal: closed }).tracker).toMatchObject(stopped)
})

for (const [state, level] of [
  ['consuming', 'good'],
  ['caught_up', 'good'],
  ['lagging', 'warning'],
  ['stalled', 'critical'],
  ['disk_full', 'critical'],
  ['broker_down', 'critical'],
  ['stopping', 'warning'],
] satisfies [TrackerState, string][]) {
  test(`the tracker's state ${state} is ${level}`, () => {
    expect(healthAfter({ log: logUpdate({ metrics: metricsReading({ state }) }) }).tracker).toMatchObject({
      level,
      word: state.replace('_', ' '),
    })
  })
}

test('before anything happened nothing is judged', () => {
  const state = stateAfter({ journal: journalUpdate({ bucketsFromSecond: null }), log: logUpdate() })
  expect(health(state)).toMatchObject({
    global: { level: 'unknown' },
    success: { level: 'unknown', percent: null },
    throughput: { level: 'unknown', perSecond: null },
    quality: { level: 'unknown', score: null },
  })
})

for (const [success, perSecond, errors, score, word] of [
  [100, 0.5, 0, 100, 'excellent'],
  [100, 0.3, 0, 95, 'excellent'],
  [100, 0.1, 0, 85, 'good'],
  [100, 0.05, 0, 80, 'good'],
  [100, 0, 0, 70, 'good'],
  [98, 5, 3, 93, 'excellent'],
  [60, 5, 10, 60, 'medium'],
  [60, 5, 500, 60, 'medium'],
  [10, 0.2, 9, 22, 'low'],
] as const) {
  test(`quality of ${success} %, ${perSecond}/s and ${errors} errors is ${score}`, () => {
    expect(quality(success, perSecond, errors)).toMatchObject({ score, word })
  })
}
