/** Time that moves only when a test moves it. */
import type { Clock } from '../../src/shared/runtime/clock.js'

export class FakeClock implements Clock {
  #now: number
  #monotonic = 0

  constructor(start = '2026-11-21T02:15:37.000Z') {
    this.#now = Date.parse(start)
  }

  now(): number {
    return this.#now
  }

  monotonic(): number {
    return this.#monotonic
  }

  /** Both clocks go on. */
  advance(ms: number): void {
    this.#now += ms
    this.#monotonic += ms
  }

  /** The wall clock alone jumps, as it does when somebody sets it. */
  jumpTo(time: string): void {
    this.#now = Date.parse(time)
  }
}
