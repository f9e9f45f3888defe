/** Folds lines of tracker.log, in their order, into the newest metrics, the errors, and rows to show. By `kind`, never by prose. */
import type { LogEntry, LogLevel } from '../../shared/contract/log-entry.js'
import { readLogEntry } from './entry-reader.js'
import type { Claim } from './journal-fold.js'
import { LagHistory } from './lag-history.js'
import type { Line } from './line-splitter.js'
import { hasClaim, readMetrics } from './metrics-reader.js'
import {
  BUCKET_SECONDS_MAX,
  ERROR_ROWS_MAX,
  type ErrorReading,
  type LatencySpan,
  type LogRow,
  type LogUpdate,
  type MetricsReading,
  ROWS_MAX,
} from './protocol.js'

/** Error times kept; health never counts as many. */
const ERRORS_MAX = 1000
/** Uptime may be in whole seconds. */
const UPTIME_SLACK_MS = 2000
/** So much time the first metrics line of a process speaks of, as far as anybody else can tell. */
const FIRST_SPAN_MS = 1000
/** Longest text of a row, in UTF-16 units. */
const TEXT_UNITS_MAX = 2000

export class LogFold {
  readonly #onClaim: (claim: Claim) => void
  #rows: LogRow[] = []
  #rowsRead = 0
  #badLines = 0
  #metrics: MetricsReading | null = null
  readonly #lags = new LagHistory()
  #errors: ErrorReading = { recentMs: [], last: null, realTotal: 0, shutdownTotal: 0 }
  #errorRows: LogRow[] = []
  #levels: Partial<Record<LogLevel, number>> = {}
  /** Errors between a line that announces the stop and the next start are noise of the shutdown. */
  #isStopping = false
  #stoppedAtMs: number | null = null

  /** `onClaim` is told what a metrics line says of the journal. */
  constructor(onClaim: (claim: Claim) => void) {
    this.#onClaim = onClaim
  }

  /** All but the state of the file. */
  get state(): Omit<LogUpdate, 'file'> {
    return {
      badLines: this.#badLines,
      metrics: this.#metrics,
      errors: this.#errors,
      levels: this.#levels,
      stoppedAtMs: this.#stoppedAtMs,
    }
  }

  /** Rows added since the last call, oldest first. */
  takeRows(): { logs: LogRow[]; errorRows: LogRow[] } {
    const rows = { logs: this.#rows.slice(-ROWS_MAX), errorRows: this.#errorRows.slice(-ERROR_ROWS_MAX) }
    this.#rows = []
    this.#errorRows = []
    return rows
  }

  /** Takes the next line; one that cannot be read is counted. */
  take(line: Pick<Line, 'bytes' | 'isOversized'>): void {
    if (line.bytes.length === 0 && !line.isOversized) return
    const entry = line.isOversized ? null : readLogEntry(line.bytes)
    if (!entry) {
      this.#badLines += 1
      return
    }
    const timeMs = Date.parse(entry.timestamp)
    this.#followShutdown(entry, timeMs)
    if (entry.kind === 'metrics' && entry.metadata) this.#takeMetrics(entry.metadata, timeMs)
    this.#levels = { ...this.#levels, [entry.level]: (this.#levels[entry.level] ?? 0) + 1 }
    const isError = entry.level === 'error' || entry.level === 'fatal'
    if (isError) this.#takeError(entry, timeMs)
    this.#addRow(entry, timeMs, isError)
  }

  #followShutdown({ kind }: LogEntry, timeMs: number): void {
    const isStarted = kind.endsWith('.started')
    const isStopped = kind.endsWith('.stopped')
    if (isStopped || kind.endsWith('.stopping')) this.#isStopping = true
    else if (isStarted) this.#isStopping = false
    if (isStopped) this.#stoppedAtMs = timeMs
    else if (isStarted || kind === 'metrics') this.#stoppedAtMs = null
  }

  #takeMetrics(metadata: Record<string, unknown>, timeMs: number): void {
    const values = readMetrics(metadata)
    const intervalMs = sinceLastOfProcess(this.#metrics, values.uptime_seconds, timeMs)
    this.#metrics = {
      timeMs,
      intervalMs: intervalMs ?? this.#metrics?.intervalMs ?? null,
      values,
      partitions: this.#lags.add(timeMs, values.partitions),
      latencies: this.#latencies(timeMs, intervalMs, values.latency_ms.p99),
    }
    if (values.state === 'stopping') this.#isStopping = true
    if (hasClaim(metadata)) this.#onClaim({ ...values.journal, timeMs })
  }

  #latencies(timeMs: number, intervalMs: number | null, p99: number | null): readonly LatencySpan[] {
    const oldestMs = timeMs - BUCKET_SECONDS_MAX * 1000
    // A clock that stepped back: what came before cannot stand beside it.
    const kept = this.#metrics?.latencies.filter(({ untilMs }) => untilMs > oldestMs && untilMs <= timeMs)
    return [...(kept ?? []), { fromMs: timeMs - (intervalMs ?? FIRST_SPAN_MS), untilMs: timeMs, p99 }]
  }

  #takeError({ message, error }: LogEntry, timeMs: number): void {
    if (this.#isStopping) {
      this.#errors = { ...this.#errors, shutdownTotal: this.#errors.shutdownTotal + 1 }
      return
    }
    this.#errors = {
      ...this.#errors,
      realTotal: this.#errors.realTotal + 1,
      recentMs: [...this.#errors.recentMs, timeMs].slice(-ERRORS_MAX),
      last: { timeMs, text: bounded(error === undefined ? message : `${message}: ${error}`) },
    }
  }

  #addRow({ level, kind, message, error }: LogEntry, timeMs: number, isError: boolean): void {
    this.#rowsRead += 1
    const row: LogRow = {
      id: this.#rowsRead,
      timeMs,
      level,
      kind: bounded(kind),
      message: bounded(message),
      error: error === undefined ? null : bounded(error),
      isShutdownNoise: isError && this.#isStopping,
    }
    this.#rows.push(row)
    if (isError) this.#errorRows = [...this.#errorRows, row].slice(-ERROR_ROWS_MAX)
    if (this.#rows.length >= ROWS_MAX * 2) this.#rows = this.#rows.slice(-ROWS_MAX)
  }
}

/** Time and uptime must have gone on alike; after a restart they have not. */
function sinceLastOfProcess(
  last: MetricsReading | null,
  uptimeSeconds: number,
  timeMs: number,
): number | null {
  if (!last || timeMs <= last.timeMs) return null
  const elapsedMs = timeMs - last.timeMs
  const uptimeMs = (uptimeSeconds - last.values.uptime_seconds) * 1000
  return Math.abs(elapsedMs - uptimeMs) <= UPTIME_SLACK_MS ? elapsedMs : null
}

/** A copy: a slice of a text keeps the whole of it in memory. */
const bounded = (text: string): string =>
  text.length <= TEXT_UNITS_MAX ? text : Buffer.from(text.slice(0, TEXT_UNITS_MAX)).toString()
