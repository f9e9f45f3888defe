/**
 * Bytes of a line to an entry, or null where they are none. Files may hold anything; what leaves here has the
 * fields that the rest of the monitor relies on, with the right types.
 */
import type { JournalEntry, Totals } from '../../shared/contract/journal-entry.js'
import type { LogEntry, LogLevel } from '../../shared/contract/log-entry.js'
import type { LineCursor, LineWalker } from '../../shared/journal/read.js'
import { EntryReader } from '../../shared/journal/scan/entry-reader.js'
import type { ScanOptions } from '../../shared/journal/scan/scan-record.js'
import type { WantedFields } from '../../shared/journal/scan/wanted-fields.js'

const HASH_CHARS = 64
const LEVELS = new Set<string>(['trace', 'debug', 'info', 'warn', 'error', 'fatal'] satisfies LogLevel[])

/** A line of tracker.events. */
export function readJournalEntry(bytes: Buffer): JournalEntry | null {
  const line = parseObject(bytes)
  if (!line) return null
  const { timestamp, event_type: type, seq, hash } = line
  if (typeof type !== 'string' || !isTime(timestamp)) return null
  if (!Number.isSafeInteger(seq) || (seq as number) < 1) return null
  if (typeof hash !== 'string' || hash.length !== HASH_CHARS) return null
  if (type.startsWith('message.received') && !isRecordLine(line)) return null
  if (type === 'journal.checkpoint' && !isTotals(line['totals'])) return null
  return line as unknown as JournalEntry
}

/**
 * Reads the lines of tracker.events for who looks at little of most of them: what {@link readJournalEntry} tells, of which
 * the rest is parsed when it is asked for.
 */
export class LineReader {
  readonly #reader: EntryReader

  /** @param wanted All that anybody will look at in `order_full`, which may lack the others; null for any. */
  constructor(wanted: WantedFields | null, options: ScanOptions = {}) {
    this.#reader = new EntryReader(wanted, { parse: readJournalEntry, ...options })
  }

  /** Of the cursor whose lines are read. */
  get walker(): LineWalker {
    return this.#reader.walker
  }

  /** The entry of a line without its LF, valid until the next one is read; null where the line is none. */
  read(bytes: Buffer): JournalEntry | null {
    return checked(this.#reader.read(bytes))
  }

  /** The same of the line that a cursor is at, whose walker is this one's. */
  readAt(lines: LineCursor): JournalEntry | null {
    return checked(this.#reader.readAt(lines))
  }
}

const checked = (entry: JournalEntry | null): JournalEntry | null =>
  entry && entry.seq >= 1 && isTime(entry.timestamp) ? entry : null

/** A line of tracker.log; what is not there is filled with what says the least. */
export function readLogEntry(bytes: Buffer): LogEntry | null {
  const line = parseObject(bytes)
  if (!line || !isTime(line['timestamp']) || typeof line['message'] !== 'string') return null
  const { level, service, kind, error, metadata } = line
  return {
    timestamp: line['timestamp'] as string,
    level: typeof level === 'string' && LEVELS.has(level) ? (level as LogLevel) : 'info',
    service: typeof service === 'string' ? service : '',
    kind: typeof kind === 'string' ? kind : '',
    message: line['message'],
    ...(error === undefined ? {} : { error: typeof error === 'string' ? error : JSON.stringify(error) }),
    ...(isObject(metadata) ? { metadata } : {}),
  }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** True for the totals of a checkpoint or a metrics line. */
export function isTotals(value: unknown): value is Totals {
  if (!isObject(value)) return false
  const { records, accepted, bytes, rejected, by_event_type: byEventType } = value
  const areNumbers = [records, accepted, bytes].every((count) => typeof count === 'number')
  return areNumbers && isCounts(rejected) && isCounts(byEventType)
}

const isCounts = (value: unknown): boolean =>
  isObject(value) && Object.values(value).every((count) => typeof count === 'number')

function parseObject(bytes: Buffer): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

const isTime = (value: unknown): boolean => typeof value === 'string' && !Number.isNaN(timeMsOf(value))

let lastTime = { text: '', ms: Number.NaN }

/** Milliseconds since 1970 of a timestamp; lines of one batch share theirs, so the last one is remembered. */
export function timeMsOf(text: string): number {
  if (text !== lastTime.text) lastTime = { text, ms: Date.parse(text) }
  return lastTime.ms
}

function isRecordLine(line: Record<string, unknown>): boolean {
  const {
    kafka_topic: topic,
    kafka_partition: partition,
    kafka_offset: offset,
    message_size: size,
    error,
  } = line
  const hasPlace = typeof topic === 'string' && typeof partition === 'number' && typeof offset === 'number'
  const hasReason = error === undefined || (isObject(error) && typeof error['code'] === 'string')
  return hasPlace && hasReason && typeof size === 'number'
}
