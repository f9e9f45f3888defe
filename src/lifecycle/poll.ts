/** Waiting for a state of the world that nobody announces. */
import { sleep } from '../shared/runtime/clock.js'

export interface PollOptions {
  deadlineMs: number
  everyMs?: number
  /** Ends the wait early with {@link Interrupted}. */
  signal?: AbortSignal | undefined
}

/** A person has broken off the command; carries the signal that is to be raised again after cleaning up. */
export class Interrupted extends Error {
  readonly signal: NodeJS.Signals

  constructor(signal: NodeJS.Signals) {
    super(`interrupted by ${signal}`)
    this.signal = signal
  }
}

/** @throws {Interrupted} when `signal` has been aborted. */
export function throwIfInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new Interrupted(String(signal.reason) as NodeJS.Signals)
}

/** Asks until the answer is not null and returns it; null after the deadline. What `check` throws ends the wait. */
export async function poll<T>(
  check: () => T | null | Promise<T | null>,
  { deadlineMs, everyMs = 100, signal }: PollOptions,
): Promise<T | null> {
  const deadline = performance.now() + deadlineMs
  for (;;) {
    throwIfInterrupted(signal)
    const answer = await check()
    if (answer !== null) return answer
    if (performance.now() >= deadline) return null
    await sleep(everyMs, signal)
  }
}
