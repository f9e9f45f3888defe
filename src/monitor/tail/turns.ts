/** Work in steps, one after the other for as long as there is more; timers and messages get their turn between two. */
export class Turns {
  readonly #step: () => boolean
  #isScheduled = false
  #isClosed = false

  /** @param step Answers true while there may be more to do at once. */
  constructor(step: () => boolean) {
    this.#step = step
  }

  /** Takes a step soon; asked again before that, it is the same one. */
  ask(): void {
    if (this.#isScheduled || this.#isClosed) return
    this.#isScheduled = true
    setImmediate(() => {
      this.#isScheduled = false
      if (!this.#isClosed && this.#step()) this.ask()
    })
  }

  /** No step is taken any more. */
  close(): void {
    this.#isClosed = true
  }
}
