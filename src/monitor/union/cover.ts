/**
 * The offsets of one partition and epoch that have been counted, as intervals: what several journals hold is one
 * stretch for as long as they follow each other, so this stays small however many records there are.
 */

export class Cover {
  /** First offset of each interval, ascending; apart from each other by at least one offset. */
  readonly #from: number[] = []
  /** Offset after the last one of each. */
  readonly #to: number[] = []

  /** Adds an offset. @returns False where it was there already. */
  add(offset: number): boolean {
    const at = this.#indexBefore(offset)
    if (at >= 0 && offset < (this.#to[at] as number)) return false
    const joinsBefore = at >= 0 && this.#to[at] === offset
    const joinsAfter = this.#from[at + 1] === offset + 1
    if (joinsBefore && joinsAfter) {
      this.#to[at] = this.#to[at + 1] as number
      this.#from.splice(at + 1, 1)
      this.#to.splice(at + 1, 1)
    } else if (joinsBefore) this.#to[at] = offset + 1
    else if (joinsAfter) this.#from[at + 1] = offset
    else {
      this.#from.splice(at + 1, 0, offset)
      this.#to.splice(at + 1, 0, offset + 1)
    }
    return true
  }

  /** The intervals, ascending, each without its end. */
  get intervals(): [from: number, to: number][] {
    return this.#from.map((from, index) => [from, this.#to[index] as number])
  }

  /** Index of the last interval that begins at or before `offset`; -1 where none does. */
  #indexBefore(offset: number): number {
    let low = 0
    let high = this.#from.length
    // Nearly always the last one: offsets come in their order.
    if (high > 0 && (this.#from[high - 1] as number) <= offset) return high - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#from[middle] as number) <= offset) low = middle + 1
      else high = middle
    }
    return low - 1
  }
}
