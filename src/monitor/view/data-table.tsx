/**
 * A small table of texts as an `ink-table`, without its lines unless asked for; plain rows where it does not fit.
 *
 * Only for tables of a few rows: ink-table lays every cell out by itself.
 */
import { Box } from 'ink'
import { Table } from 'ink-table'
import { memo, type PropsWithChildren, type ReactNode, useContext } from 'react'
import { fitToWidth, textWidth } from '../../shared/runtime/terminal-text.js'
import type { Level } from '../model/health.js'
import type { Glyphs } from './glyphs.js'
import { SPARKS } from './plot.js'
import { GlyphsContext, Line, type Piece, Styled, type Tone } from './styled.js'

export interface TableColumn {
  /** Name in the rows, and heading. */
  key: string
  align: 'left' | 'right'
}

export type TableRow = Record<string, string>

interface DataTableProps {
  columns: readonly TableColumn[]
  /** The first column names what the row is about. */
  rows: readonly TableRow[]
  width: number
  hasHeading: boolean
  /** Drawn with all its lines, 2n + 3 rows high. */
  isFramed?: boolean
}

const PADDING = 1
/** Columns added to each column of the table where there is room. */
const STRETCH_MAX = 6

/** Columns that the table takes: without frame, and with the lines of one. */
export const tableWidth = (
  columns: readonly TableColumn[],
  rows: readonly TableRow[],
  isFramed = false,
): number =>
  columns.reduce((sum, { key }) => sum + columnWidth(key, rows) + PADDING * 2, 0) +
  (isFramed ? columns.length + 1 : 0)

/** Every sign takes one column: ink-table counts signs. */
const isNarrow = (columns: readonly TableColumn[], rows: readonly TableRow[]): boolean =>
  columns.every(({ key }) =>
    [key, ...rows.map((row) => row[key] ?? '')].every((text) => textWidth(text) === text.length),
  )

const columnWidth = (key: string, rows: readonly TableRow[]): number =>
  Math.max(textWidth(key), ...rows.map((row) => textWidth(row[key] ?? '')))

export const DataTable = memo(function DataTable(props: DataTableProps): ReactNode {
  const { columns, rows, width, hasHeading, isFramed = false } = props
  const spare = width - tableWidth(columns, rows, isFramed)
  if (spare < 0 || !isNarrow(columns, rows)) return <PlainRows {...props} />
  return (
    <Table
      // ink-table looks at how it is to be drawn when it is made, and never again.
      key={`${hasHeading} ${isFramed}`}
      data={stretched(columns, rows, spare)}
      columns={columns.map(({ key, align }) => ({ key, align }))}
      padding={PADDING}
      header={hasHeading ? Heading : Nothing}
      cell={ToneCell}
      skeleton={isFramed ? FrameLine : Nothing}
    />
  )
}, isSameTable)

/** All cells are laid out by themselves, so it is worth a comparison. */
function isSameTable(before: DataTableProps, after: DataTableProps): boolean {
  const isSameForm =
    before.width === after.width &&
    before.hasHeading === after.hasHeading &&
    before.isFramed === after.isFramed &&
    before.columns === after.columns &&
    before.rows.length === after.rows.length
  return (
    isSameForm &&
    before.rows.every((row, index) => after.columns.every(({ key }) => row[key] === after.rows[index]?.[key]))
  )
}

/** Spreads spare columns over the table, up to a bound: numbers far apart are hard to follow along a row. */
function stretched(columns: readonly TableColumn[], rows: readonly TableRow[], spare: number): TableRow[] {
  const extra = Math.min(STRETCH_MAX, Math.floor(spare / columns.length))
  return rows.map((row) =>
    unlisted(
      columns.map(({ key, align }) => {
        const text = row[key] ?? ''
        const padding = ' '.repeat(columnWidth(key, rows) + extra - textWidth(text))
        return [key, align === 'right' ? padding + text : text + padding]
      }),
    ),
  )
}

/** ink-table makes a row from scratch where what can be listed of it changed; it shows these cells all the same. */
const unlisted = (cells: [key: string, text: string][]): TableRow =>
  Object.defineProperties({}, Object.fromEntries(cells.map(([key, value]) => [key, { value }])))

const Heading = ({ children }: PropsWithChildren): ReactNode => (
  <Styled piece={{ text: String(children), tone: 'quiet' }} />
)

const FrameLine = ({ children }: PropsWithChildren): ReactNode => {
  const glyphs = useContext(GlyphsContext)
  const text = String(children)
  const drawn = glyphs.hasBraille ? text : text.replaceAll('─', '-').replace(/[^-]/g, '+')
  return <Styled piece={{ text: drawn, tone: 'border' }} />
}

const Nothing = (): ReactNode => null

const ToneCell = memo(function ToneCell(props: PropsWithChildren<{ column: number }>): ReactNode {
  const glyphs = useContext(GlyphsContext)
  const text = String(props.children)
  return <Styled piece={{ text, tone: props.column === 0 ? 'quiet' : toneOf(text, glyphs) }} />
})

const SPARKLINE = new RegExp(`^[ ${SPARKS}]*[${SPARKS}][ ${SPARKS}]*$`)

/** A text that begins with the sign of a level has its colour; a sparkline stands back behind the figures. */
function toneOf(text: string, glyphs: Glyphs): Tone {
  if (SPARKLINE.test(text)) return 'quiet'
  const sign = text.trimStart()[0]
  const found = Object.entries(glyphs.levels).find(([, glyph]) => glyph === sign)
  return found && /^\s*\S /.test(text) ? (found[0] as Level) : 'plain'
}

function PlainRows({ columns, rows, width, hasHeading }: DataTableProps): ReactNode {
  const glyphs = useContext(GlyphsContext)
  const widths = columns.map(({ key }) => columnWidth(key, rows))
  const cells = (row: TableRow, tone?: Tone): Piece[] =>
    columns.flatMap(({ key, align }, index) => {
      const isLast = index === columns.length - 1
      const text =
        isLast && align === 'left' ? (row[key] ?? '') : fitToWidth(row[key] ?? '', widths[index] ?? 0, align)
      return [{ text: ' ' }, { text, tone: tone ?? (index === 0 ? 'quiet' : toneOf(text, glyphs)) }]
    })
  const heading = Object.fromEntries(columns.map(({ key }) => [key, key]))
  return (
    <Box flexDirection="column">
      {hasHeading && <Line pieces={cells(heading, 'quiet')} width={width} />}
      {rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows of the table stand for the same thing in each frame
        <Line key={index} pieces={cells(row)} width={width} />
      ))}
    </Box>
  )
}
