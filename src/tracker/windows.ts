/** Counts per second over the last minute, for rates over 1, 10 and 60 seconds. */

const SECONDS = 61

export class RateWindows {
  readonly #counts = new Float64Array(SECONDS)
  #second: number

  /** @param nowMs A time that never goes back. */
  constructor(nowMs: number) {
    this.#second = Math.floor(nowMs / 1_000)
  }

  add(count: number, nowMs: number): void {
    this.#advance(nowMs)
    this.#counts[this.#second % SECONDS]! += count
  }

  /** Per second over the last `seconds` whole seconds (1 to 60); the second that runs is not in it. */
  perSecond(seconds: number, nowMs: number): number {
    this.#advance(nowMs)
    let sum = 0
    for (let back = 1; back <= seconds; back += 1) {
      sum += this.#counts[(this.#second - back + SECONDS * 2) % SECONDS] ?? 0
    }
    return sum / seconds
  }

  #advance(nowMs: number): void {
    const now = Math.floor(nowMs / 1_000)
    const steps = Math.min(now - this.#second, SECONDS)
    for (let step = 1; step <= steps; step += 1) this.#counts[(this.#second + step) % SECONDS] = 0
    this.#second = Math.max(this.#second, now)
  }
}
