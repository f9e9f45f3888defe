/**
 * Batches that came with a checksum that does not fit. What was changed on the way is right when it is fetched again;
 * what comes with the same wrong bytes for long lies so on the broker, and waiting does not mend it.
 */
import { type Clock, systemClock } from '../runtime/clock.js'

/** Long enough for a new connection, which may take another way. */
const WAITS_MS = 10_000
/** Each waits until it was passed, so there are rarely more than the partitions of a fetch. */
const BATCHES_MAX = 1_000

/** What tells a batch and its damage from any other. */
export interface Damage {
  firstOffset: string
  /** As the batch has it, and as its bytes make it. */
  checksum: { told: number; made: number }
}

export class DamagedBatches {
  readonly #clock: Clock
  /** When each first came. */
  readonly #cameAt = new Map<string, number>()

  constructor(clock: Clock = systemClock) {
    this.#clock = clock
  }

  /** True where the same damage has come for so long that the broker holds nothing better. */
  isLasting({ firstOffset, checksum }: Damage): boolean {
    const key = `${firstOffset} ${checksum.told} ${checksum.made}`
    const now = this.#clock.monotonic()
    const cameAt = this.#cameAt.get(key)
    if (cameAt !== undefined) return now - cameAt >= WAITS_MS
    const [oldest] = this.#cameAt.keys()
    if (oldest !== undefined && this.#cameAt.size === BATCHES_MAX) this.#cameAt.delete(oldest)
    this.#cameAt.set(key, now)
    return false
  }
}
