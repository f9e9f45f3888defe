/** Folds the records of one cluster, each given once, into totals, buckets and rows. */
import type { JournalEntry, RecordEntry } from '../../shared/contract/journal-entry.js'
import { countEntry, emptyTotals } from '../../shared/journal/totals.js'
import { eventRow } from '../tail/event-row.js'
import { hasRow } from '../tail/journal-fold.js'
import { BUCKET_SECONDS_MAX, type Bucket, type EventRow, REJECTIONS_MAX, ROWS_MAX } from '../tail/protocol.js'
import { SecondBuckets } from '../tail/second-buckets.js'
import type { ClusterUpdate } from './protocol.js'
import type { UnionLine } from './union-reader.js'

/** What one journal gave to the cluster. */
interface Share {
  buckets: SecondBuckets
  rows: EventRow[]
  rejections: EventRow[]
}

export class ClusterFold {
  readonly #clusterId: string
  readonly #totals = emptyTotals()
  readonly #shares = new Map<number, Share>()
  #repeated = 0
  #timeMaxMs: number | null = null

  constructor(clusterId: string) {
    this.#clusterId = clusterId
  }

  /** Counts a record; `timeMs` is the time of its line, held at the running maximum of its journal. */
  addRecord(entry: RecordEntry, line: UnionLine, timeMs: number): void {
    countEntry(this.#totals, entry)
    const isAccepted = entry.error === undefined
    const second = Math.floor(timeMs / 1000)
    const bucket: Bucket = { second, records: 1, accepted: isAccepted ? 1 : 0, bytes: entry.message_size }
    this.#shareOf(line.journal).buckets.add(bucket)
    this.#timeMaxMs = Math.max(this.#timeMaxMs ?? timeMs, timeMs)
    // Of a full read only the last lines can still be on the screen when it is painted.
    if (line.linesLeft < ROWS_MAX || !isAccepted) this.#addRow(entry, line)
  }

  /** A record that was counted when it came from another journal. */
  addRepeated(): void {
    this.#repeated += 1
  }

  /** Shows a line of a journal's own. */
  addOwn(entry: JournalEntry, line: UnionLine): void {
    if (line.linesLeft < ROWS_MAX && hasRow(entry)) this.#addRow(entry, line)
  }

  /** The values of now, and buckets changed and rows added since the last call. */
  takeUpdate(bucketsFromSecond: number | null): ClusterUpdate {
    const shares = [...this.#shares.values()]
    const seconds = new Set(
      shares.flatMap(({ buckets }) => buckets.takeChanged().map(({ second }) => second)),
    )
    const events = newest(
      shares.flatMap(({ rows }) => rows.splice(0)),
      ROWS_MAX,
    )
    const rejections = newest(
      shares.flatMap((share) => share.rejections.splice(0)),
      REJECTIONS_MAX,
    )
    return {
      clusterId: this.#clusterId,
      totals: this.#totals,
      repeated: this.#repeated,
      timeMaxMs: this.#timeMaxMs,
      bucketsFromSecond,
      buckets: [...seconds].map((second) => sumAt(shares, second)),
      events,
      rejections,
    }
  }

  #shareOf(journal: number): Share {
    let share = this.#shares.get(journal)
    if (!share) {
      share = { buckets: new SecondBuckets(BUCKET_SECONDS_MAX), rows: [], rejections: [] }
      this.#shares.set(journal, share)
    }
    return share
  }

  #addRow(entry: JournalEntry, { line, fileFirstSeq, journal }: UnionLine): void {
    const at = { fileFirstSeq, offset: line.start, journal }
    const row = eventRow(entry, { bytes: line.bytes, at })
    const { rows, rejections } = this.#shareOf(journal)
    rows.push(row)
    if (row.kind === 'rejected') rejections.push(row)
    // Cut in strides, so that a burst does not shift the array once per line.
    if (rows.length >= ROWS_MAX * 2) rows.splice(0, ROWS_MAX)
    if (rejections.length >= REJECTIONS_MAX * 2) rejections.splice(0, REJECTIONS_MAX)
  }
}

/** The newest rows by their time, the oldest of them first; of one journal they keep their order. */
const newest = (rows: EventRow[], max: number): EventRow[] =>
  rows.sort((one, other) => one.timeMs - other.timeMs).slice(-max)

/** What all journals together counted in a second. */
function sumAt(shares: readonly Share[], second: number): Bucket {
  const sum: Bucket = { second, records: 0, accepted: 0, bytes: 0 }
  for (const { buckets } of shares) {
    const { records = 0, accepted = 0, bytes = 0 } = buckets.at(second) ?? {}
    sum.records += records
    sum.accepted += accepted
    sum.bytes += bytes
  }
  return sum
}
