import { expect, test } from 'vitest'
import { dashboard } from '../../../../src/monitor/model/dashboard.js'
import { snapshot } from '../../../../src/monitor/model/snapshot.js'
import { initialState, type MonitorState } from '../../../../src/monitor/model/state.js'
import { update } from '../../../../src/monitor/model/update.js'
import type { PartitionReading, TailUpdate } from '../../../../src/monitor/tail/protocol.js'
import { busyMoment } from '../../../support/moments.js'
import {
  journalUpdate,
  logUpdate,
  metricsReading,
  NOW_MS,
  NOW_SECOND,
  partitionReading,
  steadyBuckets,
  tailUpdate,
  testSetup,
} from '../../../support/monitor-state.js'

const MINUTE_MS = 60_000

/** The same report at every second for a while, as of a tracker that goes on telling it. */
function afterSeconds(
  count: number,
  report: (nowMs: number) => Partial<TailUpdate>,
  from?: MonitorState,
): MonitorState {
  let state = from ?? initialState(testSetup(), { columns: 120, rows: 40 }, NOW_MS)
  const startMs = state.nowMs
  for (let second = 0; second <= count; second += 1) {
    const nowMs = startMs + second * 1000
    state = update(state, { type: 'tail', update: tailUpdate(report(nowMs)), nowMs }).state
  }
  return state
}

const told = (nowMs: number, partitions: PartitionReading[]) =>
  logUpdate({ metrics: metricsReading({ partitions }, { partitions, timeMs: nowMs }) })

const raised = (state: MonitorState) =>
  state.alerts.filter(({ phase }) => phase === 'raised').map(({ code, value }) => ({ code, value }))

test('half a minute of a success rate below 80 % raises an alert', () => {
  const buckets = steadyBuckets(120, 100, 79).map((bucket) => ({ ...bucket, second: bucket.second + 60 }))
  expect(raised(afterSeconds(29, () => ({ buckets })))).toEqual([])
  const state = afterSeconds(30, () => ({ buckets }))
  expect(raised(state)).toEqual([{ code: 'success_rate', value: 79 }])
  expect(state.alerts[0]).toMatchObject({ sinceMs: NOW_MS, phase: 'raised' })
})

test('half a minute of a lag above 10,000 records raises an alert', () => {
  const lags = (lag: number) => (nowMs: number) => ({
    log: told(nowMs, [
      partitionReading(0, { lag, lagPerSecond: 5 }),
      partitionReading(1, { lag: 1, lagPerSecond: 0 }),
    ]),
  })
  expect(raised(afterSeconds(30, lags(9_999)))).toEqual([])
  expect(raised(afterSeconds(30, lags(10_000)))).toEqual([{ code: 'lag', value: 10_001 }])
})

test('a quarter of a minute with a partition at a standstill raises an alert', () => {
  const idle = partitionReading(1, { lag: 3, readPerSecond: 0, trendSeconds: 60 })
  const state = afterSeconds(15, (nowMs) => ({ log: told(nowMs, [partitionReading(0), idle]) }))
  expect(raised(state)).toEqual([{ code: 'stall', value: 1 }])
})

test('a silent tracker moves none of its partitions, a stopped one has none to move', () => {
  const partitions = [partitionReading(0), partitionReading(1)]
  const log = logUpdate({ metrics: metricsReading({}, { partitions, timeMs: NOW_MS - MINUTE_MS }) })
  expect(raised(afterSeconds(15, () => ({ log })))).toEqual([{ code: 'stall', value: 2 }])
  const stopped = { ...log, stoppedAtMs: NOW_MS - MINUTE_MS + 1 }
  expect(afterSeconds(15, () => ({ log: stopped })).alerts).toEqual([])
})

test('what is wrong with the journal raises an alert at the first look', () => {
  expect(raised(afterSeconds(0, () => ({ journal: journalUpdate({ badLines: 1, seqBreaks: 2 }) })))).toEqual([
    { code: 'journal', value: 2 },
  ])
})

test('while the journal is still being opened nothing is judged', () => {
  const journal = journalUpdate({ progress: 0.9, badLines: 1 })
  expect(afterSeconds(60, () => ({ journal })).alerts).toEqual([])
})

test('a moment of the past raises nothing, and an alert of now stands beside it', () => {
  const well = afterSeconds(0, () => ({ buckets: steadyBuckets(60, 5) }))
  const asked = update(well, { type: 'key', key: '<', nowMs: NOW_MS }).state
  const moment = busyMoment()
  const bad = { ...moment, tail: { ...moment.tail, buckets: badMinute(moment.timeMs) } }
  const answer = { queryId: asked.past?.queryId ?? 0, moment: bad, problem: null }
  const past = update(asked, { type: 'moment', answer }).state
  const buckets = steadyBuckets(120, 5).map((bucket) => ({ ...bucket, second: bucket.second + 60 }))
  expect(afterSeconds(60, () => ({ buckets }), past).alerts).toEqual([])
  const broken = afterSeconds(0, () => ({ journal: journalUpdate({ badLines: 1 }) }), past)
  expect(dashboard(broken, String).alerts.map(({ code }) => code)).toEqual(['journal'])
})

const badMinute = (timeMs: number) =>
  steadyBuckets(60, 100, 0).map((bucket) => ({
    ...bucket,
    second: bucket.second - NOW_SECOND + Math.floor(timeMs / 1000),
  }))

test('x puts alerts away', () => {
  const state = afterSeconds(0, () => ({ journal: journalUpdate({ badLines: 1 }) }))
  const away = update(state, { type: 'key', key: 'x', nowMs: NOW_MS }).state
  expect([state, away].map((shown) => dashboard(shown, String).alerts.length)).toEqual([1, 0])
})

/** When the bell rang while alarms about the journal came and went, in seconds. */
function bells(isBellOn: boolean, isBroken: (second: number) => boolean): number[] {
  let state = initialState({ ...testSetup(), isBellOn }, { columns: 120, rows: 40 }, NOW_MS)
  return Array.from({ length: 40 }, (_, second) => second).filter((second) => {
    const journal = journalUpdate({ badLines: isBroken(second) ? 1 : 0 })
    const action = { type: 'tail', update: tailUpdate({ journal }), nowMs: NOW_MS + second * 1000 } as const
    const { state: next, effects } = update(state, action)
    state = next
    return effects.some(({ type }) => type === 'bell')
  })
}

test('a bell rings when an alert is raised, not while it stands, and at most every 10 s', () => {
  expect(bells(true, (second) => second > 2)).toEqual([3])
  expect(bells(true, (second) => second % 4 === 0)).toEqual([0, 12, 24, 36])
  expect(bells(false, () => true)).toEqual([])
})

test('the snapshot lists what is pending and what is raised, with figure, limit and since', () => {
  const buckets = steadyBuckets(60, 3, 1)
  const state = afterSeconds(0, () => ({ buckets, journal: journalUpdate({ badLines: 1 }) }))
  const since = '2026-11-21T02:20:00.000Z'
  expect(snapshot(state, dashboard(state, String))).toMatchObject({
    alerts: [
      { code: 'journal', level: 'critical', phase: 'raised', value: 1, limit: 0, since },
      { code: 'success_rate', level: 'critical', phase: 'pending', value: 33.333, limit: 80, since },
    ],
  })
})
