/**
 * Compresses the journal's sealed files, one at a time and the oldest first, in a thread beside the tracker's work.
 *
 * A file that cannot be compressed stays as it is, is told, and is tried again later; the journal never waits for it.
 */
import { COMPRESSED_ENDING, sealedFiles } from '../shared/journal/names.js'
import { type Compression, compressInWorker } from '../shared/journal/sealed/compress-in-worker.js'
import { systemClock } from '../shared/runtime/clock.js'
import { errorText } from '../shared/runtime/errors.js'
import type { Logger } from '../shared/runtime/logger.js'

const RETRY_MS = 60_000

export class Compressor {
  readonly #eventsFile: string
  readonly #log: Logger
  #running: Compression | null = null
  /** Files that an earlier life left plain are looked for once. */
  #isDue = true
  #notBefore = 0

  constructor(eventsFile: string, log: Logger) {
    this.#eventsFile = eventsFile
    this.#log = log
  }

  /** There is a sealed file more. */
  sealed(): void {
    this.#isDue = true
  }

  /** To be called every second: begins with the next file where none is under way. */
  tick(): void {
    if (!this.#isDue || this.#running || systemClock.monotonic() < this.#notBefore) return
    const file = sealedFiles(this.#eventsFile).find((each) => !each.endsWith(COMPRESSED_ENDING))
    if (file === undefined) this.#isDue = false
    else void this.#compress(file)
  }

  /** Ends the work that is under way; the next life takes it up again. */
  async stop(): Promise<void> {
    this.#isDue = false
    await this.#running?.stop()
  }

  async #compress(file: string): Promise<void> {
    this.#running = compressInWorker(file)
    try {
      const compressed = await this.#running.done
      if (compressed !== null)
        this.#log.info(`compressed ${compressed}`, {
          kind: 'journal.compressed',
          metadata: { file: compressed },
        })
    } catch (error) {
      this.#notBefore = systemClock.monotonic() + RETRY_MS
      this.#log.warn(errorText(error), { kind: 'journal.compression_failed', error })
    } finally {
      this.#running = null
    }
  }
}
