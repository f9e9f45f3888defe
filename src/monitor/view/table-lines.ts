/** Rows of a table as lines of pieces: as wide as their texts, columns left out where there is no room. */
import { fitToWidth, textWidth } from '../../shared/runtime/terminal-text.js'
import { type Piece, piecesWidth } from './styled.js'

export interface LineColumn<Row> {
  title: string
  align: 'left' | 'right'
  /** Left out first where it is highest; a column without it always stays. */
  giveWay?: number
  /** What the rows are sorted by. */
  isSorted?: boolean
  cell(row: Row): Piece
}

const GAP = '  '

/** The heading and then a line for each row. */
export function tableLines<Row>(
  columns: readonly LineColumn<Row>[],
  rows: readonly Row[],
  width: number,
): Piece[][] {
  const laid = columns.map((column) => {
    const cells = rows.map((row) => column.cell(row))
    const widths = cells.map(({ text }) => textWidth(text))
    return { column, cells, width: Math.max(textWidth(column.title), ...widths) }
  })
  const fitting = chooseFitting(laid, width)
  const heading = fitting.map(
    ({ column: { title, align, isSorted }, width: cellWidth }): Piece => ({
      text: fitToWidth(title, cellWidth, align),
      tone: isSorted ? 'accent' : 'quiet',
    }),
  )
  const lines = rows.map((_row, index) =>
    fitting.map(({ column, cells, width: cellWidth }): Piece => {
      const cell = cells[index] ?? { text: '' }
      return { ...cell, text: fitToWidth(cell.text, cellWidth, column.align) }
    }),
  )
  return [heading, ...lines].map(spaced)
}

const spaced = (cells: readonly Piece[]): Piece[] =>
  cells.flatMap((cell, index) => (index === 0 ? [{ text: ' ' }, cell] : [{ text: GAP }, cell]))

/** Leaves columns out, the most willing first, until the rest has room. */
function chooseFitting<Laid extends { column: { giveWay?: number }; width: number }>(
  laid: readonly Laid[],
  width: number,
): Laid[] {
  const kept = [...laid]
  const needed = (): number => kept.reduce((sum, column) => sum + column.width + GAP.length, 0)
  while (needed() > width) {
    const willing = Math.max(...kept.map(({ column }) => column.giveWay ?? 0))
    if (willing === 0) break
    kept.splice(
      kept.findIndex(({ column }) => column.giveWay === willing),
      1,
    )
  }
  return kept
}

export interface RankedRow {
  name: string
  value: string
  /** Length of its bar, 0 to 1. */
  share: number
  tone?: Piece['tone']
}

/** Bars are no shorter, names no longer than this, where there is room for either. */
const BAR_COLUMNS_MIN = 6
const NAME_COLUMNS_MAX = 28

/** Names with bars and values, one a line; the bar gives way first. */
export function rankedLines(rows: readonly RankedRow[], width: number, bar: string): Piece[][] {
  const valueWidth = Math.max(0, ...rows.map(({ value }) => textWidth(value)))
  const widest = Math.max(0, ...rows.map(({ name }) => textWidth(name)))
  const nameRoom = Math.max(4, width - valueWidth - 3)
  const nameWidth = Math.min(widest, NAME_COLUMNS_MAX, nameRoom)
  const barRoom = width - nameWidth - valueWidth - 4
  return rows.map(({ name, value, share, tone = 'accent' }) => {
    const length = barRoom < BAR_COLUMNS_MIN ? 0 : Math.max(share > 0 ? 1 : 0, Math.round(share * barRoom))
    const front: Piece[] = [{ text: ` ${fitToWidth(name, nameWidth)} ` }, { text: bar.repeat(length), tone }]
    const gap = ' '.repeat(Math.max(1, width - 1 - valueWidth - piecesWidth(front)))
    return [...front, { text: gap }, { text: fitToWidth(value, valueWidth, 'right') }]
  })
}
