/** Commits positions to Kafka behind the journal: one request at a time, the newest offsets win. */
import type { CommitOffset, PartitionRef } from '../shared/kafka/consumer.js'
import { isTransient } from '../shared/kafka/failure.js'
import { failpoint } from '../shared/runtime/failpoints.js'
import type { Logger } from '../shared/runtime/logger.js'
import { refKey } from './ref-key.js'

export class Committer {
  readonly #commit: (offsets: CommitOffset[]) => Promise<void>
  readonly #log: Logger
  readonly #waiting = new Map<string, CommitOffset>()
  /** Partitions that may be committed; null for all. */
  #kept: Set<string> | null = null
  #running: Promise<void> | null = null
  /** By `topic/partition`: what the broker has acknowledged. */
  readonly committed = new Map<string, number>()

  constructor(commit: (offsets: CommitOffset[]) => Promise<void>, log: Logger) {
    this.#commit = commit
    this.#log = log
  }

  /** Takes an offset that is durable in the journal; returns at once. */
  schedule(offset: CommitOffset): void {
    const key = refKey(offset)
    if (this.#kept && !this.#kept.has(key)) return
    this.#waiting.set(key, offset)
    this.#running ??= this.#run()
  }

  /** Commits no other partitions from now on: a late commit would take them back from who has them now. */
  keepOnly(partitions: PartitionRef[]): void {
    this.#kept = new Set(partitions.map(refKey))
    for (const key of this.#waiting.keys()) if (!this.#kept.has(key)) this.#waiting.delete(key)
  }

  /** Resolves when everything scheduled was tried. Never rejects: the journal knows the position. */
  async flush(): Promise<void> {
    while (this.#running) await this.#running
  }

  async #run(): Promise<void> {
    while (this.#waiting.size > 0) {
      const offsets = [...this.#waiting.values()]
      this.#waiting.clear()
      try {
        await this.#ask(offsets)
        await failpoint('tracker.after_commit')
        for (const one of offsets) this.committed.set(refKey(one), one.offset)
      } catch (error) {
        const level = isTransient(error) ? 'debug' : 'warn'
        this.#log[level]('an offset commit failed; the journal keeps the position', {
          kind: 'commit.failed',
          error,
        })
      }
    }
    this.#running = null
  }

  /** Never throws at once: the run would be over before `schedule` has noted that it goes on. */
  async #ask(offsets: CommitOffset[]): Promise<void> {
    await this.#commit(offsets)
  }
}
