/**
 * Sums by key, bounded: exact while there are at most {@link KEYS_MAX} keys, then the small ones are let go.
 *
 * What was let go and comes again counts from there, so sums may be too low from then on; that is said.
 */

/** Keys of which the sums are exact. */
export const KEYS_MAX = 10_000
/** Keys beyond the bound are let go together, because finding the small ones takes a sort. */
const SLACK = 2_000

export class TopKeys {
  readonly #sums = new Map<string, number>()
  #isExact = true

  /** False once a key was let go. */
  get isExact(): boolean {
    return this.#isExact
  }

  add(key: string, amount: number): void {
    this.#sums.set(key, (this.#sums.get(key) ?? 0) + amount)
    if (this.#sums.size > KEYS_MAX + SLACK) this.#letGo()
  }

  /** Says that keys were let go before they came here. */
  markApproximate(): void {
    this.#isExact = false
  }

  /** Adds all of another one. */
  addAll(other: TopKeys): void {
    for (const [key, amount] of other.#sums) this.add(key, amount)
    if (!other.isExact) this.markApproximate()
  }

  /** Every key with its sum, in the order in which the keys came. */
  all(): [key: string, amount: number][] {
    return [...this.#sums]
  }

  /** Largest first, equal ones by name; `keys` chooses among them. */
  top(count: number, keys: (key: string) => boolean = () => true): [key: string, amount: number][] {
    return [...this.#sums]
      .filter(([key]) => keys(key))
      .sort(byAmount)
      .slice(0, count)
  }

  #letGo(): void {
    this.#isExact = false
    for (const [key] of [...this.#sums].sort(byAmount).slice(KEYS_MAX)) this.#sums.delete(key)
  }
}

const byAmount = ([oneKey, one]: [string, number], [otherKey, other]: [string, number]): number =>
  other - one || (oneKey < otherKey ? -1 : 1)
