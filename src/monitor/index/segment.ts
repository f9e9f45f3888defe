/**
 * One entry of the derived index: a line, its place, what all lines up to it count, and what happened since the entry
 * before it. Every checkpoint has one, and where they are far apart a record between them.
 *
 * Entries add up: the figures at a line are the sums of all entries up to it. Time is held at the running
 * maximum, as everywhere in the monitor.
 */
import {
  type CheckpointEntry,
  isRecordEntry,
  type JournalEntry,
  type RecordEntry,
  type Totals,
} from '../../shared/contract/journal-entry.js'
import { copyTotals, countEntry, emptyTotals } from '../../shared/journal/totals.js'
import { MINUTE_MS } from '../business/business-fold.js'
import { type BusinessSums, countOrder, emptySums, type ListedSums, listedSums } from '../business/sums.js'
import { timeMsOf } from '../tail/entry-reader.js'
import { entryTimeMs } from '../tail/journal-fold.js'
import { type LinePlace, REJECTIONS_MAX } from '../tail/protocol.js'
import { SecondBuckets } from '../tail/second-buckets.js'

/** As it stands in the file. */
export interface IndexEntry {
  /** `seq` and hash of the line: they prove that the entry belongs to this journal. */
  seq: number
  hash: string
  /** `seq` of the first line of the file in which it stands, and the bytes of its text between which it does. */
  file_first_seq: number
  offset: number
  end_offset: number
  /** Counts since seq 1, and the last checkpoint so far. */
  totals: Totals
  checkpoint: { seq: number; time_ms: number; is_signed: boolean } | null
  /** First line that is counted here; the line itself is the last. */
  from_seq: number
  /** Largest time of a line so far, milliseconds since 1970. */
  time_max_ms: number
  /** The second of the first line that is counted here, seconds since 1970. */
  from_second: number
  /** Records by second. */
  seconds: [second: number, records: number, accepted: number, bytes: number][]
  /** Business figures by minute, which begins at `start_ms`. */
  minutes: { start_ms: number; sums: ListedSums }[]
  /** Places of the last {@link REJECTIONS_MAX} rejected records, oldest first. */
  rejections: [file_first_seq: number, offset: number][]
}

/** What an entry is made after: what all lines before count. */
export type SegmentStart = Pick<IndexEntry, 'totals' | 'checkpoint' | 'time_max_ms'>

/** What all lines up to a checkpoint count, by its own word. */
export const startAfter = (entry: CheckpointEntry): SegmentStart => ({
  totals: copyTotals(entry.totals),
  checkpoint: checkpointOf(entry),
  time_max_ms: entryTimeMs(entry),
})

const checkpointOf = ({ seq, timestamp, signature }: CheckpointEntry): IndexEntry['checkpoint'] => ({
  seq,
  time_ms: timeMsOf(timestamp),
  is_signed: signature !== undefined,
})

/** An entry is made at a record after so many bytes without one. */
const SEGMENT_BYTES = 2 * 1024 * 1024

interface Minute {
  startMs: number
  sums: BusinessSums
}

export class SegmentFold {
  #timeMaxMs: number
  /** Null while it is not known what came before. */
  #totals: Totals | null
  #checkpoint: IndexEntry['checkpoint']
  #bytes = 0
  #from: { seq: number; second: number } | null = null
  #seconds = new SecondBuckets()
  #minutes: Minute[] = []
  #rejections: LinePlace[] = []

  /** `last` is the entry before, or what is known instead of it; null at the beginning of the journal. */
  constructor(last: SegmentStart | null) {
    this.#timeMaxMs = last?.time_max_ms ?? Number.NEGATIVE_INFINITY
    this.#totals = last && copyTotals(last.totals)
    this.#checkpoint = last?.checkpoint ?? null
  }

  /** Takes the next line, which ends before byte `end`; answers an entry where one is due. */
  add(entry: JournalEntry, at: LinePlace, end: number): IndexEntry | null {
    this.#timeMaxMs = Math.max(this.#timeMaxMs, entryTimeMs(entry))
    const second = Math.floor(this.#timeMaxMs / 1000)
    this.#from ??= { seq: entry.seq, second }
    this.#bytes += end - at.offset
    if (entry.seq === 1) this.#totals = emptyTotals()
    if (isRecordEntry(entry)) this.#record(entry, second, at)
    if (entry.event_type === 'journal.checkpoint') this.#take(entry)
    const isDue =
      entry.event_type === 'journal.checkpoint' || (isRecordEntry(entry) && this.#bytes >= SEGMENT_BYTES)
    return isDue && this.#totals ? this.#close(entry, { ...at, end, totals: this.#totals }) : null
  }

  #take(entry: CheckpointEntry): void {
    this.#totals = copyTotals(entry.totals)
    this.#checkpoint = checkpointOf(entry)
  }

  #record(entry: RecordEntry, second: number, at: LinePlace): void {
    const isAccepted = entry.error === undefined
    if (this.#totals) countEntry(this.#totals, entry)
    this.#seconds.add({ second, records: 1, accepted: isAccepted ? 1 : 0, bytes: entry.message_size })
    if (isAccepted) countOrder([this.#minute()], entry)
    else this.#rejections.push(at)
  }

  /** Time never goes back, so it is the last one or a new one. */
  #minute(): BusinessSums {
    const last = this.#minutes.at(-1)
    if (last && this.#timeMaxMs < last.startMs + MINUTE_MS) return last.sums
    const startMs = Math.floor(this.#timeMaxMs / MINUTE_MS) * MINUTE_MS
    const sums = emptySums()
    this.#minutes.push({ startMs, sums })
    return sums
  }

  #close(
    { seq, hash }: JournalEntry,
    { fileFirstSeq, offset, end, totals }: LinePlace & { end: number; totals: Totals },
  ): IndexEntry {
    const { seq: fromSeq, second } = this.#from ?? { seq, second: Math.floor(this.#timeMaxMs / 1000) }
    const entry: IndexEntry = {
      seq,
      hash,
      file_first_seq: fileFirstSeq,
      offset,
      end_offset: end,
      totals: copyTotals(totals),
      checkpoint: this.#checkpoint,
      from_seq: fromSeq,
      time_max_ms: this.#timeMaxMs,
      from_second: second,
      seconds: this.#seconds
        .takeChanged()
        .map(({ second: at, records, accepted, bytes }) => [at, records, accepted, bytes]),
      minutes: this.#minutes.map(({ startMs, sums }) => ({ start_ms: startMs, sums: listedSums(sums) })),
      rejections: this.#rejections.slice(-REJECTIONS_MAX).map((place) => [place.fileFirstSeq, place.offset]),
    }
    this.#from = null
    this.#bytes = 0
    this.#seconds = new SecondBuckets()
    this.#minutes = []
    this.#rejections = []
    return entry
  }
}
