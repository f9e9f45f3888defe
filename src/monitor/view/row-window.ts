/** Which rows of a list stand on the screen. */

export interface ShownRow<Row> {
  row: Row
  isChosen: boolean
}

/**
 * The rows to show, the newest at the bottom; `rows` are newest first.
 *
 * The chosen row stands in the middle, except near the ends of the list, so that nothing else has to be remembered.
 */
export function rowWindow<Row>(rows: readonly Row[], height: number, chosen: number | null): ShownRow<Row>[] {
  const last = Math.max(0, rows.length - height)
  const bottom = chosen === null ? 0 : Math.max(0, Math.min(last, chosen - Math.floor((height - 1) / 2)))
  return rows
    .slice(bottom, bottom + height)
    .map((row, index) => ({ row, isChosen: bottom + index === chosen }))
    .reverse()
}
