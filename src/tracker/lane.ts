/**
 * Work that is done one after the other, in the order in which it came, while a bounded number waits in line. Small things
 * that wait side by side are done together.
 */

/** The one that is worked on, the one that is made ready, and one that came meanwhile. */
const IN_HAND_MAX = 3
/** More would make the first of them wait. */
const TOGETHER_MAX = 8

export class Lane<T> {
  readonly #together: (things: T[]) => Promise<void>
  /** By the order in which they came; none of them rejects. */
  #last: Promise<void>[] = []
  /** What comes last in line and was not begun; another small thing may come to it. */
  #open: { things: T[]; done: Promise<void> } | null = null

  /** @param together Does things that {@link add} brought, one or several. */
  constructor(together: (things: T[]) => Promise<void>) {
    this.#together = together
  }

  /** Does `work` by itself when everything before it is done, however that ended. */
  run<R>(work: () => Promise<R>): Promise<R> {
    this.#open = null
    const run = this.idle().then(work)
    const done = run.then(
      () => {},
      () => {},
    )
    this.#last = [...this.#last, done].slice(-IN_HAND_MAX)
    return run
  }

  /** Does a thing when everything before it is done; a small one together with other small ones that wait beside it. */
  add(thing: T, { isSmall }: { isSmall: boolean }): Promise<void> {
    if (isSmall && this.#open && this.#open.things.length < TOGETHER_MAX) {
      this.#open.things.push(thing)
      return this.#open.done
    }
    const things = [thing]
    const done = this.run(() => {
      if (this.#open?.things === things) this.#open = null
      return this.#together(things)
    })
    if (isSmall) this.#open = { things, done }
    return done
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
