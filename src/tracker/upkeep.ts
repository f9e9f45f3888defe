/**
 * What the tracker does for its journal beside taking batches, once a second: looks whether the file is as it was
 * left, writes a checkpoint when one is due, rotates, has sealed files compressed and the head anchored.
 *
 * One round at a time. What the tracker cannot live with ends it through {@link Upkeep.failed}.
 */
import { JOURNAL_FULL } from '../shared/journal/append-file.js'
import type { Journal } from '../shared/journal/journal.js'
import { systemClock } from '../shared/runtime/clock.js'
import type { Settings } from '../shared/runtime/config/load.js'
import { errorText, SuiteError } from '../shared/runtime/errors.js'
import type { Logger } from '../shared/runtime/logger.js'
import type { Anchor } from './anchor.js'
import { Compressor } from './compressor.js'

/** A rotation that found no room is tried again after this long. */
const ROTATION_RETRY_MS = 60_000

export interface UpkeepOptions {
  journal: Journal
  anchor: Anchor
  settings: Pick<Settings, 'journalRotateBytes' | 'journalCompress'>
  log: Logger
}

export class Upkeep {
  readonly #options: UpkeepOptions
  /** Null where sealed files are to stay plain. */
  readonly #compressor: Compressor | null
  readonly #failed = Promise.withResolvers<Error>()
  #running: Promise<void> | null = null
  #isRotationAsked = false
  #rotateNotBefore = 0

  constructor(options: UpkeepOptions) {
    this.#options = options
    const { journal, settings, log } = options
    this.#compressor = settings.journalCompress ? new Compressor(journal.eventsFile, log) : null
  }

  /** Resolves only with a failure that the tracker cannot live with. */
  get failed(): Promise<Error> {
    return this.#failed.promise
  }

  /** To be called every second. */
  tick(): void {
    this.#options.anchor.tick()
    this.#compressor?.tick()
    this.#running ??= this.#round().finally(() => {
      this.#running = null
    })
  }

  /** Asks for a rotation whatever the length of the file. */
  askRotation(): void {
    this.#isRotationAsked = true
    this.tick()
  }

  /** Ends what runs beside the rounds; resolves when no round runs any more. */
  async stop(): Promise<void> {
    await this.#compressor?.stop()
    await this.#running
  }

  async #round(): Promise<void> {
    const { journal } = this.#options
    try {
      await journal.check()
      await journal.checkpointIfDue()
      if (this.#isRotationAsked || this.#isRotationDue()) await this.#rotate()
    } catch (error) {
      // A full disk is waited out where the batches come in.
      if (error instanceof SuiteError && error.code === JOURNAL_FULL) return
      this.#failed.resolve(error as Error)
    }
  }

  #isRotationDue(): boolean {
    const { journal, settings } = this.#options
    return (
      journal.fileBytes >= settings.journalRotateBytes && systemClock.monotonic() >= this.#rotateNotBefore
    )
  }

  async #rotate(): Promise<void> {
    const { journal, log } = this.#options
    const { fileBytes } = journal
    this.#isRotationAsked = false
    try {
      const sealed = await journal.rotate()
      this.#compressor?.sealed()
      log.info(`sealed ${sealed}; the journal goes on in a new file`, {
        kind: 'journal.rotated',
        metadata: { sealed, bytes: fileBytes, seq: journal.state.seq },
      })
    } catch (error) {
      this.#rotateNotBefore = systemClock.monotonic() + ROTATION_RETRY_MS
      log.warn(errorText(error), { kind: 'journal.rotation_failed', error })
      throw error
    }
  }
}
