/** Sets of offsets by partition, kept as ranges: a run of millions of records takes a few hundred bytes. */

interface Range {
  from: number
  /** Exclusive. */
  to: number
}

export class OffsetRanges {
  readonly #byPartition = new Map<string, Range[]>()

  /** Adds one offset; true where it was not there yet. */
  add(partition: string, offset: number): boolean {
    const ranges = this.#byPartition.get(partition)
    if (!ranges) {
      this.#byPartition.set(partition, [{ from: offset, to: offset + 1 }])
      return true
    }
    const index = indexAfter(ranges, offset)
    const before = ranges[index - 1]
    const after = ranges[index]
    if (before && offset < before.to) return false
    const touchesBefore = before?.to === offset
    const touchesAfter = after?.from === offset + 1
    if (touchesBefore && touchesAfter) {
      before.to = after.to
      ranges.splice(index, 1)
    } else if (touchesBefore) before.to = offset + 1
    else if (touchesAfter) after.from = offset
    else ranges.splice(index, 0, { from: offset, to: offset + 1 })
    return true
  }

  has(partition: string, offset: number): boolean {
    const ranges = this.#byPartition.get(partition)
    const before = ranges?.[indexAfter(ranges, offset) - 1]
    return before !== undefined && offset < before.to
  }

  /** Offsets in the set. */
  count(): number {
    let count = 0
    for (const ranges of this.#byPartition.values()) for (const { from, to } of ranges) count += to - from
    return count
  }

  /** Forgets a partition. */
  clear(partition: string): void {
    this.#byPartition.delete(partition)
  }
}

/** Index of the first range that begins after `offset`; most offsets come in order and belong at the end. */
function indexAfter(ranges: Range[], offset: number): number {
  if (ranges.length > 0 && ranges.at(-1)!.from <= offset) return ranges.length
  let low = 0
  let high = ranges.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ranges[middle]!.from <= offset) low = middle + 1
    else high = middle
  }
  return low
}
