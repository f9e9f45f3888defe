/**
 * A part of some bytes at a time, in memory where a program gets at it: the bytes of many records come there at once, because
 * a copy of each would take longer to begin than to make.
 */

/** So many are copied at a time, where there are as many: they stay in a processor's cache until they were looked at. */
const STEP_BYTES = 128 * 1024

export class SlidingWindow {
  readonly #window: Buffer
  #bytes: Buffer = Buffer.alloc(0)
  /** The part of the bytes that stands in the window. */
  #start = 0
  #end = 0

  constructor(window: Buffer) {
    this.#window = window
  }

  /** Begins to show other bytes. */
  begin(bytes: Buffer): void {
    this.#bytes = bytes
    this.#start = 0
    this.#end = 0
  }

  /**
   * Where in the window the byte at `start` stands, with those behind it up to `end`; -1 where these are too many for it. Good
   * until it is asked again.
   */
  place(start: number, end: number): number {
    if (start < this.#start || end > this.#end) {
      if (end - start > this.#window.length) return -1
      this.#start = start
      this.#end = start + this.#bytes.copy(this.#window, 0, start, Math.max(end, start + STEP_BYTES))
    }
    return start - this.#start
  }
}
