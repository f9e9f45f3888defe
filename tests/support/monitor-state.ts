/** Builds what the monitor's model works on, with defaults that mean "all is well and nothing has happened". */
import { initialState, type MonitorState, type Setup } from '../../src/monitor/model/state.js'
import { update } from '../../src/monitor/model/update.js'
import { setupFrom } from '../../src/monitor/setup.js'
import type {
  Bucket,
  EventRow,
  JournalUpdate,
  LogRow,
  LogUpdate,
  MetricsReading,
  TailUpdate,
} from '../../src/monitor/tail/protocol.js'
import type { TrackerMetrics } from '../../src/shared/contract/log-entry.js'
import { emptyTotals } from '../../src/shared/journal/totals.js'
import { loadSettings } from '../../src/shared/runtime/config/load.js'

/** A full second. */
export const NOW_MS = Date.parse('2026-11-21T02:20:00.000Z')
export const NOW_SECOND = NOW_MS / 1000

const file = (path: string) => ({
  path,
  state: 'open' as const,
  problem: null,
  sizeBytes: 1000,
  behindBytes: 0,
})

export const testSetup = (): Setup => setupFrom(loadSettings({ env: {}, cwd: '/nowhere' }).settings)

export const journalUpdate = (changes: Partial<JournalUpdate> = {}): JournalUpdate => ({
  file: file('/data/tracker.events'),
  sealedFiles: 0,
  progress: 1,
  totals: emptyTotals(),
  totalsFromSeq: 1,
  seq: 1,
  timeMaxMs: NOW_MS - 1000,
  badLines: 0,
  seqBreaks: 0,
  behindLines: 0,
  closedAtMs: null,
  bucketsFromSecond: NOW_SECOND - 900,
  agreedSeq: null,
  disagreement: null,
  cuts: 0,
  tampers: [],
  ...changes,
})

export const logUpdate = (changes: Partial<LogUpdate> = {}): LogUpdate => ({
  file: file('/data/tracker.log'),
  badLines: 0,
  metrics: null,
  errors: { recentMs: [], last: null },
  stoppedAtMs: null,
  ...changes,
})

export const metricsReading = (
  changes: Partial<TrackerMetrics> = {},
  reading: Partial<MetricsReading> = {},
): MetricsReading => ({
  timeMs: NOW_MS - 2000,
  intervalMs: 5000,
  ...reading,
  values: {
    uptime_seconds: 60,
    messages_received: 300,
    messages_processed: 294,
    messages_failed: 6,
    success_rate_percent: 98,
    messages_per_second: 5,
    received_total: 300,
    accepted_total: 294,
    rejected_total: { not_json: 6 },
    journal: { seq: 301, hash: 'a'.repeat(64), totals: { ...emptyTotals(), records: 300 } },
    throughput_per_second: { '1s': 5, '10s': 5, '60s': 5 },
    latency_ms: { p50: 3, p95: 8, p99: 12 },
    event_age_ms: { p50: 4, p95: 9, p99: 14, negative: 0 },
    partitions: [],
    state: 'consuming',
    ...changes,
  },
})

export const tailUpdate = (changes: Partial<TailUpdate> = {}): TailUpdate => ({
  journal: journalUpdate(),
  buckets: [],
  events: [],
  isFresh: false,
  log: logUpdate(),
  logs: [],
  isCaughtUp: true,
  ...changes,
})

/** The state after one report of the tail. */
export const stateAfter = (changes: Partial<TailUpdate> = {}, nowMs = NOW_MS): MonitorState =>
  update(initialState(testSetup(), { columns: 120, rows: 40 }, nowMs), {
    type: 'tail',
    update: tailUpdate(changes),
    nowMs,
  }).state

/** Buckets of `perSecond` records in each of the last `seconds` complete seconds. */
export const steadyBuckets = (seconds: number, perSecond: number, accepted = perSecond): Bucket[] =>
  Array.from({ length: seconds }, (_, index) => ({
    second: NOW_SECOND - seconds + index,
    records: perSecond,
    accepted,
    bytes: perSecond * 100,
  }))

export const eventRow = (seq: number, changes: Partial<EventRow> = {}): EventRow => ({
  seq,
  timeMs: NOW_MS - 1000,
  kind: 'accepted',
  label: 'order.created',
  topic: 'orders',
  partition: 0,
  offset: seq,
  key: `key-${seq}`,
  sizeBytes: 750,
  order: {
    sequence: seq,
    status: 'pending',
    customer: 'client03',
    items: '4 × latte',
    total: 19.3,
    currency: 'EUR',
  },
  reason: null,
  detail: null,
  payload: '{}',
  ...changes,
})

export const logRow = (id: number, changes: Partial<LogRow> = {}): LogRow => ({
  id,
  timeMs: NOW_MS - 1000,
  level: 'info',
  kind: 'metrics',
  message: '300 received',
  error: null,
  ...changes,
})
