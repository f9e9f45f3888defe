/**
 * Writes lines to the journal's open file, one write after the other, and begins the next file where that is asked.
 *
 * A batch is drafted on a copy of the state; the copy becomes the state when the bytes are durable, so a write that
 * failed can be made again as if nothing had happened.
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

export class JournalWriter {
  readonly #journal: NewJournal
  readonly #clock: Clock
  readonly #encoder = new ChainEncoder()
  #file: AppendFile
  #state: JournalState
  #since: SinceCheckpoint
  /** Becomes the state when the write that runs is durable. */
  #stateToBe: JournalState | null = null
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
    return this.#stateToBe ? [this.#state, this.#stateToBe] : [this.#state]
  }

  get since(): Readonly<SinceCheckpoint> {
    return this.#since
  }

  /** Length of the open file. */
  get fileBytes(): number {
    return this.#file.durableBytes
  }

  /** Writes what `fill` drafts; resolves when it is durable. Each write starts from the state of the one before. */
  write(fill: (draft: Draft) => void): Promise<void> {
    return this.#next(async () => {
      try {
        const timestamp = new Date(this.#clock.now()).toISOString()
        const draft = new Draft({ state: this.#state, since: this.#since }, this.#encoder, timestamp)
        fill(draft)
        if (this.#encoder.batchBytes === 0) return
        this.#stateToBe = draft.state
        await this.#file.append(this.#encoder.batch())
        this.#state = draft.state
        this.#since = draft.since
      } finally {
        this.#stateToBe = null
        this.#encoder.clear()
      }
    })
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
