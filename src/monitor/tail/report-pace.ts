/**
 * Decides when a reader tells of what it has read: at once when little happens, at intervals when much does.
 *
 * While there is more to read, a report of each look would be out of date before it is seen.
 */
import { FRAME_MS } from '../frame-pace.js'

export class ReportPace {
  readonly #report: () => boolean
  readonly #readingMs: number
  #toldMs = Number.NEGATIVE_INFINITY
  /** When the first of a row of looks began, each of which found something; null when all is read. */
  #readingSinceMs: number | null = null
  #timer: NodeJS.Timeout | null = null

  /**
   * @param report Tells; answers whether there was anything to tell.
   * @param readingMs Least time between two reports while there is more to read, milliseconds.
   */
  constructor(report: () => boolean, readingMs = FRAME_MS) {
    this.#report = report
    this.#readingMs = readingMs
  }

  /** After a look at what is read; `hasMore`: another one follows at once. */
  looked(hasMore: boolean): void {
    const nowMs = performance.now()
    this.#readingSinceMs ??= nowMs
    const sinceMs = hasMore ? Math.max(this.#toldMs, this.#readingSinceMs) : this.#toldMs
    const waitMs = sinceMs + (hasMore ? this.#readingMs : FRAME_MS) - nowMs
    if (waitMs <= 0) this.tell()
    else if (!hasMore) this.#timer ??= setTimeout(() => this.tell(), waitMs)
    if (!hasMore) this.#readingSinceMs = null
  }

  /** Tells now, whenever that was last. */
  tell(): void {
    this.close()
    // Intervals are from beginning to beginning: a report takes its time.
    const nowMs = performance.now()
    if (this.#report()) this.#toldMs = nowMs
  }

  /** Takes back the report that is due. */
  close(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }
}
