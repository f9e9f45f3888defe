/** Waiting for something to become true, with a deadline and a message; the only kind of wait tests use. */
import { setTimeout as delay } from 'node:timers/promises'

export interface EventuallyOptions {
  /** Milliseconds; default 10,000. */
  deadlineMs?: number
  /** Milliseconds between two looks; default 25. */
  everyMs?: number
  /** What was waited for; a function is asked at the end, so that it can tell the last state. */
  message: string | (() => string)
}

type Falsy = false | null | undefined | 0 | ''

/**
 * Calls `check` until it answers something truthy and returns that; a check that throws counts as "not yet".
 *
 * @throws with the message, and what the check threw last, after the deadline.
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  { deadlineMs = 10_000, everyMs = 25, message }: EventuallyOptions,
): Promise<Exclude<T, Falsy>> {
  const deadline = performance.now() + deadlineMs
  let lastError: unknown
  do {
    try {
      const answer = await check()
      if (answer) return answer as Exclude<T, Falsy>
      lastError = undefined
    } catch (error) {
      lastError = error
    }
    await delay(everyMs)
  } while (performance.now() < deadline)
  const text = typeof message === 'string' ? message : message()
  throw new Error(`not within ${deadlineMs} ms: ${text}`, { cause: lastError })
}
