/**
 * Decides which panels are on the screen and how large they are. Pure: numbers in, numbers out.
 *
 * The frame is one row lower than the terminal, always: a frame that fills it makes terminals scroll.
 */
import type { ViewState } from '../model/state.js'
import { type PanelName, VIEW_PANELS, type ViewName } from '../model/views.js'

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
/** Below this there is room for one panel at a time. */
const PANELS_COLUMNS_MIN = 80
const PANELS_ROWS_MIN = 24
/** From this width there are three charts side by side; below it latency is the next one to be enlarged. */
const CHARTS_COLUMNS_MIN = 120
/** From this width events and log stand side by side. */
const WIDE_COLUMNS_MIN = 150
const ALARM_ROWS_MAX = 2

interface BandPlan {
  panels: PanelName[]
  rowsMin: number
  rowsMax: number
  /** Share of the rows that are left when every band has its least. */
  weight: number
  /** Shares of the width that the panels take, in percent; the last one takes the rest. */
  percents: readonly number[]
}

const plan = (
  panels: PanelName[],
  rows: [min: number, max: number],
  changes: Partial<BandPlan>,
): BandPlan => ({
  panels,
  rowsMin: rows[0],
  rowsMax: rows[1],
  weight: 1,
  percents: [57],
  ...changes,
})

const MANY = 1000
const FIGURES = plan(['metrics', 'health'], [6, 8], { weight: 2 })
const TWO_CHARTS = plan(['throughput', 'success'], [4, 14], { weight: 3 })
const CHARTS = plan(['throughput', 'success', 'latency'], [4, 14], { weight: 3, percents: [34, 33] })
const HALVES = { percents: [50] }

function plansFor(view: ViewName, columns: number): BandPlan[] {
  switch (view) {
    case 'overview':
      return [
        FIGURES,
        columns >= CHARTS_COLUMNS_MIN ? CHARTS : TWO_CHARTS,
        ...(columns >= WIDE_COLUMNS_MIN
          ? [plan(['events', 'logs'], [2, MANY], { weight: 5 })]
          : [plan(['events'], [2, MANY], { weight: 5 }), plan(['logs'], [2, MANY], { weight: 2 })]),
      ]
    case 'live':
      return [plan(['events'], [3, MANY], { weight: 3 }), plan(['logs'], [3, MANY], {})]
    case 'lag':
      return [plan(['partitions'], [3, MANY], {})]
    case 'business':
      return [
        plan(['money', 'funnel'], [4, 10], { ...HALVES, weight: 2 }),
        plan(['customers', 'payments'], [4, MANY], { ...HALVES, weight: 3 }),
        plan(['quantities', 'revenues'], [4, MANY], { ...HALVES, weight: 3 }),
      ]
    case 'problems':
      return [
        plan(['reasons', 'levels'], [4, 10], { weight: 2 }),
        plan(['rejections'], [4, MANY], { weight: 4 }),
        plan(['errors'], [3, MANY], { weight: 2 }),
      ]
    case 'journal':
      return [plan(['chain'], [8, 11], {}), plan(['files'], [3, MANY], { weight: 3 })]
  }
}

export function layOut(
  { columns, rows, name, zoom }: Pick<ViewState, 'columns' | 'rows' | 'name' | 'zoom'>,
  alarmCount: number,
): Layout {
  if (columns < GRID_COLUMNS_MIN || rows < GRID_ROWS_MIN)
    return { kind: 'status', rows: Math.max(1, rows - 1) }
  const alarmRows = Math.min(alarmCount, ALARM_ROWS_MAX, Math.max(1, Math.floor(rows / 12)))
  // Header and footer, and the row that stays free.
  const room = rows - 3 - alarmRows
  const isSmall = columns < PANELS_COLUMNS_MIN || rows < PANELS_ROWS_MIN
  const only = zoom ?? (isSmall ? VIEW_PANELS[name][0] : null)
  const bands = only
    ? [{ cells: [{ panel: only, width: columns - 2 }], height: room - 2 }]
    : stack(plansFor(name, columns), room, columns)
  return { kind: 'grid', bands, alarmRows }
}

function stack(plans: readonly BandPlan[], room: number, columns: number): Band[] {
  const heights = share(plans, room - rowsNeeded(plans))
  return plans.map((band, index) => ({
    cells: cellsOf(band, columns),
    height: heights[index] ?? band.rowsMin,
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

function cellsOf({ panels, percents }: BandPlan, columns: number): Cell[] {
  const room = columns - panels.length - 1
  let left = room
  return panels.map((panel, index) => {
    const isLast = index === panels.length - 1
    const width = isLast ? left : Math.round((room * (percents[index] ?? 0)) / 100)
    left -= width
    return { panel, width }
  })
}
