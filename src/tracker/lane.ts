/** Work that is done one after the other, in the order in which it came, while a bounded number waits in line. */

/** The one that is worked on, the one that is made ready, and one that came meanwhile. */
const IN_HAND_MAX = 3

export class Lane {
  /** By the order in which they came; none of them rejects. */
  #last: Promise<void>[] = []

  /** Does `work` when everything before it is done, however that ended. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const run = this.idle().then(work)
    const done = run.then(
      () => {},
      () => {},
    )
    this.#last = [...this.#last, done].slice(-IN_HAND_MAX)
    return run
  }

  /** Resolves when everything that came so far is done. */
  async idle(): Promise<void> {
    await this.#last.at(-1)
  }

  /** Resolves when one more may come. */
  async room(): Promise<void> {
    if (this.#last.length === IN_HAND_MAX) await this.#last[0]
  }
}
