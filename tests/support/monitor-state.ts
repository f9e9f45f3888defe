/** Builds what the monitor's model works on, with defaults that mean "all is well and nothing has happened". */
import type { BusinessUpdate } from '../../src/monitor/business/business-session.js'
import type { BusinessReport } from '../../src/monitor/business/report.js'
import { initialState, type MonitorState, type Setup } from '../../src/monitor/model/state.js'
import { update } from '../../src/monitor/model/update.js'
import { setupFrom } from '../../src/monitor/setup.js'
import type {
  Bucket,
  EventRow,
  JournalUpdate,
  LatencySpan,
  LogRow,
  LogUpdate,
  MetricsReading,
  PartitionReading,
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
  files: [],
  sealedFiles: 0,
  progress: 1,
  totals: emptyTotals(),
  totalsFromSeq: 1,
  seq: 1,
  hash: 'a'.repeat(64),
  timeMaxMs: NOW_MS - 1000,
  clusterId: 'MkU3OEVBNTcwNTJENDM2Qg',
  badLines: 0,
  seqBreaks: 0,
  chain: { fromSeq: 1, toSeq: 1, breaks: 0, firstBreakSeq: null },
  checkpoint: null,
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
  errors: { recentMs: [], last: null, realTotal: 0, shutdownTotal: 0 },
  levels: {},
  stoppedAtMs: null,
  ...changes,
})

export const metricsReading = (
  changes: Partial<TrackerMetrics> = {},
  reading: Partial<MetricsReading> = {},
): MetricsReading => ({
  timeMs: NOW_MS - 2000,
  intervalMs: 5000,
  partitions: [],
  latencies: [],
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
  rejections: [],
  isFresh: false,
  log: logUpdate(),
  logs: [],
  errorRows: [],
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
  at: { fileFirstSeq: 1, offset: seq * 1000 },
  timeMs: NOW_MS - 1000,
  kind: 'accepted',
  label: 'order.created',
  topic: 'orders',
  partition: 0,
  offset: seq,
  key: `key-${seq}`,
  sizeBytes: 750,
  latencyMs: 3,
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
  pointer: null,
  orderId: `order-${seq}`,
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
  isShutdownNoise: false,
  ...changes,
})

/** A partition as a metrics line has it, with its trend. */
export const partitionReading = (
  partition: number,
  changes: Partial<PartitionReading> = {},
): PartitionReading => ({
  topic: 'orders',
  partition,
  epoch: 0,
  next: 411_500,
  end: 411_500,
  end_read_at: '2026-11-21T02:19:58.000Z',
  committed: 411_500,
  lag: 0,
  last_record_timestamp: '2026-11-21T02:19:57.900Z',
  state: 'caught_up',
  lagPerSecond: 0,
  readPerSecond: 16.7,
  trendSeconds: 60,
  rewoundMs: null,
  ...changes,
})

export const businessUpdate = (changes: Partial<BusinessReport> = {}): BusinessUpdate => ({
  progress: 1,
  fromSeq: 1,
  seq: 1000,
  isComplete: true,
  report: {
    scope: 'all',
    fromMs: null,
    isExact: true,
    money: [
      { currency: 'EUR', bookedMinor: 4_021_408, cancelledMinor: 346_570, created: 1102 },
      { currency: 'USD', bookedMinor: 247_292, cancelledMinor: 0, created: 68 },
    ],
    funnel: [
      { name: 'order.cancelled', count: 91 },
      { name: 'order.created', count: 1170 },
      { name: 'order.shipped', count: 802 },
    ],
    customers: [
      { currency: 'EUR', name: 'client10', amountMinor: 1_058_910 },
      { currency: 'USD', name: 'client08', amountMinor: 39_186 },
    ],
    productsByQuantity: [
      { name: 'smoothie fraise', count: 1650 },
      { name: 'latte', count: 900 },
    ],
    productsByRevenue: [
      { currency: 'EUR', name: 'smoothie fraise', amountMinor: 853_050 },
      { currency: 'USD', name: 'latte', amountMinor: 12_000 },
    ],
    payments: [
      { currency: 'EUR', name: 'credit_card', amountMinor: 4_021_408 },
      { currency: 'USD', name: 'paypal', amountMinor: 247_292 },
    ],
    ...changes,
  },
})

/** Of metrics lines 5 s apart, the last one 2 s ago, with a while of nothing between. */
const latencySpans = (count: number): LatencySpan[] =>
  Array.from({ length: count }, (_, index) => {
    const untilMs = NOW_MS - 2000 - (count - 1 - index) * 5000
    return { fromMs: untilMs - 5000, untilMs, p99: index >= 24 && index < 28 ? null : 12 + (index % 7) * 4 }
  })

/** A journal of three files that has been running for a while, with something in every panel. */
export function busyState(): MonitorState {
  const totals = {
    ...emptyTotals(),
    records: 1_234_567,
    accepted: 1_209_876,
    rejected: { not_json: 20_000, total_mismatch: 4691 },
    by_event_type: { 'order.created': 1_209_876 },
    bytes: 987_654_321,
  }
  const rejected = { kind: 'rejected', order: null } as const
  const mismatch = { ...rejected, reason: 'total_mismatch', pointer: '/total', payload: '{"total":1}' }
  const notJson = { ...rejected, reason: 'not_json', payload: 'not JSON at all' }
  const rejections = [
    eventRow(12, { ...mismatch, detail: 'total is 1, expected 19.3 within 0.01' }),
    eventRow(22, { ...notJson, detail: 'not JSON at byte 0' }),
  ]
  const events = Array.from({ length: 60 }, (_, index) => eventRow(index + 1))
  for (const row of rejections) events[row.seq - 1] = row
  const error = { level: 'error', kind: 'journal.error', message: 'write failed', error: 'ENOSPC' } as const
  const noise = { level: 'error', kind: 'kafka.client', message: 'closed', isShutdownNoise: true } as const
  const partitions = [
    partitionReading(0),
    partitionReading(1, { next: 409_000, lag: 2500, lagPerSecond: -50, state: 'consuming' }),
    partitionReading(2, { next: 400_000, lag: 11_500, lagPerSecond: 80, readPerSecond: 0, state: 'stalled' }),
  ]
  const journal = journalUpdate({
    totals,
    seq: 1_234_800,
    agreedSeq: 1_234_700,
    files: [
      { path: '/data/tracker.events.000001.zst', storedBytes: 61e6, firstSeq: 1, sealedAtMs: NOW_MS - 9e6 },
      {
        path: '/data/tracker.events.000002',
        storedBytes: 512e6,
        firstSeq: 500_001,
        sealedAtMs: NOW_MS - 36e5,
      },
      { path: '/data/tracker.events', storedBytes: 211e6, firstSeq: 1_000_001, sealedAtMs: null },
    ],
    sealedFiles: 2,
    chain: { fromSeq: 1_200_000, toSeq: 1_234_800, breaks: 0, firstBreakSeq: null },
    checkpoint: { seq: 1_230_001, timeMs: NOW_MS - 40_000, isSigned: true },
  })
  const logs = [logRow(1), logRow(2, error), logRow(3, noise), logRow(4)]
  const log = logUpdate({
    metrics: metricsReading({ partitions }, { partitions, latencies: latencySpans(40) }),
    errors: {
      recentMs: [NOW_MS - 90_000],
      last: { timeMs: NOW_MS - 90_000, text: 'write failed: ENOSPC' },
      realTotal: 1,
      shutdownTotal: 1,
    },
    levels: { info: 812, error: 2 },
  })
  const buckets = steadyBuckets(300, 50, 49)
  const errorRows = logs.slice(1, 3)
  const state = stateAfter({ journal, buckets, events, rejections, logs, errorRows, log })
  return update(state, { type: 'business', update: businessUpdate() }).state
}

/** The state after keys, pressed one after the other. */
export const press = (state: MonitorState, ...keys: string[]): MonitorState =>
  keys.reduce((before, key) => update(before, { type: 'key', key, nowMs: NOW_MS }).state, state)
