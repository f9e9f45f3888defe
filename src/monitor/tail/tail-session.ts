/**
 * Reads both files as they grow and reports: at once when little happens, at intervals when much does.
 *
 * Runs in a worker thread, where reading may block. Reading goes on while nobody listens; reports carry whole
 * values, so leaving some out loses nothing.
 */
import type { EntryDetail } from '../query/entry-detail.js'
import { type Doorbell, openDoorbell } from './doorbell.js'
import { JournalTail } from './journal-tail.js'
import { LogTail } from './log-tail.js'
import type { LinePlace, TailUpdate } from './protocol.js'
import { ReportPace } from './report-pace.js'
import { Turns } from './turns.js'

export interface TailFiles {
  eventsFile: string
  logFile: string
}

/** So often it is looked whether a sealed file was touched. */
const SEALED_CHECK_MS = 2000

export class TailSession {
  readonly #journal: JournalTail
  readonly #log: LogTail
  readonly #report: (update: TailUpdate) => void
  readonly #doorbell: Doorbell
  readonly #turns = new Turns(() => this.#look())
  readonly #pace = new ReportPace(() => this.#tell())
  #isCaughtUp = false
  #sealedCheckedMs = performance.now()
  #reported = ''

  constructor(files: TailFiles, report: (update: TailUpdate) => void) {
    this.#journal = new JournalTail(files.eventsFile)
    this.#log = new LogTail(files.logFile, (claim) => this.#journal.claim(claim))
    this.#report = report
    this.#doorbell = openDoorbell([files.eventsFile, files.logFile], () => this.#turns.ask())
    this.#turns.ask()
  }

  /** Reads a line again with all that is in it; null where it is no longer there. */
  detail(at: LinePlace): EntryDetail | null {
    return this.#journal.detail(at)
  }

  async close(): Promise<void> {
    this.#turns.close()
    this.#pace.close()
    this.#journal.close()
    this.#log.close()
    await this.#doorbell.close()
  }

  /** Reads both files once; true while there is more. */
  #look(): boolean {
    // The journal first: what a metrics line claims of it is then often there already.
    const hasMoreEvents = this.#journal.step()
    const hasMoreLogs = this.#log.step()
    const hasMore = hasMoreEvents || hasMoreLogs
    this.#isCaughtUp = !hasMore
    const now = performance.now()
    if (now - this.#sealedCheckedMs >= SEALED_CHECK_MS) {
      this.#sealedCheckedMs = now
      this.#journal.checkSealed()
    }
    // The totals are known before the history is read.
    if (this.#reported === '' && this.#journal.isAhead) this.#pace.tell()
    this.#pace.looked(hasMore)
    return hasMore
  }

  /** True where there was something to tell. */
  #tell(): boolean {
    const isCaughtUp = this.#isCaughtUp
    const { buckets, events, rejections, isFresh } = this.#journal.takeChanges()
    const update: TailUpdate = {
      journal: this.#journal.state,
      buckets,
      events,
      rejections,
      isFresh,
      log: this.#log.state,
      ...this.#log.takeRows(),
      isCaughtUp,
    }
    // The safety poll finds nothing new most of the time; then there is nothing to tell.
    const text = JSON.stringify([update.journal, update.log, isCaughtUp])
    if (text === this.#reported && events.length === 0 && update.logs.length === 0) return false
    this.#reported = text
    this.#report(update)
    return true
  }
}
