/** Time, as something that is handed in: tests bring their own. */

export interface Clock {
  /** Wall clock, milliseconds since 1970. May jump; for timestamps only. */
  now(): number
  /** Milliseconds that never go back; for durations. */
  monotonic(): number
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
}

/** Resolves after `ms`, or at once when `signal` aborts; never rejects. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const finish = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', finish)
      resolve()
    }
    const timer = setTimeout(finish, ms)
    signal?.addEventListener('abort', finish, { once: true })
  })
}

/** Resolves when `work` does, or without it after `ms`; leaves no timer that a process would wait for. Rejects as `work` does. */
export async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  const done = new AbortController()
  try {
    await Promise.race([work, sleep(ms, done.signal)])
  } finally {
    done.abort()
  }
}

let lastMs = Number.NaN
let lastText: string | null = null

/** RFC 3339 UTC with milliseconds, or null where `ms` is none (-1) or outside what a date can hold. */
export function rfc3339(ms: number): string | null {
  // Records of one batch often share a millisecond, and writing it out costs more than all else here.
  if (ms !== lastMs) {
    lastMs = ms
    lastText = ms === -1 ? null : writtenOut(ms)
  }
  return lastText
}

function writtenOut(ms: number): string | null {
  const date = new Date(ms)
  if (Number.isNaN(date.getTime())) return null
  const text = date.toISOString()
  // Years outside 0000-9999 are written with a sign, which RFC 3339 does not know.
  return text.length === 24 ? text : null
}
