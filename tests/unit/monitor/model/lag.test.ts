import { expect, test } from 'vitest'
import { lagRows, sortedBy } from '../../../../src/monitor/model/lag.js'
import { LagHistory } from '../../../../src/monitor/tail/lag-history.js'
import type { PartitionMetrics } from '../../../../src/shared/contract/log-entry.js'

const T0 = Date.parse('2026-11-21T02:15:00.000Z')

const partition = (changes: Partial<PartitionMetrics> = {}): PartitionMetrics => ({
  topic: 'orders',
  partition: 0,
  epoch: 0,
  next: 100,
  end: 100,
  end_read_at: new Date(T0).toISOString(),
  committed: 100,
  lag: 0,
  last_record_timestamp: new Date(T0).toISOString(),
  state: 'caught_up',
  ...changes,
})

/** The row after metrics lines 10 s apart. */
function after(...lines: Partial<PartitionMetrics>[]) {
  const history = new LagHistory()
  const readings = lines.map((line, index) => history.add(T0 + index * 10_000, [partition(line)]))
  return lagRows(readings.at(-1) ?? [], false)[0]
}

test('caught up: no lag, nothing to drain, OK', () => {
  expect(after({}, { next: 200, end: 200 })).toMatchObject({
    lag: 0,
    lagSeconds: 0,
    drainSeconds: null,
    state: 'OK',
  })
})

test('trend and time to drain come from two readings and the time between them', () => {
  const draining = after(
    { next: 0, end: 1000, lag: 1000, state: 'consuming' },
    { next: 600, end: 1200, lag: 600, state: 'consuming' },
  )
  expect(draining).toMatchObject({ lagPerSecond: -40, drainSeconds: 15 })
  const growing = after(
    { next: 0, end: 1000, lag: 1000, state: 'lagging' },
    { next: 100, end: 1500, lag: 1400, state: 'lagging' },
  )
  expect(growing).toMatchObject({
    lagPerSecond: 40,
    drainSeconds: Number.POSITIVE_INFINITY,
    state: 'LAGGING',
  })
  expect(after({ next: 0, lag: 100 })).toMatchObject({ lagPerSecond: null, drainSeconds: null })
})

test('behind in seconds is the age of the last journaled record when the end was read', () => {
  const last_record_timestamp = new Date(T0 - 42_000).toISOString()
  const row = after({ next: 10, lag: 90, last_record_timestamp, state: 'consuming' })
  expect(row).toMatchObject({ lagSeconds: 42, state: 'LAGGING' })
  expect(after({ next: 10, lag: 90, last_record_timestamp: null })?.lagSeconds).toBeNull()
  expect(after({ end: null, lag: null })).toMatchObject({ lag: null, lagSeconds: null, drainSeconds: null })
})

test('records that wait while nothing is read are a stall, whatever the tracker calls it', () => {
  const waiting = { next: 50, end: 100, lag: 50, state: 'consuming' as const }
  expect(after(waiting)?.state).toBe('OK')
  expect(after(waiting, waiting)?.state).toBe('STALLED')
  for (const state of ['stalled', 'disk_full', 'broker_down'] as const) {
    expect(after({ state })?.state).toBe('STALLED')
  }
})

test('a position that goes back, or a new epoch, is a rewind for a minute and no rate', () => {
  const rewound = after({ next: 500, end: 500 }, { next: 20, end: 600, lag: 580, state: 'consuming' })
  expect(rewound).toMatchObject({ state: 'REWIND', lagPerSecond: null })
  expect(after({ next: 5 }, { next: 5, epoch: 1 })?.state).toBe('REWIND')
  const later = Array.from({ length: 8 }, (_, index) => ({ next: 30 + index, end: 30 + index }))
  expect(after({ next: 500, end: 500 }, ...later)?.state).toBe('OK')
})

test('when metrics are old no state is claimed', () => {
  const history = new LagHistory()
  expect(lagRows(history.add(T0, [partition({ state: 'stalled' })]), true)[0]?.state).toBe('?')
})

test('sorted by lag the largest is first and the unknown last; by state the worst is first', () => {
  const history = new LagHistory()
  const rows = lagRows(
    history.add(T0, [
      partition({ partition: 0, lag: 5, next: 95, state: 'consuming' }),
      partition({ partition: 1, end: null, lag: null }),
      partition({ partition: 2, lag: 70, next: 30, state: 'stalled' }),
      partition({ partition: 3, lag: 5, next: 95, state: 'lagging' }),
    ]),
    false,
  )
  const order = (by: Parameters<typeof sortedBy>[1]) => sortedBy(rows, by).map((row) => row.partition)
  expect(order('lag')).toEqual([2, 0, 3, 1])
  expect(order('state')).toEqual([2, 3, 0, 1])
  expect(order('partition')).toEqual([0, 1, 2, 3])
})
