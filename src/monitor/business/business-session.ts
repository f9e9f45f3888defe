/**
 * Adds up the whole journal, from its first line to its end and on, into business figures, and reports them: what the index
 * knows of it, and the lines behind that.
 *
 * Runs in a worker thread of its own, started when the figures are first looked at: nobody else has to pay for it.
 */
import { systemClock } from '../../shared/runtime/clock.js'
import type { IndexEntry } from '../index/segment.js'
import { type Doorbell, openDoorbell } from '../tail/doorbell.js'
import { timeMsOf } from '../tail/entry-reader.js'
import { Turns } from '../tail/turns.js'
import { BusinessFold } from './business-fold.js'
import { type BusinessInput, type BusinessReader, openBusinessReader } from './business-input.js'
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
  readonly #reader: BusinessReader
  readonly #report: (update: BusinessUpdate) => void
  readonly #doorbell: Doorbell
  readonly #turns = new Turns(() => this.#look())
  /** Of each journal, because each has its own time. */
  #folds: BusinessFold[] = []
  #scope: Scope
  /** First line read of each journal. */
  #firstSeqs: number[] = []
  #seq = 0
  /** Grows with whatever is added. */
  #lines = 0
  /** Everything that was there at the start has been read. */
  #isComplete = false
  #toldLines = -1
  #toldMs = Number.NEGATIVE_INFINITY

  constructor(input: BusinessInput, scope: Scope, report: (update: BusinessUpdate) => void) {
    this.#scope = scope
    this.#report = report
    const newFolds = (): BusinessFold[] => input.eventsFiles.map(() => new BusinessFold())
    this.#folds = newFolds()
    this.#reader = openBusinessReader(input, {
      onStart: () => {
        this.#folds = newFolds()
        this.#firstSeqs = []
        this.#seq = 0
        this.#lines = 0
        this.#isComplete = false
      },
      onEntries: (entries) => {
        this.#takeEntries(entries)
        this.#turns.ask()
      },
      onLine: (seq, entry, journal) => {
        this.#firstSeqs[journal] ??= seq
        this.#seq = seq
        this.#lines += 1
        if (entry) this.#folds[journal]?.add(entry, timeMsOf(entry.timestamp))
      },
    })
    this.#doorbell = openDoorbell(input.eventsFiles, () => this.#turns.ask())
    void this.#reader.fill?.().then(() => this.#turns.ask())
    this.#turns.ask()
  }

  /** Figures of another scope from now on, told at once. */
  choose(scope: Scope): void {
    this.#scope = scope
    this.#tell()
  }

  async close(): Promise<void> {
    this.#turns.close()
    this.#reader.close()
    await this.#doorbell.close()
  }

  #takeEntries(entries: readonly IndexEntry[]): void {
    const [fold] = this.#folds
    for (const { minutes, from_seq: fromSeq, seq } of entries) {
      for (const { start_ms: startMs, sums } of minutes) fold?.addMinute(startMs, sums)
      this.#firstSeqs[0] ??= fromSeq
      this.#lines += 1
      this.#seq = seq
    }
  }

  /** Reads once; true while there is more. */
  #look(): boolean {
    const hasMore = this.#reader.step()
    const isCompleted = !hasMore && !this.#reader.isFilling && !this.#isComplete
    this.#isComplete ||= isCompleted
    const quietMs = performance.now() - this.#toldMs
    const isChanged = this.#lines !== this.#toldLines
    // The doorbell rings at least twice a second, so what is not told now is told soon.
    if (isCompleted || quietMs >= (isChanged ? REPORT_MS : MOVE_ON_MS)) this.#tell()
    return hasMore
  }

  #tell(): void {
    this.#toldMs = performance.now()
    this.#toldLines = this.#lines
    this.#report({
      report: BusinessFold.reportOf(this.#folds, this.#scope, systemClock.now()),
      progress: this.#isComplete ? 1 : this.#reader.progress,
      fromSeq: this.#fromSeq(),
      seq: this.#seq,
      isComplete: this.#isComplete,
    })
  }

  /** The largest of the journals, because from there on nothing is missing. */
  #fromSeq(): number | null {
    const firstSeqs = Object.values(this.#firstSeqs)
    return firstSeqs.length === 0 ? null : Math.max(...firstSeqs)
  }
}
