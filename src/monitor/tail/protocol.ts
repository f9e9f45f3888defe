/**
 * What the tail tells the rest of the monitor: whole values, never increments.
 *
 * A total, a bucket or a status replaces the one before it, so an update that comes twice, late or merged with
 * another changes nothing. Everything here survives a structured clone.
 */
import type { Totals } from '../../shared/contract/journal-entry.js'
import type { LogLevel, PartitionMetrics, TrackerMetrics } from '../../shared/contract/log-entry.js'
import type { FileStatus } from './file-follower.js'

/** Rows of each file that are kept to be shown. */
export const ROWS_MAX = 200
/** Rejected records that are kept apart, so that a busy stream does not push them out. */
export const REJECTIONS_MAX = 100
/** Error lines of tracker.log that are kept apart. */
export const ERROR_ROWS_MAX = 50
/** Start of a payload that a row carries, in bytes of the file; the whole is read when it is looked at. */
export const PREVIEW_BYTES_MAX = 512
/** Lines that a search finds at most. */
export const FOUND_MAX = 1000
/** Longest payload that is shown of one line, in bytes of the file. */
export const SHOWN_BYTES_MAX = 64 * 1024
/** Seconds of history that buckets are kept for. */
export const BUCKET_SECONDS_MAX = 900

/** Records of one second of the journal's `timestamp`, held at the running maximum. */
export interface Bucket {
  /** Seconds since 1970. */
  second: number
  records: number
  accepted: number
  bytes: number
}

/** Where a line stands: in which file, told by the `seq` of its first line, and at which byte of its text. */
export interface LinePlace {
  fileFirstSeq: number
  offset: number
  /** Index of its journal, where rows of several stand together. */
  journal?: number
}

/** A line of the journal as it is shown. Texts are bounded and not yet escaped. */
export interface EventRow {
  seq: number
  at: LinePlace
  /** Milliseconds since 1970. */
  timeMs: number
  kind: 'accepted' | 'rejected' | 'journal'
  /** `metadata.event_type` of the order, or the line's own `event_type` for `journal.*`. */
  label: string
  topic: string
  partition: number
  offset: number
  key: string | null
  sizeBytes: number
  /** Milliseconds from the record's timestamp to the line's; null where the record has none. */
  latencyMs: number | null
  order: OrderSummary | null
  /** `error.code` of a rejected record. */
  reason: string | null
  /** `error.message`, or what a `journal.*` line says. */
  detail: string | null
  /** JSON pointer to the place that broke a rule. */
  pointer: string | null
  orderId: string | null
  /** Start of the payload as it stands in the file. */
  payload: string
}

export interface OrderSummary {
  sequence: number | null
  status: string | null
  customer: string | null
  /** First item and how many more. */
  items: string | null
  total: number | null
  currency: string | null
}

/** A line of tracker.log as it is shown. */
export interface LogRow {
  /** Counts lines in the order they were read. */
  id: number
  /** Place of its log, where rows of several stand together. */
  journal?: number
  timeMs: number
  level: LogLevel
  kind: string
  message: string
  error: string | null
  /** An error while the tracker stops, which is no trouble. */
  isShutdownNoise: boolean
}

/** Where journal and tracker disagree. */
export interface Disagreement {
  seq: number
  /** What was compared: the line's hash, or the totals of a checkpoint or a metrics line. */
  what: 'hash' | 'totals' | 'checkpoint'
  /** One sentence with both values. */
  text: string
}

/** Something that never may change and did. */
export interface Tamper {
  /** Counts from 1. */
  id: number
  /** What was found, without a full stop. */
  text: string
}

/** A file of the journal. */
export interface JournalFileRow {
  path: string
  /** Bytes on the disk. */
  storedBytes: number
  /** `seq` of its first line. */
  firstSeq: number
  /** When it was last written to; null for the open file. */
  sealedAtMs: number | null
}

/** How far the hash chain was checked while reading. */
export interface ChainState {
  /** First and last line of the unbroken stretch that ends at the head; null before the first line. */
  fromSeq: number | null
  toSeq: number | null
  /** Lines that do not follow from the line before them. */
  breaks: number
  firstBreakSeq: number | null
}

export interface CheckpointReading {
  seq: number
  timeMs: number
  isSigned: boolean
}

export interface JournalUpdate {
  /** The open file. */
  file: FileStatus
  /** Oldest first, the open one last. */
  files: readonly JournalFileRow[]
  sealedFiles: number
  /** Share of what was there at opening and has been read, 0 to 1; 1 when following. */
  progress: number
  totals: Totals
  /** Totals count from this seq; 1 unless the file starts later and holds no checkpoint. */
  totalsFromSeq: number
  /** The last line that the totals count, which history read at opening may still stand before; 0 before the first. */
  seq: number
  /** Hash of that line. */
  hash: string | null
  timeMaxMs: number | null
  /** The cluster that the journal is at; null while no line told, and of several journals. */
  clusterId: string | null
  /** Lines that are no entries: never counted as records. */
  badLines: number
  /** Times a line's seq did not follow the one before. */
  seqBreaks: number
  chain: ChainState
  /** The newest one that was read. */
  checkpoint: CheckpointReading | null
  /** Estimate from the mean line length; 0 at the end of the file. */
  behindLines: number
  /** Time of `journal.closed` where that is the last line. */
  closedAtMs: number | null
  /** Earliest second whose records are all in the buckets. */
  bucketsFromSecond: number | null
  /** Highest seq at which a metrics line was found to agree. */
  agreedSeq: number | null
  disagreement: Disagreement | null
  /** Times the file lost bytes and was read again from what still stands. */
  cuts: number
  tampers: readonly Tamper[]
}

export interface LogUpdate {
  file: FileStatus
  badLines: number
  metrics: MetricsReading | null
  errors: ErrorReading
  /** Lines by level in what was read of the log. */
  levels: Partial<Record<LogLevel, number>>
  /** Time of the line that said the tracker has stopped, while no later line says otherwise. */
  stoppedAtMs: number | null
}

/** A partition as the last metrics line has it, and how it moved over the last minute. */
export interface PartitionReading extends PartitionMetrics {
  /** Change of the lag, records per second; null before the second reading. */
  lagPerSecond: number | null
  /** Records read per second; null before the second reading. */
  readPerSecond: number | null
  /** Length of time that both rates are taken over. */
  trendSeconds: number
  /** When the tracker told; only where several trackers did, else the metrics' own time holds. */
  toldMs?: number
  /** When its position last went back, or an epoch began, within the last minute. */
  rewoundMs: number | null
}

/** What a metrics line says of the time since the one before it. Milliseconds since 1970, the end exclusive. */
export interface LatencySpan {
  fromMs: number
  untilMs: number
  /** Latency in milliseconds; null where nothing was journaled. */
  p99: number | null
}

export interface MetricsReading {
  timeMs: number
  /** Milliseconds between the last two metrics lines of one process; null before the second. */
  intervalMs: number | null
  values: TrackerMetrics
  partitions: readonly PartitionReading[]
  /** Of the last {@link BUCKET_SECONDS_MAX} seconds, ascending; those of several trackers may overlap. */
  latencies: readonly LatencySpan[]
}

/** Lines of level error or fatal, those of a shutdown apart. */
export interface ErrorReading {
  /** Times of the newest ones, ascending. */
  recentMs: number[]
  last: { timeMs: number; text: string } | null
  /** Real ones, and those of a shutdown, in what was read of the log. */
  realTotal: number
  shutdownTotal: number
}

export interface TailUpdate {
  journal: JournalUpdate
  /** Buckets that are new or changed; all of them where `isFresh`. */
  buckets: Bucket[]
  /** Rows that are new, oldest first, at most {@link ROWS_MAX}; all of them where `isFresh`. */
  events: EventRow[]
  /** Rejected records that are new, oldest first, at most {@link REJECTIONS_MAX}. */
  rejections: EventRow[]
  /** The journal was read anew: earlier buckets and rows no longer stand. */
  isFresh: boolean
  log: LogUpdate
  logs: LogRow[]
  /** Of `logs` those of level error or fatal, kept apart, at most {@link ERROR_ROWS_MAX}. */
  errorRows: LogRow[]
  /** Both files have been read to the end that was there at the last look. */
  isCaughtUp: boolean
}
