/**
 * How many records are due: `rate` a second, evenly spaced against the monotonic clock, without drift.
 *
 * Record n is due n intervals after the start, however late the ones before it were. Only what was due while nothing
 * could be taken (back-pressure, a suspended machine) is forgiven beyond one second's worth: a producer that comes
 * back goes on at its rate instead of flooding the broker.
 */

/** Records a second; `max` is as fast as they are taken. */
export type Rate = number | 'max'

/** Most records to make before others get their turn, in one go. */
const BURST_MAX = 500
const FORGIVEN_MS = 1_000

export class Pacer {
  readonly #intervalMs: number
  /** When the next record is due, in the clock's milliseconds. */
  #start: number
  #taken = 0

  constructor(rate: Rate, now: number) {
    this.#intervalMs = rate === 'max' ? 0 : 1_000 / rate
    this.#start = now
  }

  /** Takes what is due at `now`, at most {@link BURST_MAX} records; call again while it gives any. */
  take(now: number): number {
    if (this.#intervalMs === 0) return BURST_MAX
    const lateMs = now - this.#dueAt()
    if (lateMs < 0) return 0
    // From here on the rhythm is counted anew, one second's worth behind.
    if (lateMs > Math.max(FORGIVEN_MS, this.#intervalMs)) this.#restart(now - FORGIVEN_MS)
    const due = Math.floor((now - this.#start) / this.#intervalMs) + 1 - this.#taken
    const count = Math.max(0, Math.min(due, BURST_MAX))
    this.#taken += count
    return count
  }

  /** Whole milliseconds from `now` until the next record is due; 0 when it is. Timers would cut a fraction off, and wake too early. */
  delayMs(now: number): number {
    return this.#intervalMs === 0 ? 0 : Math.max(0, Math.ceil(this.#dueAt() - now))
  }

  #dueAt(): number {
    return this.#start + this.#taken * this.#intervalMs
  }

  #restart(at: number): void {
    this.#start = at
    this.#taken = 0
  }
}
