/**
 * One entry of the derived index: a checkpoint, its place, and what happened since the checkpoint before it.
 *
 * Entries add up: the figures at a checkpoint are the sums of all entries up to it. Time is held at the running
 * maximum, as everywhere in the monitor.
 */
import { isRecordEntry, type JournalEntry, type RecordEntry } from '../../shared/contract/journal-entry.js'
import { MINUTE_MS } from '../business/business-fold.js'
import { type BusinessSums, countOrder, emptySums, type ListedSums, listedSums } from '../business/sums.js'
import { entryTimeMs } from '../tail/journal-fold.js'
import { type LinePlace, REJECTIONS_MAX } from '../tail/protocol.js'
import { SecondBuckets } from '../tail/second-buckets.js'

/** As it stands in the file. */
export interface IndexEntry {
  /** `seq` and hash of the checkpoint's line: they prove that the entry belongs to this journal. */
  seq: number
  hash: string
  /** `seq` of the first line of the file in which the checkpoint stands, and the byte of its text at which it begins. */
  file_first_seq: number
  offset: number
  /** First line that is counted here; the checkpoint itself is the last. */
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

export class SegmentFold {
  #timeMaxMs: number
  #from: { seq: number; second: number } | null = null
  #seconds = new SecondBuckets()
  #minutes = new Map<number, BusinessSums>()
  #rejections: LinePlace[] = []

  /** `timeMaxMs` is that of the entry before; null at the beginning of the journal. */
  constructor(timeMaxMs: number | null) {
    this.#timeMaxMs = timeMaxMs ?? Number.NEGATIVE_INFINITY
  }

  /** Takes the next line; answers an entry where it is a checkpoint. */
  add(entry: JournalEntry, at: LinePlace): IndexEntry | null {
    this.#timeMaxMs = Math.max(this.#timeMaxMs, entryTimeMs(entry))
    const second = Math.floor(this.#timeMaxMs / 1000)
    this.#from ??= { seq: entry.seq, second }
    if (isRecordEntry(entry)) this.#record(entry, second, at)
    return entry.event_type === 'journal.checkpoint' ? this.#close(entry, at) : null
  }

  #record(entry: RecordEntry, second: number, at: LinePlace): void {
    const isAccepted = entry.error === undefined
    this.#seconds.add({ second, records: 1, accepted: isAccepted ? 1 : 0, bytes: entry.message_size })
    if (isAccepted) countOrder([this.#minute()], entry)
    else this.#rejections.push(at)
  }

  #minute(): BusinessSums {
    const startMs = Math.floor(this.#timeMaxMs / MINUTE_MS) * MINUTE_MS
    const sums = this.#minutes.get(startMs) ?? emptySums()
    this.#minutes.set(startMs, sums)
    return sums
  }

  #close({ seq, hash }: JournalEntry, { fileFirstSeq, offset }: LinePlace): IndexEntry {
    const { seq: fromSeq, second } = this.#from ?? { seq, second: Math.floor(this.#timeMaxMs / 1000) }
    const entry: IndexEntry = {
      seq,
      hash,
      file_first_seq: fileFirstSeq,
      offset,
      from_seq: fromSeq,
      time_max_ms: this.#timeMaxMs,
      from_second: second,
      seconds: this.#seconds
        .takeChanged()
        .map(({ second: at, records, accepted, bytes }) => [at, records, accepted, bytes]),
      minutes: [...this.#minutes].map(([startMs, sums]) => ({ start_ms: startMs, sums: listedSums(sums) })),
      rejections: this.#rejections.slice(-REJECTIONS_MAX).map((place) => [place.fileFirstSeq, place.offset]),
    }
    this.#from = null
    this.#seconds = new SecondBuckets()
    this.#minutes = new Map()
    this.#rejections = []
    return entry
  }
}
