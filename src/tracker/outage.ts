/** Tells of the time without a session: once when it begins, again when its reason becomes another, and when it ends. */
import { errorText, SuiteError } from '../shared/runtime/errors.js'
import type { Logger } from '../shared/runtime/logger.js'

export class Outage {
  readonly #log: Logger
  /** The kind that was told last; null while there is a session. */
  #told: 'broker.down' | 'topic.missing' | null = null

  constructor(log: Logger) {
    this.#log = log
  }

  /** To be called whenever a session ended or none came about. */
  lasts(error: Error): void {
    const kind = isTopicMissing(error) ? 'topic.missing' : 'broker.down'
    if (kind === this.#told) return
    this.#told = kind
    if (kind === 'broker.down') {
      this.#log.warn(`the broker is away: ${errorText(error)}`, { kind, error })
      return
    }
    const message = `${errorText(error)}; until then nothing is journaled, and then the tracker goes on by itself`
    this.#log.error(message, { kind, error })
    process.stderr.write(`[tracker] ${message}\n`)
  }

  /** To be called when there is a session. */
  ends(): void {
    if (this.#told === null) return
    const message = this.#told === 'topic.missing' ? 'the topics are there again' : 'the broker is back'
    this.#log.info(message, { kind: 'broker.up' })
    this.#told = null
  }
}

const isTopicMissing = (error: Error): boolean =>
  error instanceof SuiteError && error.code === 'topic_missing'
