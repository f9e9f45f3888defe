/**
 * What `monitor --json` prints: one object, for scripts. Fields are added, never changed, within a schema number.
 */
import { rfc3339 } from '../../shared/runtime/clock.js'
import type { FileStatus } from '../tail/file-follower.js'
import { ALERT_LEVELS, type Alert } from './alerts.js'
import type { Dashboard } from './dashboard.js'
import type { Signal } from './health.js'
import type { Look } from './look.js'
import type { MonitorState } from './state.js'
import type { WindowRates } from './windows.js'

export const SNAPSHOT_SCHEMA = 1

export function snapshot(
  state: MonitorState,
  { topics, windows, health, tracker, alarms }: Dashboard,
): object {
  const { journal, log } = state
  return {
    schema: SNAPSHOT_SCHEMA,
    timestamp: rfc3339(state.nowMs),
    topics,
    masked: state.setup.mask !== null,
    totals: journal?.totals ?? null,
    rates: {
      '1s': ratesJson(windows['1s']),
      '10s': ratesJson(windows['10s']),
      '60s': ratesJson(windows['60s']),
    },
    health: {
      global: signalJson(health.global),
      success: { ...signalJson(health.success), percent: rounded(health.success.percent) },
      throughput: {
        ...signalJson(health.throughput),
        per_second: rounded(health.throughput.perSecond),
        median_per_second: rounded(health.throughput.medianPerSecond),
      },
      errors: {
        ...signalJson(health.errors),
        recent_count: health.errors.recentCount,
        last_timestamp: timeOrNull(health.errors.lastMs),
        last_text: log?.errors.last?.text ?? null,
      },
      tracker: { ...signalJson(health.tracker), since: timeOrNull(health.tracker.sinceMs) },
      quality: { ...signalJson(health.quality), score: health.quality.score },
    },
    lag: tracker?.lag ?? null,
    latency_ms: tracker?.latencyMs ?? null,
    event_age_ms: tracker?.eventAgeMs ?? null,
    uptime_seconds: tracker?.uptimeSeconds ?? null,
    metrics_age_ms: tracker?.ageMs ?? null,
    partitions: tracker?.partitions ?? [],
    journal: journal && {
      ...fileJson(journal.file),
      sealed_files: journal.sealedFiles,
      cluster_id: journal.clusterId,
      seq: journal.seq,
      timestamp_max: timeOrNull(journal.timeMaxMs),
      totals_from_seq: journal.totalsFromSeq,
      bad_lines: journal.badLines,
      seq_breaks: journal.seqBreaks,
      agreed_seq: journal.agreedSeq,
    },
    log: log && { ...fileJson(log.file), bad_lines: log.badLines },
    alarms,
    alerts: state.alerts.map((alert) => alertJson(alert, state)),
    ...(state.look ? lookJson(state.look) : {}),
  }
}

const alertJson = ({ code, phase, value, sinceMs }: Alert, { setup }: MonitorState): object => ({
  code,
  level: ALERT_LEVELS[code],
  phase,
  value: rounded(value),
  limit: setup.alerts[code].limit,
  since: rfc3339(sinceMs),
})

/** Where several journals are watched: which of them the fields above are about, and each by itself. */
const lookJson = ({ name, journals, parts, repeated }: Look): object => ({
  look: {
    cluster_id: 'cluster' in name ? name.cluster : null,
    journals: parts.map(({ state }) => state.setup.eventsFile),
    repeated_records: repeated,
  },
  journals: journals.map(({ label, clusterId, countedFromSeq, state: { setup, journal } }) => ({
    label,
    path: setup.eventsFile,
    log_path: setup.logFile,
    state: journal?.file.state ?? null,
    cluster_id: clusterId,
    seq: journal?.seq ?? 0,
    counted_from_seq: countedFromSeq,
    totals: journal?.totals ?? null,
  })),
})

const fileJson = ({ path, state, problem, sizeBytes }: FileStatus): object => ({
  path,
  state,
  problem,
  size_bytes: sizeBytes,
})

const signalJson = ({ level, word }: Signal): object => ({ level, word })

const ratesJson = (rates: WindowRates): object => ({
  received_per_second: rounded(rates.recordsPerSecond),
  accepted_per_second: rounded(rates.acceptedPerSecond),
  bytes_per_second: rounded(rates.bytesPerSecond),
  success_rate_percent: rounded(rates.successPercent),
})

const timeOrNull = (timeMs: number | null): string | null => (timeMs === null ? null : rfc3339(timeMs))

const rounded = (value: number | null): number | null =>
  value === null ? null : Math.round(value * 1000) / 1000
