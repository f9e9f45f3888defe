/**
 * The columns that the events can have, and how they share the width of a screen.
 *
 * Columns are whole: where a row is wider than the screen some stand beyond its edge, and one goes there by columns.
 */

interface ColumnWidths {
  /** With less it tells nothing. */
  least: number
  /** With more it tells no more. */
  best: number
}

const width = (least: number, best = least): ColumnWidths => ({ least, best })

/** In the order of the default ones; widths in columns of the screen. */
const WIDTHS = {
  time: width(8),
  verdict: width(1),
  type: width(9),
  customer: width(9, 16),
  items: width(9, 24),
  total: width(12),
  order: width(5, 8),
  partition: width(4),
  offset: width(9, 12),
  size: width(7),
  latency: width(9),
  topic: width(6, 16),
  seq: width(9, 12),
  order_id: width(8, 36),
  key: width(8, 36),
  payload: width(20),
} as const satisfies Record<string, ColumnWidths>

export type ColumnName = keyof typeof WIDTHS

export const COLUMNS = Object.keys(WIDTHS) as readonly ColumnName[]

export const DEFAULT_COLUMNS: readonly ColumnName[] = COLUMNS.slice(0, COLUMNS.indexOf('seq'))

/** Columns of the screen between two of ours. */
export const COLUMN_GAP = 1
/** A time with its milliseconds. */
const LONG_TIME_COLUMNS = 12
/** What is left goes to the first of these that is shown. */
const FILLING: readonly ColumnName[] = ['payload', 'items']

export interface FittedColumn {
  name: ColumnName
  /** Columns of the screen. */
  width: number
}

export interface FittedColumns {
  columns: readonly FittedColumn[]
  /** There are more beyond the edge. */
  hasLeft: boolean
  hasRight: boolean
}

/** The columns that stand in `room`, from the one at index `first` on, or from earlier where there is room for more. */
export function fitColumns(names: readonly ColumnName[], room: number, first = 0): FittedColumns {
  const from = Math.min(first, firstMax(names, room))
  const shown = names.slice(from, from + countFitting(names.slice(from), room))
  return {
    columns: shared(shown, room),
    hasLeft: from > 0,
    hasRight: from + shown.length < names.length,
  }
}

/** The index from which on all columns to the last one fit. */
export function firstMax(names: readonly ColumnName[], room: number): number {
  return names.length - countFitting(names.toReversed(), room)
}

/** How many of the columns fit with the least of their widths; one always does, cut. */
function countFitting(names: readonly ColumnName[], room: number): number {
  let taken = -COLUMN_GAP
  for (const [count, name] of names.entries()) {
    taken += COLUMN_GAP + WIDTHS[name].least
    if (taken > room) return Math.max(1, count)
  }
  return names.length
}

/** Spare columns of the screen go to the time's milliseconds, then one by one until each has its best, then to what fills. */
function shared(names: readonly ColumnName[], room: number): FittedColumn[] {
  const fitted = names.map((name) => ({ name, width: Math.min(room, WIDTHS[name].least) }))
  let spare = room - fitted.reduce((sum, column) => sum + column.width + COLUMN_GAP, -COLUMN_GAP)
  const time = fitted.find(({ name }) => name === 'time')
  const more = LONG_TIME_COLUMNS - WIDTHS.time.least
  if (time && spare >= more) {
    time.width += more
    spare -= more
  }
  for (let growing = fitted; spare > 0 && growing.length > 0; ) {
    growing = growing.filter((column) => column.width < WIDTHS[column.name].best)
    for (const column of growing.slice(0, spare)) column.width += 1
    spare -= Math.min(spare, growing.length)
  }
  const filling = FILLING.flatMap((wanted) => fitted.filter(({ name }) => name === wanted))[0]
  if (filling) filling.width += Math.max(0, spare)
  return fitted
}
