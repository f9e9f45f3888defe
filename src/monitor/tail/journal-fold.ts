/**
 * Folds journal entries, in their order, into totals, buckets and rows.
 *
 * Counts come from the last checkpoint and the lines after it. Lines before the checkpoint that happen to be read
 * fill buckets and rows only. Metrics lines of tracker.log are compared with the fold, never added to it.
 */
import {
  type CheckpointEntry,
  isRecordEntry,
  type JournalEntry,
  type RecordEntry,
  type Totals,
} from '../../shared/contract/journal-entry.js'
import { clusterAfter } from '../../shared/journal/state.js'
import { copyTotals, countEntry, emptyTotals, orderEventTypeOf } from '../../shared/journal/totals.js'
import { readJournalEntry, timeMsOf } from './entry-reader.js'
import { eventRow, type RowSource } from './event-row.js'
import {
  BUCKET_SECONDS_MAX,
  type Bucket,
  type CheckpointReading,
  type Disagreement,
  type EventRow,
  REJECTIONS_MAX,
  ROWS_MAX,
} from './protocol.js'
import { SecondBuckets } from './second-buckets.js'
import { type Effect, isSameTotals, SeqLedger } from './seq-ledger.js'

/** A metrics line speaks of this point of the journal. */
export interface Claim {
  /** When it was made, milliseconds since 1970. */
  timeMs: number
  seq: number
  hash: string
  totals: Totals
}

/** A line, and what all lines up to it add up to. */
export interface FoldedLine {
  seq: number
  hash: string
  totals: Totals
  timeMaxMs: number
  checkpoint: CheckpointReading | null
}

/** Of a longer line the row is made at once: hundreds of them would take much memory. */
const KEPT_BYTES_MAX = 64 * 1024
/** Claims about lines not yet read; a journal that never reaches them must not make this grow. */
const CLAIMS_MAX = 16
/** Lines of the journal's own that are not worth a row. */
const QUIET = new Set(['journal.checkpoint', 'journal.cluster'])

/** True for an entry that has a row in the lists. */
export const hasRow = ({ event_type: type }: JournalEntry): boolean => !QUIET.has(type)

/**
 * When an entry was written, milliseconds since 1970; of a checkpoint the largest time so far, so that what is read
 * from there on is held at the same maximum as what is read from the first line.
 */
export function entryTimeMs(entry: JournalEntry): number {
  const timeMs = timeMsOf(entry.timestamp)
  if (entry.event_type !== 'journal.checkpoint' || typeof entry.time_max !== 'string') return timeMs
  const timeMaxMs = timeMsOf(entry.time_max)
  return Number.isNaN(timeMaxMs) ? timeMs : Math.max(timeMs, timeMaxMs)
}

/** The row of a line that was read before. */
function rowOf(source: RowSource): EventRow {
  const entry = readJournalEntry(source.bytes)
  if (!entry) throw new Error('a line that was an entry is none any more')
  return eventRow(entry, source)
}

export class JournalFold {
  totals: Totals = emptyTotals()
  totalsFromSeq = 1
  seq = 0
  /** Of the last line; null before the first. */
  hash: string | null = null
  checkpoint: CheckpointReading | null = null
  timeMaxMs: number | null = null
  closedAtMs: number | null = null
  /** The cluster that the journal is at; null while no line told. */
  clusterId: string | null = null
  /** The last line that a metrics line was found to agree with. */
  agreed: { seq: number; hash: string } | null = null
  disagreement: Disagreement | null = null
  bucketsFromSecond: number | null = null
  readonly #ledger = new SeqLedger()
  readonly #buckets = new SecondBuckets(BUCKET_SECONDS_MAX)
  #rows: (EventRow | RowSource)[] = []
  #rejections: EventRow[] = []
  #claims: Claim[] = []
  readonly #checkpointSeq: number | null
  /** The totals hold from this seq on; null while only history has been read, which is not counted. */
  #countingFromSeq: number | null = null

  /**
   * `checkpoint`: the line that sets the totals, which are shown until counting goes on from it; null to count from
   * the first line that comes.
   */
  constructor(checkpoint: { seq: number; totals: Totals } | null) {
    this.#checkpointSeq = checkpoint?.seq ?? null
    if (checkpoint) this.totals = copyTotals(checkpoint.totals)
  }

  /** A fold that has taken all lines up to one of which this is known; what it knows of seconds begins after that line. */
  static after({ seq, hash, totals, timeMaxMs, checkpoint }: FoldedLine): JournalFold {
    const fold = new JournalFold(null)
    fold.seq = seq
    fold.hash = hash
    fold.totals = copyTotals(totals)
    fold.timeMaxMs = timeMaxMs
    fold.checkpoint = checkpoint
    fold.bucketsFromSecond = Math.floor(timeMaxMs / 1000) + 1
    fold.#countingFromSeq = seq + 1
    return fold
  }

  /** Takes the next entry; `source` is the line it was read from, or null where it will not be shown. */
  add(entry: JournalEntry, source: RowSource | null): void {
    const second = this.#hold(entryTimeMs(entry))
    if (this.seq === 0) {
      this.bucketsFromSecond ??= entry.seq === 1 ? second : second + 1
      if (this.#checkpointSeq === null) {
        this.#countingFromSeq = entry.seq
        this.totalsFromSeq = entry.seq
      }
    }
    if (entry.event_type === 'journal.checkpoint') this.#checkpoint(entry)
    const isRecord = isRecordEntry(entry)
    const effect = isRecord ? this.#record(entry, second) : null
    if (!isRecord) this.clusterId = clusterAfter(this.clusterId, entry)
    this.seq = entry.seq
    this.hash = entry.hash
    this.closedAtMs = entry.event_type === 'journal.closed' ? timeMsOf(entry.timestamp) : null
    this.#ledger.add(entry.seq, { hash: entry.hash, timeMs: timeMsOf(entry.timestamp), effect })
    if (source && hasRow(entry)) this.#addRow(entry, source)
    if (this.#claims.length > 0) this.#settleClaims()
  }

  /** Takes what is known of the seconds before the first line that comes; `fromSecond` on nothing is missing. */
  recall(buckets: Iterable<Bucket>, fromSecond: number): void {
    this.bucketsFromSecond = fromSecond
    for (const bucket of buckets) this.#buckets.add(bucket)
  }

  /** Compares a claim now, or when its line comes. */
  claim(claim: Claim): void {
    this.#claims.push(claim)
    if (this.#claims.length > CLAIMS_MAX) this.#claims.shift()
    this.#settleClaims()
  }

  /** Hash of a line, or null where it is not remembered. */
  hashAt(seq: number): string | null {
    return this.#ledger.lineAt(seq)?.hash ?? null
  }

  /** Claims that wait for their line; a fold that takes over from this one takes them over too. */
  get openClaims(): readonly Claim[] {
    return this.#claims
  }

  /** Buckets changed and rows added since the last call. */
  takeChanges(): { buckets: Bucket[]; events: EventRow[]; rejections: EventRow[] } {
    const buckets = this.#buckets.takeChanged()
    const events = this.#rows.slice(-ROWS_MAX).map((row) => ('bytes' in row ? rowOf(row) : row))
    const rejections = this.#rejections.slice(-REJECTIONS_MAX)
    this.#rows = []
    this.#rejections = []
    return { buckets, events, rejections }
  }

  /** The second of `timeMs`, held at the running maximum. */
  #hold(timeMs: number): number {
    this.timeMaxMs = Math.max(this.timeMaxMs ?? timeMs, timeMs)
    return Math.floor(this.timeMaxMs / 1000)
  }

  #checkpoint(entry: CheckpointEntry): void {
    const timeMs = timeMsOf(entry.timestamp)
    this.checkpoint = { seq: entry.seq, timeMs, isSigned: entry.signature !== undefined }
    const isHistory = this.#countingFromSeq === null && entry.seq !== this.#checkpointSeq
    if (isHistory) return
    const isComplete = this.#countingFromSeq !== null && this.totalsFromSeq === 1
    if (isComplete && isSameTotals(this.totals, entry.totals)) return
    if (isComplete) this.#disagree(entry.seq, 'checkpoint', this.totals, entry.totals)
    this.totals = copyTotals(entry.totals)
    this.totalsFromSeq = 1
    this.#countingFromSeq = entry.seq
  }

  #record(entry: RecordEntry, second: number): Effect {
    const isAccepted = entry.error === undefined
    this.#buckets.add({ second, records: 1, accepted: isAccepted ? 1 : 0, bytes: entry.message_size })
    if (this.#countingFromSeq === null) return null
    countEntry(this.totals, entry)
    if (!isAccepted) return { bytes: entry.message_size, group: 'rejected', key: entry.error?.code ?? '' }
    return { bytes: entry.message_size, group: 'by_event_type', key: this.#countedType(entry) }
  }

  /** The key under which `countEntry` has just counted an accepted record. */
  #countedType(entry: RecordEntry): string {
    const type = orderEventTypeOf(entry)
    if (type === null) return '(none)'
    return Object.hasOwn(this.totals.by_event_type, type) ? type : '(other)'
  }

  /** Of many lines that come between two looks the last ones are shown, so rows are made when they are looked at. */
  #addRow(entry: JournalEntry, { bytes, at }: RowSource): void {
    const isRejected = isRecordEntry(entry) && entry.error !== undefined
    const isKept = !isRejected && bytes.length <= KEPT_BYTES_MAX
    const row = isKept ? { bytes: Buffer.from(bytes), at } : eventRow(entry, { bytes, at })
    this.#rows.push(row)
    if ('kind' in row && isRejected) this.#rejections.push(row)
    if (this.#rejections.length >= REJECTIONS_MAX * 2) {
      this.#rejections = this.#rejections.slice(-REJECTIONS_MAX)
    }
    // Cut in strides, so that a burst does not shift the array once per line.
    if (this.#rows.length >= ROWS_MAX * 2) this.#rows = this.#rows.slice(-ROWS_MAX)
  }

  #settleClaims(): void {
    this.#claims = this.#claims.filter((claim) => {
      if (claim.seq > this.seq) return true
      this.#compare(claim)
      return false
    })
  }

  #compare(claim: Claim): void {
    const line = this.#ledger.lineAt(claim.seq)
    // A claim older than its line speaks of another journal that had this name, whose log is still there.
    if (!line || line.timeMs > claim.timeMs) return
    if (line.hash !== claim.hash) {
      this.disagreement = {
        seq: claim.seq,
        what: 'hash',
        text: `line ${claim.seq} ends in ${line.hash.slice(0, 12)}…, the tracker wrote ${claim.hash.slice(0, 12)}…`,
      }
      return
    }
    const totals = this.#hasTotalsAt(claim.seq) ? this.#ledger.totalsAt(claim.seq, this.totals) : null
    if (totals && !isSameTotals(totals, claim.totals)) {
      this.#disagree(claim.seq, 'totals', totals, claim.totals)
      return
    }
    if (claim.seq > (this.agreed?.seq ?? 0)) this.agreed = { seq: claim.seq, hash: claim.hash }
  }

  #hasTotalsAt(seq: number): boolean {
    return this.totalsFromSeq === 1 && this.#countingFromSeq !== null && seq >= this.#countingFromSeq
  }

  #disagree(seq: number, what: 'totals' | 'checkpoint', counted: Totals, claimed: Totals): void {
    const source = what === 'totals' ? 'the tracker says' : 'the checkpoint says'
    this.disagreement = {
      seq,
      what,
      text: `${brief(counted)} up to line ${seq}, ${source} ${brief(claimed)}`,
    }
  }
}

const brief = (totals: Totals): string => `${totals.records} records, ${totals.accepted} accepted`
