/** The log as it stood at a moment: found by bisection, read through the fold of the live tail. */
import { SuiteError } from '../../shared/runtime/errors.js'
import { lineStartFrom } from '../tail/checkpoint-search.js'
import { readLogEntry } from '../tail/entry-reader.js'
import type { FileStatus } from '../tail/file-follower.js'
import { LineSplitter } from '../tail/line-splitter.js'
import { LogFold } from '../tail/log-fold.js'
import { type OpenFile, openPart } from '../tail/part-file.js'
import type { LogRow, LogUpdate } from '../tail/protocol.js'

/** So many bytes before the moment are read: a quarter of an hour of metrics lines and more. */
const HISTORY_BYTES = 512 * 1024
/** Of a longer line the time is not looked at. */
const LINE_BYTES = 64 * 1024
const LF = 0x0a

export interface LogMoment {
  log: LogUpdate
  logs: LogRow[]
  errorRows: LogRow[]
}

/** What a reader of the log knew at `timeMs`, milliseconds since 1970. */
export function logAt(path: string, timeMs: number): LogMoment {
  const fold = new LogFold(() => {})
  let sizeBytes = 0
  let state: FileStatus['state'] = 'missing'
  try {
    const file = openPart(path)
    try {
      sizeBytes = endAt(file, timeMs)
      state = 'open'
      foldBefore(file, sizeBytes, fold)
    } finally {
      file.close()
    }
  } catch (error) {
    if (!(error instanceof SuiteError)) throw error
  }
  const file: FileStatus = { path, state, problem: null, sizeBytes, behindBytes: 0 }
  return { log: { file, ...fold.state }, ...fold.takeRows() }
}

function foldBefore(file: OpenFile, end: number, fold: LogFold): void {
  const from = lineStartFrom(file, end - HISTORY_BYTES)
  for (const line of new LineSplitter(from).push(file.readAt(from, end - from))) fold.take(line)
}

/** Offset after the last line that was written by `timeMs`. */
function endAt(file: OpenFile, timeMs: number): number {
  let low = 0
  let high = file.sizeBytes
  while (low < high) {
    const start = lineStartFrom(file, Math.floor((low + high) / 2))
    const line = start < high ? timedLine(file, start) : null
    if (line && line.timeMs <= timeMs) low = line.end
    else if (start < high && !line) low = skipped(file, start)
    // No line begins in the upper half, or it is later: the lines of the lower half are looked at one by one.
    else if (high - low <= LINE_BYTES) return endWithin(file, { low, high, timeMs })
    else high = Math.floor((low + high) / 2)
  }
  return low
}

function endWithin(
  file: OpenFile,
  { low, high, timeMs }: { low: number; high: number; timeMs: number },
): number {
  let end = low
  for (let at = low; at < high; ) {
    const line = timedLine(file, at)
    if (line && line.timeMs > timeMs) break
    at = line?.end ?? skipped(file, at)
    end = at
  }
  return end
}

/** The line that begins at `start`, where it is whole and tells its time. */
function timedLine(file: OpenFile, start: number): { timeMs: number; end: number } | null {
  const bytes = file.readAt(start, LINE_BYTES)
  const end = bytes.indexOf(LF)
  const entry = end === -1 ? null : readLogEntry(bytes.subarray(0, end))
  return entry ? { timeMs: Date.parse(entry.timestamp), end: start + end + 1 } : null
}

/** Start of the line after the one at `start`, which tells no time. */
const skipped = (file: OpenFile, start: number): number => lineStartFrom(file, start + 1)
