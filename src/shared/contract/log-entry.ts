/** Types of the lines of `tracker.log` and `producer.log`, and of the ledger, as they stand on disk. */
import type { Totals } from './journal-entry.js'

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'

export interface LogEntry {
  /** RFC 3339 UTC with milliseconds. */
  timestamp: string
  level: LogLevel
  service: string
  /** What kind of line this is; stable, for programs. Prose is in `message`. */
  kind: string
  message: string
  error?: string
  metadata?: Record<string, unknown>
}

export type TrackerState =
  | 'consuming'
  | 'caught_up'
  | 'lagging'
  | 'stalled'
  | 'disk_full'
  | 'broker_down'
  | 'stopping'

export interface PartitionMetrics {
  topic: string
  partition: number
  epoch: number
  next: number
  /** Last stable offset at `end_read_at`; null before it was first read. */
  end: number | null
  end_read_at: string | null
  committed: number | null
  /** `end - next`, or null while `end` is not known. */
  lag: number | null
  last_record_timestamp: string | null
  state: TrackerState
}

/** p50, p95 and p99 in milliseconds over the last interval; null where nothing happened. */
export interface Percentiles {
  p50: number | null
  p95: number | null
  p99: number | null
}

/** `metadata` of a tracker.log line of kind `metrics`. */
export interface TrackerMetrics {
  uptime_seconds: number
  messages_received: number
  messages_processed: number
  messages_failed: number
  success_rate_percent: number
  messages_per_second: number
  received_total: number
  accepted_total: number
  rejected_total: Record<string, number>
  /**
   * Offsets that have no line although they held records, by the reason of their `journal.gap`, since the process
   * started; absent in lines of earlier versions.
   */
  passed_over_total?: Record<string, number>
  journal: { seq: number; hash: string; totals: Totals }
  throughput_per_second: { '1s': number; '10s': number; '60s': number }
  latency_ms: Percentiles
  event_age_ms: Percentiles & { negative: number }
  /** `held_partitions`: how many have letters that wait for the topic; all absent in lines of earlier versions. */
  dead_letters?: { sent_total: number; refused_total: number; held_partitions: number }
  partitions: PartitionMetrics[]
  state: TrackerState
}

/** One line of a producer's ledger. */
export type LedgerEntry = {
  event_id: string
  order_id: string | null
  topic: string
  sha256: string
} & ({ partition: number; offset: number } | { partition: number | null; outcome: 'unknown' })
