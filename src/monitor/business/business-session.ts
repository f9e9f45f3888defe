/**
 * Reads the whole journal, from its first line to its end and on, into business figures, and reports them.
 *
 * Runs in a worker thread of its own, started when the figures are first looked at: nobody else has to pay for it.
 */
import { isRecordEntry } from '../../shared/contract/journal-entry.js'
import { systemClock } from '../../shared/runtime/clock.js'
import { type Doorbell, openDoorbell } from '../tail/doorbell.js'
import { timeMsOf } from '../tail/entry-reader.js'
import { JournalReader } from '../tail/journal-reader.js'
import { BusinessFold } from './business-fold.js'
import type { BusinessReport, Scope } from './report.js'

export interface BusinessUpdate {
  report: BusinessReport
  /** Share of the journal that has been read, 0 to 1. */
  progress: number
  /** First line that was read; 1 unless the oldest files are gone. Null before it. */
  fromSeq: number | null
  /** Last line read; 0 before the first. */
  seq: number
  /** Everything that was there at the start has been read. */
  isComplete: boolean
}

/** Least time between two reports of a journal that grows. */
const REPORT_MS = 250
/** A scope that moves on with time is told again after this long though nothing was written. */
const MOVE_ON_MS = 5000

export class BusinessSession {
  readonly #reader: JournalReader
  readonly #report: (update: BusinessUpdate) => void
  readonly #doorbell: Doorbell
  #fold = new BusinessFold()
  #scope: Scope
  #fromSeq: number | null = null
  #seq = 0
  #isScheduled = false
  #isClosed = false
  /** Everything that was there at the start has been read. */
  #isComplete = false
  #toldSeq = -1
  #toldMs = Number.NEGATIVE_INFINITY

  constructor(eventsFile: string, scope: Scope, report: (update: BusinessUpdate) => void) {
    this.#scope = scope
    this.#report = report
    this.#reader = new JournalReader(eventsFile, {
      onStart: (_open, parts) => {
        this.#fold = new BusinessFold()
        this.#fromSeq = null
        this.#seq = 0
        this.#isComplete = false
        return { parts, offset: 0, checkpoint: null }
      },
      onEntry: (entry) => {
        this.#fromSeq ??= entry.seq
        this.#seq = entry.seq
        if (isRecordEntry(entry)) this.#fold.add(entry, timeMsOf(entry.timestamp))
      },
      // Both are told by the tail, which reads the same files.
      onBadLine: () => {},
      onTamper: () => {},
    })
    this.#doorbell = openDoorbell([eventsFile], () => this.#schedule())
    this.#schedule()
  }

  /** Figures of another scope from now on, told at once. */
  choose(scope: Scope): void {
    this.#scope = scope
    this.#tell()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#reader.close()
    await this.#doorbell.close()
  }

  /** One read at a time, and messages get their turn between two. */
  #schedule(): void {
    if (this.#isScheduled || this.#isClosed) return
    this.#isScheduled = true
    setImmediate(() => {
      this.#isScheduled = false
      if (!this.#isClosed) this.#look()
    })
  }

  #look(): void {
    const hasMore = this.#reader.step()
    const isCompleted = !hasMore && !this.#isComplete
    this.#isComplete ||= isCompleted
    const quietMs = performance.now() - this.#toldMs
    const isChanged = this.#seq !== this.#toldSeq
    // The doorbell rings at least twice a second, so what is not told now is told soon.
    if (isCompleted || quietMs >= (isChanged ? REPORT_MS : MOVE_ON_MS)) this.#tell()
    if (hasMore) this.#schedule()
  }

  #tell(): void {
    this.#toldMs = performance.now()
    this.#toldSeq = this.#seq
    this.#report({
      report: this.#fold.report(this.#scope, systemClock.now()),
      progress: this.#isComplete ? 1 : this.#reader.progress,
      fromSeq: this.#fromSeq,
      seq: this.#seq,
      isComplete: this.#isComplete,
    })
  }
}
