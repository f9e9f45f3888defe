/** Moments of the past for tests of the monitor's model and views. */
import type { Moment } from '../../src/monitor/moment/moment-reader.js'
import { emptyTotals } from '../../src/shared/journal/totals.js'
import {
  eventRow,
  journalUpdate,
  logRow,
  logUpdate,
  metricsReading,
  NOW_MS,
  NOW_SECOND,
  partitionReading,
  steadyBuckets,
  tailUpdate,
} from './monitor-state.js'

/** The state a minute ago, after line `seq`, with a row for every line. */
export const momentAt = (seq: number, changes: Partial<Moment> = {}): Moment => ({
  timeMs: NOW_MS - 60_000,
  seq,
  isReached: true,
  isWhole: true,
  business: null,
  tail: tailUpdate({
    journal: journalUpdate({ seq, totals: { ...emptyTotals(), records: seq - 2 } }),
    events: Array.from({ length: Math.min(20, seq) }, (_, index) =>
      eventRow(seq - Math.min(20, seq) + index + 1),
    ),
  }),
  ...changes,
})

/** The busy state's journal two hours ago, when one partition was far behind. */
export function busyMoment(): Moment {
  const timeMs = NOW_MS - 7_203_000
  const ago = 7_203_000
  const partitions = [partitionReading(0), partitionReading(1, { next: 9000, lag: 2500, lagPerSecond: -50 })]
  const totals = {
    ...emptyTotals(),
    records: 4000,
    accepted: 3900,
    rejected: { not_json: 100 },
    by_event_type: { 'order.created': 3900 },
    bytes: 3_000_000,
  }
  const events = Array.from({ length: 60 }, (_, index) =>
    eventRow(4023 + index, { timeMs: timeMs - (60 - index) * 40 }),
  )
  return momentAt(4082, {
    timeMs,
    tail: tailUpdate({
      journal: journalUpdate({ seq: 4082, totals, timeMaxMs: timeMs, bucketsFromSecond: NOW_SECOND - 9000 }),
      buckets: steadyBuckets(300, 20, 19).map((bucket) => ({
        ...bucket,
        second: bucket.second - ago / 1000,
      })),
      events,
      logs: [logRow(1, { timeMs: timeMs - 4000 })],
      log: logUpdate({ metrics: metricsReading({ partitions }, { partitions, timeMs: timeMs - 4000 }) }),
    }),
  })
}
