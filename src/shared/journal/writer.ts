/**
 * Writes lines to the journal's open file, one write after the other, and begins the next file where that is asked.
 *
 * A batch is drafted on a copy of the state; the copy becomes the state when the bytes are durable, so a write that
 * failed can be made again as if nothing had happened. The next batch may be drafted while a write runs, on what the state is
 * about to become; where it comes out otherwise, that draft was in vain.
 */
import assert from 'node:assert'
import type { Clock } from '../runtime/clock.js'
import { ExitCode, errnoCode, errorText, SuiteError } from '../runtime/errors.js'
import { AppendFile, DISK_FULL, JOURNAL_FULL } from './append-file.js'
import { Draft, type SinceCheckpoint } from './draft.js'
import { draftFile, type NewJournal } from './drafted-file.js'
import { ChainEncoder } from './encoder.js'
import type { Recovered } from './recover.js'
import { rotateFiles } from './rotate.js'
import type { JournalState } from './state.js'

/** Drafts lines; the same function for the same lines, which may have to be drafted again. */
export type Fill = (draft: Draft) => void

/** Lines that are ready to be written behind `base`. */
interface Drafted {
  fill: Fill
  base: JournalState
  draft: Draft
  encoder: ChainEncoder
}

export class JournalWriter {
  readonly #journal: NewJournal
  readonly #clock: Clock
  /** Those that nothing is drafted in. */
  readonly #encoders: ChainEncoder[] = []
  #file: AppendFile
  #state: JournalState
  #since: SinceCheckpoint
  /** Its state becomes the journal's when the write that runs is durable. */
  #writing: Drafted | null = null
  /** What is to be drafted while that runs, in the order in which it will be written. */
  #wanted: Fill[] = []
  #ahead: Drafted | null = null
  #isOpen = true
  #tail: Promise<unknown> = Promise.resolve()

  constructor(journal: NewJournal, clock: Clock, recovered: Recovered) {
    this.#journal = journal
    this.#clock = clock
    this.#file = new AppendFile(journal.eventsFile, recovered.durableBytes)
    this.#state = recovered.state
    this.#since = recovered.since
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  /** Head, positions and totals of what is durable. */
  get state(): JournalState {
    return this.#state
  }

  /** The state, and what it becomes: what is noted while a write runs must not be lost with it. */
  get states(): JournalState[] {
    return [this.#state, this.#writing?.draft.state, this.#ahead?.draft.state].filter(
      (state) => state != null,
    )
  }

  get since(): Readonly<SinceCheckpoint> {
    return this.#since
  }

  /** Length of the open file. */
  get fileBytes(): number {
    return this.#file.durableBytes
  }

  /** Writes what `fill` drafts; resolves when it is durable. Each write starts from the state of the one before. */
  write(fill: Fill): Promise<void> {
    return this.#next(async () => {
      const drafted = this.#takeAhead(fill) ?? this.#draft(fill, this)
      const { draft, encoder } = drafted
      try {
        if (encoder.batchBytes === 0) return
        this.#writing = drafted
        const durable = this.#file.append(encoder.batch())
        // Once the system has the bytes; what is wanted later is drafted when it is.
        if (this.#wanted.length > 0) setImmediate(() => this.#draftAhead())
        await durable
        this.#state = draft.state
        this.#since = draft.since
      } finally {
        this.#writing = null
        this.#release(encoder)
      }
    })
  }

  /** Drafts what {@link write} is soon called with, while the write before it runs. */
  ahead(fill: Fill): void {
    this.#wanted.push(fill)
    this.#draftAhead()
  }

  #draftAhead(): void {
    const [fill] = this.#wanted
    if (!fill || !this.#writing || this.#ahead) return
    try {
      this.#ahead = this.#draft(fill, this.#writing.draft)
    } catch {
      // It does not follow from what is being written; whether that is a fault shows when it is to be written itself.
      this.#wanted.shift()
    }
  }

  /** What was drafted ahead, where that is what `fill` makes of the state; it was in vain otherwise. */
  #takeAhead(fill: Fill): Drafted | null {
    const ahead = this.#ahead
    this.#ahead = null
    this.#wanted.splice(0, this.#wanted.indexOf(fill) + 1)
    if (ahead?.fill === fill && ahead.base === this.#state) return ahead
    if (ahead) this.#release(ahead.encoder)
    return null
  }

  #draft(fill: Fill, from: { state: JournalState; since: Readonly<SinceCheckpoint> }): Drafted {
    const encoder = this.#encoders.pop() ?? new ChainEncoder()
    try {
      const draft = new Draft(from, encoder, new Date(this.#clock.now()).toISOString())
      fill(draft)
      return { fill, base: from.state, draft, encoder }
    } catch (error) {
      this.#release(encoder)
      throw error
    }
  }

  #release(encoder: ChainEncoder): void {
    this.#encoders.push(encoder)
  }

  /**
   * Seals the open file and begins the next one.
   *
   * @returns Path of the sealed file.
   * @throws {SuiteError} `journal_disk_full`: nothing was changed; or `journal_file` (74), after which the journal must
   * be opened again.
   */
  rotate(): Promise<string> {
    return this.#next(async () => {
      await this.#file.check()
      const now = new Date(this.#clock.now())
      try {
        const { sealed, draft, bytes } = rotateFiles(this.#journal.eventsFile, (previousFile) =>
          draftFile(this.#journal, now, {
            state: this.#state,
            previous: { file: previousFile, hash: this.#state.hash },
          }),
        )
        const before = this.#file
        this.#file = new AppendFile(this.#journal.eventsFile, bytes)
        this.#state = draft.state
        this.#since = draft.since
        await before.close()
        return sealed
      } catch (error) {
        throw rotationFailure(this.#journal.eventsFile, error)
      }
    })
  }

  /** @throws {SuiteError} `journal_file` (74) where another program did something to the open file. */
  check(): Promise<void> {
    return this.#next(() => this.#file.check())
  }

  /** Lets go of the file without writing. */
  async close(): Promise<void> {
    this.#isOpen = false
    await this.#tail
    await this.#file.close().catch(() => {})
  }

  #next<T>(work: () => Promise<T>): Promise<T> {
    assert(this.#isOpen, 'the journal is closed')
    const run = this.#tail.then(work)
    this.#tail = run.catch(() => {})
    return run
  }
}

function rotationFailure(eventsFile: string, error: unknown): SuiteError {
  if (error instanceof SuiteError) return error
  const code = DISK_FULL.has(errnoCode(error) ?? '') ? JOURNAL_FULL : 'journal_file'
  return new SuiteError(code, `cannot rotate the journal ${eventsFile}: ${errorText(error)}`, {
    exit: ExitCode.file,
    cause: error,
  })
}
