/**
 * Takes the journal's head to an independent place, at most a second or {@link RECORDS_MAX} records after it moved.
 *
 * One head at a time, the newest wins. A place that cannot be reached is told once and tried again; the journal never
 * waits for it.
 */
import { type AnchoredHead, appendHead, chainAt, journalName } from '../shared/journal/anchor.js'
import type { Journal } from '../shared/journal/journal.js'
import type { Sender } from '../shared/kafka/sender.js'
import { systemClock } from '../shared/runtime/clock.js'
import type { Settings } from '../shared/runtime/config/load.js'
import { errorText } from '../shared/runtime/errors.js'
import type { Logger } from '../shared/runtime/logger.js'

const RECORDS_MAX = 1_000

export interface AnchorOptions {
  settings: Settings
  journal: Journal
  log: Logger
  /** Takes heads where no file is set. */
  sender: Sender
}

export class Anchor {
  readonly #options: AnchorOptions
  readonly #chain: string | null
  #anchored = { seq: 0, records: 0 }
  #running: Promise<void> | null = null
  #isFailing = false

  constructor(options: AnchorOptions) {
    this.#options = options
    this.#chain = chainAt(options.journal.eventsFile)
  }

  /** To be called after records became durable. */
  progressed(): void {
    if (this.#options.journal.state.totals.records - this.#anchored.records >= RECORDS_MAX) this.tick()
  }

  /** To be called every second: anchors the head where it has moved. */
  tick(): void {
    if (this.#options.journal.state.seq !== this.#anchored.seq) this.#running ??= this.#anchor()
  }

  /** Anchors the last head; resolves when that was tried. */
  async flush(): Promise<void> {
    await this.#running
    this.tick()
    await this.#running
  }

  async #anchor(): Promise<void> {
    const { settings, journal, log } = this.#options
    const { seq, hash, totals } = journal.state
    const head: AnchoredHead = {
      timestamp: new Date(systemClock.now()).toISOString(),
      journal: journalName(settings.group, settings.instance),
      chain: this.#chain,
      seq,
      hash,
    }
    const { records } = totals
    try {
      await this.#write(head)
      this.#anchored = { seq, records }
      if (this.#isFailing) log.info(`the journal's heads are anchored again`, { kind: 'anchor.back' })
      this.#isFailing = false
    } catch (error) {
      if (!this.#isFailing) {
        const message = `cannot anchor the journal's head at ${this.place}: ${errorText(error)}; tried again every second`
        log.warn(message, { kind: 'anchor.failed', error, metadata: { seq } })
      }
      this.#isFailing = true
    } finally {
      this.#running = null
    }
  }

  /** Where heads go, for people. */
  get place(): string {
    const { journalAnchor, headsTopic } = this.#options.settings
    return journalAnchor ?? `topic ${headsTopic}`
  }

  async #write(head: AnchoredHead): Promise<void> {
    const { settings, sender } = this.#options
    if (settings.journalAnchor !== null) return await appendHead(settings.journalAnchor, head)
    const letter = {
      key: Buffer.from(head.journal),
      value: Buffer.from(JSON.stringify(head)),
      headers: [],
    }
    const [outcome] = await sender.send([letter])
    if (outcome && !outcome.sent) throw new Error(outcome.reason)
  }
}
