/** What comes from the files, of one journal and its log or of several as one. Data only. */
import type { Bucket, EventRow, JournalUpdate, LogRow, LogUpdate } from '../tail/protocol.js'

/** The rows of the lists, newest first. */
export interface Lists {
  events: readonly EventRow[]
  logs: readonly LogRow[]
  /** Rejected records alone. */
  rejections: readonly EventRow[]
  /** Log lines of level error and fatal alone. */
  errors: readonly LogRow[]
}

/** What has been read of a journal and its log. */
export interface Reading extends Lists {
  /** Null until the first report of the tail. */
  journal: JournalUpdate | null
  log: LogUpdate | null
  /** Ascending by second. */
  buckets: readonly Bucket[]
  isCaughtUp: boolean
}

export const NOTHING_READ: Readonly<Reading> = {
  journal: null,
  log: null,
  buckets: [],
  events: [],
  logs: [],
  rejections: [],
  errors: [],
  isCaughtUp: false,
}
