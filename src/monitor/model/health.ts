/**
 * The verdict on health: thresholds, the three signals, the tracker's own state, and the quality score.
 *
 * Errors are lines of tracker.log; rejected records lower the success rate and are no errors of the service.
 */
import type { TrackerState } from '../../shared/contract/log-entry.js'
import { type MonitorState, togetherIn } from './state.js'
import { medianThroughput, ratesOver } from './windows.js'

export type Level = 'good' | 'warning' | 'critical' | 'unknown'

export interface Signal {
  level: Level
  /** One or two words for it. */
  word: string
}

export interface HealthThresholds {
  successExcellentPercent: number
  successGoodPercent: number
  throughputNormalPerSecond: number
  throughputLowPerSecond: number
  /** Below this share of the 10-minute median throughput is low. */
  throughputMedianPercent: number
  /** An error is green again after this ... */
  errorGreenMs: number
  /** ... and yellow after this. */
  errorYellowMs: number
  /** Metrics intervals without a metrics line after which the tracker is silent. */
  silentIntervals: number
}

export interface Health {
  /** The worst of success, throughput, errors and tracker. */
  global: Signal
  success: Signal & { percent: number | null }
  throughput: Signal & { perSecond: number | null; medianPerSecond: number | null }
  errors: Signal & { recentCount: number; lastMs: number | null }
  tracker: Signal & { sinceMs: number | null }
  quality: Signal & { score: number | null }
}

/** Window of success and of absolute throughput; the comparison with the median looks at the last 10 s. */
const WINDOW_SECONDS = 60
const MEDIAN_SECONDS = 600
const RECENT_SECONDS = 10

export function health(state: MonitorState): Health {
  const success = successSignal(state)
  const throughput = throughputSignal(state)
  const errors = errorSignal(state)
  const tracker = trackerSignal(state)
  return {
    global: globalSignal([success, throughput, errors, tracker]),
    success,
    throughput,
    errors,
    tracker,
    quality: quality(success.percent, throughput.perSecond, errors.recentCount),
  }
}

function successSignal(state: MonitorState): Health['success'] {
  const { thresholds } = state.setup
  const percent = ratesOver(state, WINDOW_SECONDS).successPercent
  if (percent === null) return { level: 'unknown', word: 'no records', percent }
  if (percent >= thresholds.successExcellentPercent) return { level: 'good', word: 'excellent', percent }
  if (percent >= thresholds.successGoodPercent) return { level: 'warning', word: 'good', percent }
  return { level: 'critical', word: 'critical', percent }
}

function throughputSignal(state: MonitorState): Health['throughput'] {
  const { thresholds } = state.setup
  const perSecond = ratesOver(state, WINDOW_SECONDS).recordsPerSecond
  const medianPerSecond = medianThroughput(state, MEDIAN_SECONDS)
  const rates = { perSecond, medianPerSecond }
  if (perSecond === null) return { level: 'unknown', word: 'no records', ...rates }
  if (perSecond < thresholds.throughputLowPerSecond) return { level: 'critical', word: 'stopped', ...rates }
  const recent = ratesOver(state, RECENT_SECONDS).recordsPerSecond ?? perSecond
  const leastOfMedian = ((medianPerSecond ?? 0) * thresholds.throughputMedianPercent) / 100
  if (perSecond < thresholds.throughputNormalPerSecond || recent < leastOfMedian) {
    return { level: 'warning', word: 'low', ...rates }
  }
  return { level: 'good', word: 'normal', ...rates }
}

function errorSignal({ log, nowMs, setup }: MonitorState): Health['errors'] {
  const { errorGreenMs, errorYellowMs } = setup.thresholds
  const lastMs = log?.errors.last?.timeMs ?? null
  const recentCount = log?.errors.recentMs.filter((timeMs) => timeMs > nowMs - errorGreenMs).length ?? 0
  const ageMs = lastMs === null ? Number.POSITIVE_INFINITY : nowMs - lastMs
  if (ageMs >= errorGreenMs) return { level: 'good', word: 'none', recentCount, lastMs }
  if (ageMs >= errorYellowMs) return { level: 'warning', word: 'recent', recentCount, lastMs }
  return { level: 'critical', word: 'now', recentCount, lastMs }
}

const STATE_LEVELS: Record<TrackerState, Level> = {
  consuming: 'good',
  caught_up: 'good',
  lagging: 'warning',
  stopping: 'warning',
  stalled: 'critical',
  disk_full: 'critical',
  broker_down: 'critical',
}

/** The worst first. */
const LEVEL_ORDER: readonly Level[] = ['critical', 'warning', 'unknown', 'good']

/** How the tracker is, by its own word and by its silence; of several the worst, one that has stopped last of all. */
export function trackerSignal(state: MonitorState): Health['tracker'] {
  const parts = togetherIn(state)
  if (!parts) return signalOf(state)
  const signals = parts.map((part) => signalOf({ ...part.state, nowMs: state.nowMs }))
  const running = signals.filter(({ word }) => word !== 'stopped' && word !== NOT_HEARD_OF)
  const judged = running.length > 0 ? running : signals
  const [worst = signalOf(state)] = judged.sort(
    (one, other) => LEVEL_ORDER.indexOf(one.level) - LEVEL_ORDER.indexOf(other.level),
  )
  return worst
}

const NOT_HEARD_OF = 'not heard of'

function signalOf({ log, journal, nowMs, setup }: MonitorState): Health['tracker'] {
  const metrics = log?.metrics ?? null
  const stoppedAtMs = log?.stoppedAtMs ?? journal?.closedAtMs ?? null
  if (stoppedAtMs !== null && stoppedAtMs >= (metrics?.timeMs ?? 0)) {
    return { level: 'warning', word: 'stopped', sinceMs: stoppedAtMs }
  }
  if (!metrics) return { level: 'unknown', word: NOT_HEARD_OF, sinceMs: null }
  const intervalMs = metrics.intervalMs ?? setup.metricsIntervalMs
  if (nowMs - metrics.timeMs > intervalMs * setup.thresholds.silentIntervals) {
    return { level: 'critical', word: 'silent', sinceMs: metrics.timeMs }
  }
  const { state } = metrics.values
  return { level: STATE_LEVELS[state], word: state.replace('_', ' '), sinceMs: null }
}

function globalSignal(signals: readonly Signal[]): Signal {
  const has = (level: Level): boolean => signals.some((signal) => signal.level === level)
  if (has('critical')) return { level: 'critical', word: 'critical' }
  if (has('warning')) return { level: 'warning', word: 'degraded' }
  return has('good') && signals[0]?.level === 'good'
    ? { level: 'good', word: 'healthy' }
    : { level: 'unknown', word: 'waiting' }
}

/** 0 to 100: up to 50 for success, 30 for throughput, 20 for the absence of errors. */
export function quality(
  successPercent: number | null,
  perSecond: number | null,
  errorCount: number,
): Health['quality'] {
  if (successPercent === null || perSecond === null)
    return { level: 'unknown', word: 'no records', score: null }
  const score = Math.round(
    successPercent / 2 + throughputPoints(perSecond) + Math.max(0, 20 - 2 * errorCount),
  )
  if (score >= 90) return { level: 'good', word: 'excellent', score }
  if (score >= 70) return { level: 'good', word: 'good', score }
  if (score >= 50) return { level: 'warning', word: 'medium', score }
  return { level: 'critical', word: 'low', score }
}

function throughputPoints(perSecond: number): number {
  if (perSecond >= 0.5) return 30
  if (perSecond >= 0.3) return 25
  if (perSecond >= 0.1) return 15
  return perSecond > 0 ? 10 : 0
}
