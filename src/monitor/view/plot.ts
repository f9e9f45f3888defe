/**
 * Draws a series of numbers into rows of characters: braille with eight dots a cell, or one ASCII sign a cell.
 */

export interface PlotOptions {
  /** Oldest first, two for each column; null where nothing is known. */
  series: readonly (number | null)[]
  columns: number
  rows: number
  /** Value at the bottom and at the top. */
  min: number
  max: number
  /** `area` is filled down to the bottom, `line` is not. */
  style: 'area' | 'line'
  hasBraille: boolean
}

/** Dots of a braille cell by column, from the top down. */
const DOTS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const
const BRAILLE_BASE = 0x2800
const DOTS_PER_ROW = 4

/** None is as high as its cell, so that rows below each other stay apart. */
export const SPARKS = '▁▂▃▄▅▆▇'

/** A series in one row, a sign for each value; a blank where nothing is known. */
export const sparkline = (
  series: readonly (number | null)[],
  { min, max }: Pick<PlotOptions, 'min' | 'max'>,
): string =>
  series
    .map((value) => (value === null ? ' ' : SPARKS[levelOf(value, { min, max, levels: SPARKS.length })]))
    .join('')

/** Rows from the top down, each exactly `columns` wide. */
export function plot(options: PlotOptions): string[] {
  return options.hasBraille ? plotBraille(options) : plotAscii(options)
}

function plotBraille({ series, columns, rows, min, max, style }: PlotOptions): string[] {
  const cells = Array.from({ length: rows }, () => new Uint8Array(columns))
  const levels = rows * DOTS_PER_ROW
  let previous: number | null = null
  for (let point = 0; point < columns * 2; point += 1) {
    const value = series[series.length - columns * 2 + point] ?? null
    const level = value === null ? null : levelOf(value, { min, max, levels })
    if (level !== null) {
      const from = style === 'area' ? 0 : Math.min(level, previous ?? level)
      const to = style === 'area' ? level : Math.max(level, previous ?? level)
      for (let dot = from; dot <= to; dot += 1) setDot(cells, point, dot)
    }
    previous = level
  }
  // A blank for a cell without dots: the empty braille sign is dotted in some fonts, and slower to measure.
  return cells.map((row) =>
    Array.from(row, (dots) => (dots === 0 ? ' ' : String.fromCharCode(BRAILLE_BASE + dots))).join(''),
  )
}

/** `dot` counts from the bottom. */
function setDot(cells: Uint8Array[], point: number, dot: number): void {
  const fromTop = cells.length * DOTS_PER_ROW - 1 - dot
  const row = cells[Math.floor(fromTop / DOTS_PER_ROW)]
  const mask = DOTS[(point % 2) as 0 | 1][(fromTop % DOTS_PER_ROW) as 0 | 1 | 2 | 3]
  if (row) row[point >> 1] = (row[point >> 1] ?? 0) | mask
}

/** One sign for each pair of points, at the higher of the two. */
function plotAscii({ series, columns, rows, min, max, style }: PlotOptions): string[] {
  const lines = Array.from({ length: rows }, () => Array.from({ length: columns }, () => ' '))
  for (let column = 0; column < columns; column += 1) {
    const at = series.length - columns * 2 + column * 2
    const pair = [series[at] ?? null, series[at + 1] ?? null].filter((value) => value !== null)
    if (pair.length === 0) continue
    const level = levelOf(Math.max(...pair), { min, max, levels: rows })
    for (let row = style === 'area' ? 0 : level; row <= level; row += 1) {
      const line = lines[rows - 1 - row]
      if (line) line[column] = row === level ? '*' : ':'
    }
  }
  return lines.map((line) => line.join(''))
}

/** 0 for the bottom, `levels - 1` for the top. */
function levelOf(value: number, { min, max, levels }: { min: number; max: number; levels: number }): number {
  const share = max > min ? (value - min) / (max - min) : 0
  return Math.max(0, Math.min(levels - 1, Math.round(share * (levels - 1))))
}

const STEPS = [1, 1.5, 2, 3, 4, 5, 6, 8, 10]

/** The least of 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, ... that is not below `value`. */
export function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)))
  const step = STEPS.find((factor) => factor * power >= value) ?? 10
  return step * power
}

/** The largest value; 0 where none is known. */
export const highest = (series: readonly (number | null)[]): number =>
  Math.max(0, ...series.filter((value) => value !== null))

/** A floor for a chart of percentages that leaves the most of the rows to what happens. */
export function percentFloor(series: readonly (number | null)[]): number {
  const lowest = Math.min(100, ...series.filter((value) => value !== null))
  return [90, 80, 50].find((floor) => lowest >= floor) ?? 0
}
