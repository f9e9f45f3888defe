/**
 * Reads the metadata of a metrics line as {@link TrackerMetrics}: tracker.log is written by another process,
 * maybe another version, so whatever is not there becomes null or zero and never a crash.
 */
import type {
  PartitionMetrics,
  Percentiles,
  TrackerMetrics,
  TrackerState,
} from '../../shared/contract/log-entry.js'
import { emptyTotals } from '../../shared/journal/totals.js'
import { isObject, isTotals } from './entry-reader.js'

const STATES = new Set<string>([
  'consuming',
  'caught_up',
  'lagging',
  'stalled',
  'disk_full',
  'broker_down',
  'stopping',
] satisfies TrackerState[])

/** More partitions than a screen can list. */
const PARTITIONS_MAX = 1024

type Fields = Record<string, unknown>

export function readMetrics(metadata: Fields): TrackerMetrics {
  const journal = fields(metadata['journal'])
  const throughput = fields(metadata['throughput_per_second'])
  const age = fields(metadata['event_age_ms'])
  const partitions = Array.isArray(metadata['partitions']) ? metadata['partitions'] : []
  return {
    uptime_seconds: number(metadata['uptime_seconds']),
    messages_received: number(metadata['messages_received']),
    messages_processed: number(metadata['messages_processed']),
    messages_failed: number(metadata['messages_failed']),
    success_rate_percent: number(metadata['success_rate_percent']),
    messages_per_second: number(metadata['messages_per_second']),
    received_total: number(metadata['received_total']),
    accepted_total: number(metadata['accepted_total']),
    rejected_total: counts(metadata['rejected_total']),
    passed_over_total: counts(metadata['passed_over_total']),
    journal: {
      seq: number(journal['seq']),
      hash: text(journal['hash']) ?? '',
      totals: isTotals(journal['totals']) ? journal['totals'] : emptyTotals(),
    },
    throughput_per_second: {
      '1s': number(throughput['1s']),
      '10s': number(throughput['10s']),
      '60s': number(throughput['60s']),
    },
    latency_ms: percentiles(metadata['latency_ms']),
    event_age_ms: { ...percentiles(age), negative: number(age['negative']) },
    partitions: partitions.slice(0, PARTITIONS_MAX).map((partition) => readPartition(fields(partition))),
    state: state(metadata['state']),
  }
}

/** True where the line says at which hash and totals the journal stood. */
export function hasClaim(metadata: Fields): boolean {
  const { seq, hash, totals } = fields(metadata['journal'])
  return typeof seq === 'number' && seq > 0 && typeof hash === 'string' && isTotals(totals)
}

function readPartition(partition: Fields): PartitionMetrics {
  return {
    topic: text(partition['topic']) ?? '',
    partition: number(partition['partition']),
    epoch: number(partition['epoch']),
    next: number(partition['next']),
    end: numberOrNull(partition['end']),
    end_read_at: text(partition['end_read_at']),
    committed: numberOrNull(partition['committed']),
    lag: numberOrNull(partition['lag']),
    last_record_timestamp: text(partition['last_record_timestamp']),
    state: state(partition['state']),
  }
}

function percentiles(value: unknown): Percentiles {
  const { p50, p95, p99 } = fields(value)
  return { p50: numberOrNull(p50), p95: numberOrNull(p95), p99: numberOrNull(p99) }
}

function counts(value: unknown): Record<string, number> {
  return Object.fromEntries(Object.entries(fields(value)).map(([key, count]) => [key, number(count)]))
}

const fields = (value: unknown): Fields => (isObject(value) ? value : {})

const number = (value: unknown): number => (typeof value === 'number' ? value : 0)

const numberOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null)

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)

const state = (value: unknown): TrackerState =>
  typeof value === 'string' && STATES.has(value) ? (value as TrackerState) : 'consuming'
