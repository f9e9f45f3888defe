/** What is told of several journals taken together: whole values, as the tail tells them. Survives a structured clone. */
import type { Totals } from '../../shared/contract/journal-entry.js'
import type { Bucket, EventRow } from '../tail/protocol.js'
import type { JournalProgress } from './union-reader.js'

/** Every record of one cluster, once, from whichever journals hold it. */
export interface ClusterTotals {
  clusterId: string
  totals: Totals
  /** Records that stood in another journal already, and were not counted again. */
  repeated: number
  timeMaxMs: number | null
  /** Earliest second whose records are all in the buckets; null until everything was read. */
  bucketsFromSecond: number | null
}

export interface ClusterUpdate extends ClusterTotals {
  /** Buckets that are new or changed; all of them where the update is fresh. */
  buckets: Bucket[]
  /** Rows that are new, oldest first by their time; all of them where the update is fresh. */
  events: EventRow[]
  rejections: EventRow[]
}

export interface UnionUpdate {
  /** In the order of the journals. */
  journals: JournalProgress[]
  /** In the order in which they came up. */
  clusters: ClusterUpdate[]
  /** Share of what was there at opening and has been read, 0 to 1; 1 when following. */
  progress: number
  /** Everything was read anew: earlier buckets and rows no longer stand. */
  isFresh: boolean
  /** Every journal has been read to the end that was there at the last look. */
  isCaughtUp: boolean
}
