/**
 * Commits positions to Kafka behind the journal: one request at a time, the newest offsets win.
 *
 * A commit costs broker and tracker as much as a record does, so records are committed together: a few of them wait for others
 * until {@link WAIT_MS_MAX} after the commit before, more of them until {@link PACE_MS} after it. Where so many come that they
 * are behind anyway, nobody looks for the last ones: {@link STREAM_PACE_MS}.
 */
import type { CommitOffset, PartitionRef } from '../shared/kafka/consumer.js'
import { isTransient } from '../shared/kafka/failure.js'
import { systemClock } from '../shared/runtime/clock.js'
import { failpoint } from '../shared/runtime/failpoints.js'
import type { Logger } from '../shared/runtime/logger.js'
import { refKey } from './ref-key.js'

const RECORDS_FEW = 8
const WAIT_MS_MAX = 1_000
const PACE_MS = 10
const RECORDS_MANY = 1_000
const STREAM_PACE_MS = 100

export class Committer {
  readonly #commit: (offsets: CommitOffset[]) => Promise<void>
  readonly #log: Logger
  readonly #waiting = new Map<string, CommitOffset>()
  /** Partitions that may be committed; null for all. */
  #kept: Set<string> | null = null
  #running: Promise<void> | null = null
  /** Of each partition the offset that was scheduled last. */
  readonly #scheduled = new Map<string, number>()
  /** Records behind the last commit. */
  #records = 0
  #isUrgent = false
  #askedAt = Number.NEGATIVE_INFINITY
  /** Milliseconds from the last commit to one of more than a few records; null where that was of a few itself. */
  #paceMs: number | null = null
  #timer: { dueAt: number; timeout: NodeJS.Timeout } | null = null
  #isFlushing = false
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
    const before = this.#scheduled.get(key)
    // A partition that is new, or begins anew, is told at once.
    if (before === undefined || offset.offset < before) this.#isUrgent = true
    else this.#records += offset.offset - before
    this.#scheduled.set(key, offset.offset)
    this.#waiting.set(key, offset)
    this.#start()
  }

  /** Commits no other partitions from now on: a late commit would take them back from who has them now. */
  keepOnly(partitions: PartitionRef[]): void {
    this.#kept = new Set(partitions.map(refKey))
    for (const key of this.#waiting.keys()) if (!this.#kept.has(key)) this.#waiting.delete(key)
    this.#scheduled.clear()
  }

  /** Commits what waits; resolves when everything scheduled was tried. Never rejects: the journal knows the position. */
  async flush(): Promise<void> {
    this.#isFlushing = true
    this.#start()
    while (this.#running) await this.#running
    this.#isFlushing = false
  }

  /** When a commit is due, by the monotonic clock. */
  get #dueAt(): number {
    if (this.#isFlushing || this.#isUrgent) return Number.NEGATIVE_INFINITY
    return this.#askedAt + (this.#paceMs ?? (this.#records >= RECORDS_FEW ? PACE_MS : WAIT_MS_MAX))
  }

  /** Begins to commit what waits, or to wait until that is due. */
  #start(): void {
    if (this.#running || this.#waiting.size === 0) return
    const dueAt = this.#dueAt
    const dueInMs = dueAt - systemClock.monotonic()
    if (dueInMs <= 0) this.#running = this.#run()
    else if (this.#timer?.dueAt !== dueAt) {
      // It is due sooner than it was a record ago.
      this.#clearTimer()
      this.#timer = { dueAt, timeout: setTimeout(() => this.#wake(), Math.ceil(dueInMs)) }
    }
  }

  #wake(): void {
    this.#timer = null
    this.#start()
  }

  #clearTimer(): void {
    clearTimeout(this.#timer?.timeout)
    this.#timer = null
  }

  async #run(): Promise<void> {
    this.#clearTimer()
    while (this.#waiting.size > 0 && this.#dueAt <= systemClock.monotonic()) {
      const offsets = [...this.#waiting.values()]
      const now = systemClock.monotonic()
      this.#paceMs = paceAfter(this.#records, now - this.#askedAt)
      this.#waiting.clear()
      this.#records = 0
      this.#isUrgent = false
      this.#askedAt = now
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
    this.#start()
  }

  /** Never throws at once: the run would be over before `schedule` has noted that it goes on. */
  async #ask(offsets: CommitOffset[]): Promise<void> {
    await this.#commit(offsets)
  }
}

/** How soon a commit may follow one of `records` that came in `ms`; null where they were a few. */
function paceAfter(records: number, ms: number): number | null {
  if (records >= RECORDS_MANY) return STREAM_PACE_MS
  return records / RECORDS_FEW > ms / WAIT_MS_MAX ? PACE_MS : null
}
