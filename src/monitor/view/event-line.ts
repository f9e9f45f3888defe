/**
 * One event as one line of columns, texts escaped, cut and aligned.
 *
 * What a rejected record or a line of the journal's own has to say stands over the columns that are about an order.
 */
import { escapeTerminalText, fitToWidth, textWidth } from '../../shared/runtime/terminal-text.js'
import { COLUMN_GAP, type ColumnName, type FittedColumn, type FittedColumns } from '../model/columns.js'
import type { EventRow } from '../tail/protocol.js'
import { formatAmount, formatBytes, formatCount, NOTHING } from './format.js'
import type { Glyphs } from './glyphs.js'
import type { Piece, Tone } from './styled.js'
import type { Times } from './times.js'

export interface EventLineOptions {
  columns: readonly FittedColumn[]
  glyphs: Glyphs
  times: Times
}

/** Of a long text only this much is looked at; the rest could not be shown anyway. */
const LOOK_UNITS = 600
const REASON_COLUMNS_MIN = 9
const REASON_COLUMNS_MAX = 22
const GAP = ' '.repeat(COLUMN_GAP)

const safe = (text: string | null | undefined): string =>
  escapeTerminalText((text ?? '').slice(0, LOOK_UNITS))

interface Column {
  heading: string
  align?: 'right'
  tone?: Tone
  /** Empty unless the record holds an order. */
  isOfOrder?: true
  /** Of a line of the journal's own there is this as well. */
  isOfLine?: true
  text(row: EventRow, options: { times: Times; width: number }): string
}

const COLUMN_VIEWS: Record<Exclude<ColumnName, 'verdict'>, Column> = {
  time: {
    heading: 'time',
    tone: 'quiet',
    isOfLine: true,
    text: ({ timeMs }, { times, width }) => timeText(timeMs, times, width),
  },
  type: {
    heading: 'type',
    isOfOrder: true,
    text: ({ label }) => safe(label.replace(/^order\./, '')) || NOTHING,
  },
  customer: {
    heading: 'customer',
    tone: 'accent',
    isOfOrder: true,
    text: ({ order }) => safe(order?.customer),
  },
  items: { heading: 'items', isOfOrder: true, text: ({ order }) => safe(order?.items) },
  total: { heading: 'total', align: 'right', isOfOrder: true, text: amountText },
  order: {
    heading: 'order',
    tone: 'quiet',
    isOfOrder: true,
    text: ({ order }) => `#${order?.sequence ?? NOTHING}`,
  },
  partition: { heading: 'part', tone: 'quiet', text: ({ partition }) => `p${partition}` },
  offset: { heading: 'offset', align: 'right', tone: 'quiet', text: ({ offset }) => `${offset}` },
  size: {
    heading: 'size',
    align: 'right',
    tone: 'quiet',
    text: ({ sizeBytes }) => formatBytes(sizeBytes),
  },
  latency: {
    heading: 'latency',
    align: 'right',
    tone: 'quiet',
    text: ({ latencyMs }) => (latencyMs === null ? NOTHING : `${formatCount(latencyMs)} ms`),
  },
  topic: { heading: 'topic', tone: 'quiet', text: ({ topic }) => safe(topic) },
  seq: { heading: 'seq', align: 'right', tone: 'quiet', isOfLine: true, text: ({ seq }) => `${seq}` },
  order_id: { heading: 'order id', tone: 'quiet', isOfOrder: true, text: ({ orderId }) => safe(orderId) },
  key: { heading: 'key', tone: 'quiet', text: ({ key }) => safe(key) },
  payload: { heading: 'payload', tone: 'quiet', text: ({ payload }) => safe(payload) },
}

/** A column's name as it stands above it; the sign of the verdict says itself. */
export const headingOf = (name: ColumnName): string => (name === 'verdict' ? '' : COLUMN_VIEWS[name].heading)

/** Names of the columns in the places of their texts, with a sign at the edge beyond which there are more. */
export function headingPieces({ columns, hasLeft, hasRight }: FittedColumns, width: number): Piece[] {
  const names = columns.map((column) => {
    const align = column.name === 'verdict' ? 'left' : COLUMN_VIEWS[column.name].align
    return fitToWidth(headingOf(column.name), column.width, align)
  })
  return [
    { text: hasLeft ? '‹' : ' ', tone: 'accent' },
    { text: fitToWidth(names.join(GAP), width - 2), tone: 'quiet' },
    { text: hasRight ? '›' : ' ', tone: 'accent' },
  ]
}

export function eventPieces(row: EventRow, options: EventLineOptions): Piece[] {
  const { columns } = options
  const said = spanOf(row, columns)
  const pieces: Piece[] = []
  for (const [index, column] of columns.entries()) {
    const isSaid = said !== null && index >= said.from && index < said.to
    if (isSaid && index > said.from) continue
    if (pieces.length > 0) joined(pieces, { text: GAP })
    if (isSaid) for (const piece of saidPieces(row, said.width, hasPayload(columns))) joined(pieces, piece)
    else joined(pieces, cellPiece(row, column, options))
  }
  return pieces
}

/** Pieces of one tone become one, which is painted in one go. */
function joined(pieces: Piece[], { text, tone = 'plain' }: Piece): void {
  const last = pieces.at(-1)
  if (last && (last.tone === tone || text.trim() === '')) last.text += text
  else pieces.push({ text, tone })
}

const hasPayload = (columns: readonly FittedColumn[]): boolean =>
  columns.some(({ name }) => name === 'payload')

function cellPiece(row: EventRow, { name, width }: FittedColumn, { glyphs, times }: EventLineOptions): Piece {
  if (name === 'verdict') return verdictPiece(row, glyphs)
  const { align, tone, text } = COLUMN_VIEWS[name]
  const shown = isSilent(row, name) ? '' : text(row, { times, width })
  return { text: fitToWidth(shown, width, align), ...(tone && { tone }) }
}

function verdictPiece({ kind }: EventRow, { dot, levels }: Glyphs): Piece {
  if (kind === 'accepted') return { text: dot, tone: 'good' }
  return kind === 'rejected'
    ? { text: levels.critical, tone: 'critical' }
    : { text: levels.unknown, tone: 'quiet' }
}

/** The row has nothing to say in this column. */
function isSilent({ kind }: EventRow, name: ColumnName): boolean {
  if (name === 'verdict' || kind === 'accepted') return false
  const { isOfOrder, isOfLine } = COLUMN_VIEWS[name]
  return kind === 'rejected' ? isOfOrder === true : isOfLine !== true
}

/** The widest stretch of columns in which the row has nothing to say; null where it has in all of them. */
function spanOf(
  row: EventRow,
  columns: readonly FittedColumn[],
): { from: number; to: number; width: number } | null {
  let widest = null
  let stretch = { from: 0, to: 0, width: -COLUMN_GAP }
  for (const [index, { name, width }] of columns.entries()) {
    if (isSilent(row, name))
      stretch = { ...stretch, to: index + 1, width: stretch.width + COLUMN_GAP + width }
    else stretch = { from: index + 1, to: index + 1, width: -COLUMN_GAP }
    if (stretch.width > (widest?.width ?? 0)) widest = stretch
  }
  return widest
}

/** Why a record was rejected, or what the journal says, in exactly `width` columns. */
function saidPieces(row: EventRow, width: number, isPayloadShown: boolean): Piece[] {
  if (row.kind === 'journal') {
    return [{ text: fitToWidth(safe(`${row.label}  ${row.detail ?? ''}`), width), tone: 'quiet' }]
  }
  const reason = safe(row.reason)
  const wanted = Math.min(REASON_COLUMNS_MAX, Math.max(REASON_COLUMNS_MIN, textWidth(reason)))
  const reasonWidth = Math.min(wanted, width)
  const detail = isPayloadShown || row.payload === '' ? row.detail : `${row.detail ?? ''}  ${row.payload}`
  return [
    { text: fitToWidth(reason, reasonWidth), tone: 'critical' },
    { text: fitToWidth(` ${safe(detail)}`, width - reasonWidth) },
  ]
}

const timeText = (timeMs: number, times: Times, width: number): string => {
  const long = times.rowLong(timeMs)
  return long.length <= width ? long : times.row(timeMs)
}

function amountText({ order }: EventRow): string {
  if (order?.total === null || order?.total === undefined) return ''
  return `${formatAmount(order.total)} ${safe(order.currency?.slice(0, 3))}`.trimEnd()
}
