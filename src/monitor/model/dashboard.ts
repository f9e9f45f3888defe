/**
 * Everything the screen, `--once` and `--json` say, derived from the state in one place so that they agree.
 */
import type { PartitionMetrics, Percentiles } from '../../shared/contract/log-entry.js'
import type { FileStatus } from '../tail/file-follower.js'
import { type Alarm, alarms } from './alarms.js'
import { type Alert, shownAlerts } from './alerts.js'
import { type Health, health } from './health.js'
import { isLate } from './late.js'
import type { MonitorState } from './state.js'
import { ratesOver, type WindowRates } from './windows.js'

/** How far the monitor is with the journal. */
export type Progress =
  | { kind: 'starting' }
  | { kind: 'waiting' }
  | { kind: 'reading'; percent: number }
  | { kind: 'behind'; lines: number }
  | { kind: 'live' }

/** What the last metrics line says; it is never counted. */
export interface TrackerReading {
  /** Milliseconds since the line was written. */
  ageMs: number
  /** The line is older than the next one should be. */
  isOld: boolean
  uptimeSeconds: number
  /** Records on the topic and not yet journaled, over the partitions whose end is known. */
  lag: number | null
  latencyMs: Percentiles
  eventAgeMs: Percentiles
  partitions: readonly PartitionMetrics[]
}

export interface Dashboard {
  topics: readonly string[]
  progress: Progress
  windows: { '1s': WindowRates; '10s': WindowRates; '60s': WindowRates }
  health: Health
  tracker: TrackerReading | null
  alarms: Alarm[]
  /** Alerts that a person should see; of now, also where a moment of the past is shown. */
  alerts: Alert[]
}

/** Less than this is a burst on its way to the screen, not falling behind. */
const BEHIND_LINES_MIN = 1000

export function dashboard(state: MonitorState, timeText: (timeMs: number) => string): Dashboard {
  const verdict = health(state)
  return {
    topics: topics(state),
    progress: progress(state),
    windows: { '1s': ratesOver(state, 1), '10s': ratesOver(state, 10), '60s': ratesOver(state, 60) },
    health: verdict,
    tracker: trackerReading(state),
    alarms: alarms(state, verdict, timeText),
    alerts: shownAlerts(state.alerts),
  }
}

/** The tracker knows what it consumes; the settings of this process may differ. */
function topics({ log, setup }: MonitorState): readonly string[] {
  const consumed = log?.metrics?.values.partitions.map(({ topic }) => topic) ?? []
  return consumed.length > 0 ? [...new Set(consumed)] : setup.topics
}

function progress({ journal }: MonitorState): Progress {
  if (!journal) return { kind: 'starting' }
  if (journal.seq === 0 && !isReading(journal.file)) return { kind: 'waiting' }
  if (journal.progress < 1) return { kind: 'reading', percent: Math.floor(journal.progress * 100) }
  if (journal.behindLines >= BEHIND_LINES_MIN) return { kind: 'behind', lines: journal.behindLines }
  return { kind: 'live' }
}

const isReading = (file: FileStatus): boolean => file.state === 'open' && file.behindBytes > 0

/** Null before the first metrics line. */
export function trackerReading(state: MonitorState): TrackerReading | null {
  const { log, nowMs } = state
  const metrics = log?.metrics
  if (!metrics) return null
  const { values } = metrics
  const ageMs = Math.max(0, nowMs - metrics.timeMs)
  const lags = values.partitions.flatMap(({ lag }) => (lag === null ? [] : [lag]))
  return {
    ageMs,
    isOld: isLate(state, metrics.timeMs),
    uptimeSeconds: values.uptime_seconds,
    lag: lags.length === 0 ? null : lags.reduce((sum, lag) => sum + lag, 0),
    latencyMs: values.latency_ms,
    eventAgeMs: values.event_age_ms,
    partitions: values.partitions,
  }
}
