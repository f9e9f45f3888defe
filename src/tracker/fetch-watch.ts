/**
 * Watches when fetches are answered. Silence for long is a stall. A shorter one is a time in which nobody looked: a
 * topic that is deleted fails the fetch that waits on it, but none waits while the process is suspended or at work.
 */
import { type Clock, systemClock } from '../shared/runtime/clock.js'

/** A member that holds partitions and fetches nothing for this long is shown as stalled. */
const STALLED_AFTER_MS = 6_000
/** An empty fetch is answered after half a second. */
const SUSPENDED_AFTER_MS = 1_000
/** Hardly anybody deletes a topic and makes it anew in less; each time costs a few questions to the broker. */
const WORKED_LONG_MS = 250

export class FetchWatch {
  readonly #clock: Clock
  #answeredAt: number

  constructor(clock: Clock = systemClock) {
    this.#clock = clock
    this.#answeredAt = clock.monotonic()
  }

  /** Milliseconds of silence beyond what is normal; 0 while all is well. */
  get stalledMs(): number {
    const silent = this.#silentMs
    return silent > STALLED_AFTER_MS ? silent : 0
  }

  get #silentMs(): number {
    return this.#clock.monotonic() - this.#answeredAt
  }

  /** Fetching begins. */
  begins(): void {
    this.#answeredAt = this.#clock.monotonic()
  }

  /** A fetch was answered; true where so much time had passed that a topic may have been made anew unseen. */
  answered(): boolean {
    const wasSuspended = this.#silentMs > SUSPENDED_AFTER_MS
    this.begins()
    return wasSuspended
  }

  /** The work on what was fetched is done; true as for {@link answered}. */
  worked(): boolean {
    const tookLong = this.#silentMs > WORKED_LONG_MS
    this.begins()
    return tookLong
  }
}
