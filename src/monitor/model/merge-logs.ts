/**
 * The logs of several trackers as one: lines by their time, partitions by who told of them last.
 *
 * Percentiles of several trackers cannot be added; the worst of them is shown.
 */
import type { Percentiles, TrackerMetrics, TrackerState } from '../../shared/contract/log-entry.js'
import { addTo } from '../../shared/journal/totals.js'
import type { ErrorReading, LogUpdate, MetricsReading } from '../tail/protocol.js'

/** The worst first. */
const STATES: readonly TrackerState[] = [
  'disk_full',
  'broker_down',
  'stalled',
  'stopping',
  'lagging',
  'consuming',
  'caught_up',
]

/** Errors of the last minutes are enough to judge by. */
const RECENT_MAX = 1000

export function mergedLog(logs: readonly LogUpdate[]): LogUpdate | null {
  const [first] = logs
  if (!first) return null
  const levels: Record<string, number> = {}
  for (const log of logs) {
    for (const [level, count] of Object.entries(log.levels)) addTo(levels, level, count)
  }
  const stops = logs.map(({ stoppedAtMs }) => stoppedAtMs)
  return {
    file: logs.find(({ file }) => file.state === 'open')?.file ?? first.file,
    badLines: sum(logs.map(({ badLines }) => badLines)),
    metrics: mergedMetrics(logs),
    errors: mergedErrors(logs.map(({ errors }) => errors)),
    levels,
    stoppedAtMs: stops.some((stop) => stop === null) ? null : Math.max(...(stops as number[])),
  }
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)

const largest = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : Math.max(...known)
}

function mergedErrors(readings: readonly ErrorReading[]): ErrorReading {
  const lasts = readings.flatMap(({ last }) => last ?? [])
  return {
    recentMs: readings
      .flatMap(({ recentMs }) => recentMs)
      .sort((one, other) => one - other)
      .slice(-RECENT_MAX),
    last: lasts.sort((one, other) => other.timeMs - one.timeMs)[0] ?? null,
    realTotal: sum(readings.map(({ realTotal }) => realTotal)),
    shutdownTotal: sum(readings.map(({ shutdownTotal }) => shutdownTotal)),
  }
}

/** Trackers that have stopped say nothing of now, unless all have. */
function mergedMetrics(logs: readonly LogUpdate[]): MetricsReading | null {
  const told = logs.flatMap(({ metrics }) => metrics ?? [])
  const running = logs.flatMap(({ metrics, stoppedAtMs }) =>
    stoppedAtMs === null && metrics ? [metrics] : [],
  )
  const readings = running.length > 0 ? running : told
  const [first] = readings
  if (!first) return null
  return {
    timeMs: Math.max(...readings.map(({ timeMs }) => timeMs)),
    intervalMs: largest(readings.map(({ intervalMs }) => intervalMs)),
    values: {
      ...mergedValues(first.values, readings),
      partitions: newestOf(told, ({ values }) => values.partitions),
    },
    partitions: newestOf(told, ({ timeMs, partitions }) =>
      partitions.map((partition) => ({ ...partition, toldMs: timeMs })),
    ),
    latencies: told.flatMap(({ latencies }) => latencies),
  }
}

function mergedValues(first: TrackerMetrics, readings: readonly MetricsReading[]): TrackerMetrics {
  const all = readings.map(({ values }) => values)
  return {
    ...first,
    uptime_seconds: Math.min(...all.map(({ uptime_seconds }) => uptime_seconds)),
    latency_ms: worst(all.map(({ latency_ms }) => latency_ms)),
    event_age_ms: {
      ...worst(all.map(({ event_age_ms }) => event_age_ms)),
      negative: sum(all.map(({ event_age_ms }) => event_age_ms.negative)),
    },
    state: STATES.find((state) => all.some((values) => values.state === state)) ?? first.state,
  }
}

const worst = (percentiles: readonly Percentiles[]): Percentiles => ({
  p50: largest(percentiles.map(({ p50 }) => p50)),
  p95: largest(percentiles.map(({ p95 }) => p95)),
  p99: largest(percentiles.map(({ p99 }) => p99)),
})

/** Each partition as the tracker has it that told of it last: it changes hands. */
function newestOf<Partition extends { topic: string; partition: number }>(
  readings: readonly MetricsReading[],
  partitionsOf: (reading: MetricsReading) => readonly Partition[],
): Partition[] {
  const newest = new Map<string, Partition>()
  for (const reading of readings.toSorted((one, other) => one.timeMs - other.timeMs)) {
    for (const row of partitionsOf(reading)) newest.set(`${row.partition} ${row.topic}`, row)
  }
  return [...newest.values()].sort((one, other) =>
    one.topic === other.topic ? one.partition - other.partition : one.topic < other.topic ? -1 : 1,
  )
}
