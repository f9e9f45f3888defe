import { expect, test } from 'vitest'
import { dashboard } from '../../../../src/monitor/model/dashboard.js'
import { snapshot } from '../../../../src/monitor/model/snapshot.js'
import type { MonitorState } from '../../../../src/monitor/model/state.js'
import type { TailUpdate } from '../../../../src/monitor/tail/protocol.js'
import type { PartitionMetrics } from '../../../../src/shared/contract/log-entry.js'
import {
  journalUpdate,
  logUpdate,
  metricsReading,
  NOW_MS,
  stateAfter,
  steadyBuckets,
} from '../../../support/monitor-state.js'

const timeText = (timeMs: number): string => new Date(timeMs).toISOString().slice(11, 19)
const show = (state: MonitorState) => dashboard(state, timeText)
const codes = (changes: Partial<TailUpdate>): string[] =>
  show(stateAfter(changes)).alarms.map(({ code }) => code)

const partition = (changes: Partial<PartitionMetrics>): PartitionMetrics => ({
  topic: 'orders',
  partition: 0,
  epoch: 0,
  next: 10,
  end: 10,
  end_read_at: null,
  committed: 10,
  lag: 0,
  last_record_timestamp: null,
  state: 'consuming',
  ...changes,
})

test('lag is the sum over partitions whose end is known, and unknown where none is', () => {
  const lagOf = (...lags: (number | null)[]) => {
    const partitions = lags.map((lag, index) => partition({ partition: index, lag }))
    return show(stateAfter({ log: logUpdate({ metrics: metricsReading({ partitions }) }) })).tracker?.lag
  }
  expect([lagOf(3, null, 4), lagOf(0), lagOf(null), lagOf()]).toEqual([7, 0, null, null])
})

test('what the tracker last said has an age, and is old when the next line is overdue', () => {
  const aged = (ms: number) => {
    const metrics = metricsReading({}, { timeMs: NOW_MS - ms })
    return show(stateAfter({ log: logUpdate({ metrics }) })).tracker
  }
  expect(aged(7000)).toMatchObject({ ageMs: 7000, isOld: false })
  expect(aged(8000)).toMatchObject({ ageMs: 8000, isOld: true })
})

test('topics are those that the tracker consumes, until it says so those of the settings', () => {
  const partitions = [
    partition({ topic: 'b' }),
    partition({ topic: 'a' }),
    partition({ topic: 'b', partition: 1 }),
  ]
  expect(show(stateAfter()).topics).toEqual(['orders'])
  expect(show(stateAfter({ log: logUpdate({ metrics: metricsReading({ partitions }) }) })).topics).toEqual([
    'b',
    'a',
  ])
})

test('says how far the monitor is', () => {
  const file = journalUpdate().file
  const progressOf = (changes: Parameters<typeof journalUpdate>[0]) =>
    show(stateAfter({ journal: journalUpdate(changes) })).progress
  expect(progressOf({})).toEqual({ kind: 'live' })
  expect(progressOf({ progress: 0.436 })).toEqual({ kind: 'reading', percent: 43 })
  expect(progressOf({ behindLines: 12_400 })).toEqual({ kind: 'behind', lines: 12_400 })
  expect(progressOf({ behindLines: 12 })).toEqual({ kind: 'live' })
  expect(progressOf({ seq: 0, file: { ...file, state: 'missing' } })).toEqual({ kind: 'waiting' })
})

test('nothing wrong, no alarm', () => {
  expect(codes({ log: logUpdate({ metrics: metricsReading() }), buckets: steadyBuckets(60, 5) })).toEqual([])
})

test('each thing that a person must know is an alarm, the critical ones first', () => {
  const { file } = journalUpdate()
  const journal = journalUpdate({
    totalsFromSeq: 900,
    disagreement: { seq: 5, what: 'hash', text: 'line 5 …' },
    seqBreaks: 1,
    badLines: 2,
  })
  expect(codes({ journal })).toEqual(['journal_differs', 'seq_broken', 'bad_lines', 'totals_partial'])
  expect(
    codes({ journal: journalUpdate({ file: { ...file, state: 'denied', problem: 'EACCES' } }) }),
  ).toEqual(['file_denied'])
  for (const state of ['disk_full', 'broker_down', 'stalled'] as const) {
    expect(codes({ log: logUpdate({ metrics: metricsReading({ state }) }) })).toEqual([state])
  }
})

test('offsets that were passed over stay an alarm, with their reasons', () => {
  const metrics = metricsReading({ passed_over_total: { undecodable: 10, retention: 0, too_large: 1 } })
  expect(show(stateAfter({ log: logUpdate({ metrics }) })).alarms).toEqual([
    {
      code: 'passed_over',
      level: 'warning',
      text: '11 offsets of the topics could not be journaled (10 undecodable, 1 too_large); their journal.gap lines tell which',
    },
  ])
  expect(codes({ log: logUpdate({ metrics: metricsReading({ passed_over_total: {} }) }) })).toEqual([])
})

test('a silent tracker is named with the time of its last word', () => {
  const metrics = metricsReading({}, { timeMs: NOW_MS - 60_000 })
  expect(show(stateAfter({ log: logUpdate({ metrics }) })).alarms).toEqual([
    { code: 'tracker_silent', level: 'critical', text: 'tracker silent since 02:19:00' },
  ])
})

test('the snapshot says the same as the screen, in JSON', () => {
  const state = stateAfter({
    buckets: steadyBuckets(60, 5),
    log: logUpdate({ metrics: metricsReading({ partitions: [partition({ lag: 4 })] }) }),
  })
  expect(JSON.parse(JSON.stringify(snapshot(state, show(state))))).toMatchObject({
    schema: 1,
    timestamp: '2026-11-21T02:20:00.000Z',
    topics: ['orders'],
    totals: { records: 0 },
    rates: { '10s': { received_per_second: 5, success_rate_percent: 100, bytes_per_second: 500 } },
    health: { global: { level: 'good' }, throughput: { word: 'normal', per_second: 5 } },
    lag: 4,
    latency_ms: { p50: 3, p95: 8, p99: 12 },
    metrics_age_ms: 2000,
    journal: { path: '/data/tracker.events', state: 'open' },
    log: { path: '/data/tracker.log' },
    alarms: [],
  })
})
