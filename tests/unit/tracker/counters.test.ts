import { expect, test } from 'vitest'
import type { IncomingRecord } from '../../../src/shared/journal/record.js'
import { BatchTally } from '../../../src/tracker/batch-tally.js'
import { Counters } from '../../../src/tracker/counters.js'
import { FakeClock } from '../../support/fake-clock.js'
import { record, records } from '../../support/journal-records.js'
import { order } from '../../support/order-builder.js'

const NOW = '2026-11-21T02:15:40.000Z'
const ago = (ms: number): string => String(Date.parse(NOW) - ms)

function tallyOf(batch: IncomingRecord[]): BatchTally {
  const tally = new BatchTally()
  for (const each of batch) tally.add({ ...each, timeMs: Number(each.timestampMs) })
  return tally
}

/** A record whose own event is `ms` old; null for an event without a time. */
const aged = (ms: number | null): string => {
  const timestamp = ms === null ? undefined : new Date(Date.parse(NOW) - ms).toISOString()
  return JSON.stringify(order(1, { metadata: { timestamp, event_type: 'order.created' } }))
}

test('received is accepted and every rejected, by reason', () => {
  const counters = new Counters(new FakeClock(NOW))
  counters.journaled(tallyOf(records(0, 4)))
  counters.journaled(
    tallyOf([record(5, { value: 'no JSON' }), record(6, { value: '{}' }), record(7, { value: 'no JSON' })]),
  )
  counters.journaled(tallyOf([]))
  expect(counters.receivedTotal).toBe(8)
  expect(counters.acceptedTotal).toBe(5)
  expect(counters.failedTotal).toBe(3)
  expect(counters.rejectedTotal).toEqual({ not_json: 2, order_id_missing: 1 })
})

test('uptime and rates follow the clock that never goes back', () => {
  const clock = new FakeClock(NOW)
  const counters = new Counters(clock)
  counters.journaled(tallyOf(records(0, 19)))
  clock.advance(1_000)
  clock.jumpTo('2020-01-01T00:00:00.000Z')
  expect([1, 10].map((seconds) => counters.perSecond(seconds))).toEqual([20, 2])
  clock.advance(1_250)
  expect(counters.uptimeSeconds()).toBe(2.3)
})

test('latency is told as percentiles since it was last asked for, and nothing where nothing happened', () => {
  const counters = new Counters(new FakeClock(NOW))
  const none = { p50: null, p95: null, p99: null }
  expect(counters.takeTimes()).toEqual({ latency: none, age: { ...none, negative: 0 } })
  counters.journaled(
    tallyOf(
      Array.from({ length: 100 }, (_, n) => record(n, { timestampMs: ago((n + 1) * 10), value: '{}' })),
    ),
  )
  const { latency } = counters.takeTimes()
  // Histograms keep three digits.
  expect(latency.p50).toBeCloseTo(500, -1)
  expect(latency.p95).toBeCloseTo(950, -1)
  expect(latency.p99).toBeCloseTo(990, -1)
  expect(counters.takeTimes().latency).toEqual(none)
})

test('a record without a timestamp has no latency; one from the future, or from beyond all dates, has the least', () => {
  const counters = new Counters(new FakeClock(NOW))
  counters.journaled(tallyOf([record(0, { timestampMs: '-1' })]))
  expect(counters.takeTimes().latency.p50).toBeNull()
  counters.journaled(tallyOf([record(1, { timestampMs: ago(-5_000) })]))
  counters.journaled(tallyOf([record(2, { timestampMs: '9223372036854775807' })]))
  expect(counters.takeTimes().latency).toEqual({ p50: 1, p95: 1, p99: 1 })
})

test('the age of an event comes from its own time; ages below zero are counted, not averaged', () => {
  const counters = new Counters(new FakeClock(NOW))
  counters.journaled(
    tallyOf([
      ...[2_000, 2_000, 2_000, -1, -60_000].map((ms, offset) => record(offset, { value: aged(ms) })),
      record(5, { value: aged(null) }),
      record(6, { value: 'no JSON' }),
      record(7, { value: '{"metadata":null}' }),
      record(8, { value: '{"metadata":{"timestamp":"yesterday"}}' }),
    ]),
  )
  const { age } = counters.takeTimes()
  expect(age.negative).toBe(2)
  expect(age.p50).toBeCloseTo(2_000, -1)
  expect(age.p99).toBeCloseTo(2_000, -1)
  expect(counters.takeTimes().age.negative).toBe(0)
})

test('an age of a thousand years is taken as it is', () => {
  const counters = new Counters(new FakeClock(NOW))
  counters.journaled(
    tallyOf([
      record(0, {
        timestampMs: '0',
        value: JSON.stringify({ metadata: { timestamp: '1026-01-01T00:00:00Z' } }),
      }),
    ]),
  )
  expect(counters.takeTimes().age.p50).toBeGreaterThan(999 * 365 * 86_400_000)
})
