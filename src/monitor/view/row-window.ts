/** Which rows of a list stand on the screen. */

export interface ShownRow<Row> {
  row: Row
  isChosen: boolean
}

/**
 * Index of the newest row on the screen; indexes count from the newest of all.
 *
 * The chosen row stands in the middle, except near the ends of the list, so that nothing else has to be remembered.
 */
export function firstShown({
  length,
  height,
  chosen,
}: {
  length: number
  height: number
  chosen: number | null
}): number {
  const last = Math.max(0, length - height)
  return chosen === null ? 0 : Math.max(0, Math.min(last, chosen - Math.floor((height - 1) / 2)))
}

/** The rows to show, the newest at the bottom; `rows` are newest first. */
export function rowWindow<Row>(rows: readonly Row[], height: number, chosen: number | null): ShownRow<Row>[] {
  const first = firstShown({ length: rows.length, height, chosen })
  return rows
    .slice(first, first + height)
    .map((row, index) => ({ row, isChosen: first + index === chosen }))
    .reverse()
}
