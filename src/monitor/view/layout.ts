/**
 * Decides which panels are on the screen and how large they are. Pure: numbers in, numbers out.
 *
 * The frame is one row lower than the terminal, always: a frame that fills it makes terminals scroll.
 */
import type { PanelName, ViewState } from '../model/state.js'

export interface Cell {
  panel: PanelName
  /** Columns between the borders. */
  width: number
}

/** Panels side by side, of one height. */
export interface Band {
  cells: Cell[]
  /** Rows between the rules. */
  height: number
}

export type Layout = { kind: 'status'; rows: number } | { kind: 'grid'; bands: Band[]; alarmRows: number }

/** Below this there is room for a status line and rows only. */
export const GRID_COLUMNS_MIN = 60
export const GRID_ROWS_MIN = 15
/** From this width events and log stand side by side. */
const WIDE_COLUMNS_MIN = 150
/** Share of the width that the left panel of a band takes, in percent. */
const LEFT_PERCENT = 57
const ALARM_ROWS_MAX = 2

interface BandPlan {
  panels: PanelName[]
  rowsMin: number
  rowsMax: number
  /** Share of the rows that are left when every band has its least. */
  weight: number
}

// The least rows of the overview and of a list must leave room for an alarm in the smallest grid.
const OVERVIEW: BandPlan = { panels: ['metrics', 'health'], rowsMin: 6, rowsMax: 8, weight: 2 }
const CHARTS: BandPlan = { panels: ['throughput', 'success'], rowsMin: 4, rowsMax: 14, weight: 3 }
const EVENTS: BandPlan = { panels: ['events'], rowsMin: 2, rowsMax: 1000, weight: 5 }
const LOGS: BandPlan = { panels: ['logs'], rowsMin: 2, rowsMax: 1000, weight: 2 }
const LISTS: BandPlan = { panels: ['events', 'logs'], rowsMin: 2, rowsMax: 1000, weight: 5 }

export function layOut(
  { columns, rows, zoom }: Pick<ViewState, 'columns' | 'rows' | 'zoom'>,
  alarmCount: number,
): Layout {
  if (columns < GRID_COLUMNS_MIN || rows < GRID_ROWS_MIN)
    return { kind: 'status', rows: Math.max(1, rows - 1) }
  const alarmRows = Math.min(alarmCount, ALARM_ROWS_MAX, Math.max(1, Math.floor(rows / 12)))
  // Header and footer, and the row that stays free.
  const room = rows - 3 - alarmRows
  if (zoom) {
    return {
      kind: 'grid',
      bands: [{ cells: [{ panel: zoom, width: columns - 2 }], height: room - 2 }],
      alarmRows,
    }
  }
  return { kind: 'grid', bands: stack(plansFor(columns), room, columns), alarmRows }
}

const plansFor = (columns: number): BandPlan[] =>
  columns >= WIDE_COLUMNS_MIN ? [OVERVIEW, CHARTS, LISTS] : [OVERVIEW, CHARTS, EVENTS, LOGS]

/** In this order bands are given up where the rows do not suffice. */
const EXPENDABLE = [LOGS, CHARTS]

function stack(plans: BandPlan[], room: number, columns: number): Band[] {
  const kept = [...plans]
  for (const plan of EXPENDABLE) {
    if (rowsNeeded(kept) <= room) break
    if (kept.includes(plan)) kept.splice(kept.indexOf(plan), 1)
  }
  const heights = share(kept, room - rowsNeeded(kept))
  return kept.map((plan, index) => ({
    cells: cellsOf(plan, columns),
    height: heights[index] ?? plan.rowsMin,
  }))
}

/** A rule above each band and one below the last. */
const rowsNeeded = (plans: readonly BandPlan[]): number =>
  plans.reduce((sum, { rowsMin }) => sum + rowsMin + 1, 1)

/** Gives spare rows out one by one to the band that is furthest from its share. */
function share(plans: readonly BandPlan[], spare: number): number[] {
  const heights = plans.map(({ rowsMin }) => rowsMin)
  for (let row = 0; row < spare; row += 1) {
    let neediest = -1
    let least = Number.POSITIVE_INFINITY
    for (const [index, { weight, rowsMin, rowsMax }] of plans.entries()) {
      const height = heights[index] ?? rowsMin
      const filled = (height - rowsMin + 1) / weight
      if (height < rowsMax && filled < least) {
        least = filled
        neediest = index
      }
    }
    if (neediest === -1) break
    heights[neediest] = (heights[neediest] ?? 0) + 1
  }
  return heights
}

function cellsOf({ panels }: BandPlan, columns: number): Cell[] {
  const [left, right] = panels
  if (!left) return []
  if (!right) return [{ panel: left, width: columns - 2 }]
  const leftWidth = Math.round(((columns - 3) * LEFT_PERCENT) / 100)
  return [
    { panel: left, width: leftWidth },
    { panel: right, width: columns - 3 - leftWidth },
  ]
}
