/** One event as one line: the columns that fit the width, texts escaped, cut and aligned. */
import { escapeTerminalText, fitToWidth } from '../../shared/runtime/terminal-text.js'
import type { EventRow } from '../tail/protocol.js'
import { formatBytes, NOTHING } from './format.js'
import type { Glyphs } from './glyphs.js'
import type { Piece } from './styled.js'
import type { Times } from './times.js'

export interface EventLineOptions {
  width: number
  glyphs: Glyphs
  times: Times
  /** Ends in the payload. */
  hasPayload: boolean
}

const TIME_MS_COLUMNS_MIN = 78
const SEQUENCE_COLUMNS_MIN = 60
const PLACE_COLUMNS_MIN = 46
const TOPIC_COLUMNS_MIN = 108
const PAYLOAD_COLUMNS_MIN = 110
const TYPE_COLUMNS = 9
/** With less room for customer and items, the items have it all. */
const CUSTOMER_COLUMNS_MIN = 20
const AMOUNT_COLUMNS = 12
const REASON_COLUMNS = 22
/** Of a long text only this much is looked at; the rest could not be shown anyway. */
const LOOK_UNITS = 600

const amounts = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })

const safe = (text: string | null | undefined): string =>
  escapeTerminalText((text ?? '').slice(0, LOOK_UNITS))

export function eventPieces(row: EventRow, options: EventLineOptions): Piece[] {
  const time =
    options.width >= TIME_MS_COLUMNS_MIN ? options.times.rowLong(row.timeMs) : options.times.row(row.timeMs)
  const head: Piece[] = [{ text: `${time} `, tone: 'quiet' }]
  switch (row.kind) {
    case 'journal':
      return [
        ...head,
        { text: `${options.glyphs.levels.unknown} `, tone: 'quiet' },
        { text: safe(`${row.label}  ${row.detail ?? ''}`), tone: 'quiet' },
      ]
    case 'rejected':
      return [...head, ...rejectedPieces(row, options, options.width - time.length - 1)]
    case 'accepted':
      return [...head, ...acceptedPieces(row, options, options.width - time.length - 1)]
  }
}

function rejectedPieces(row: EventRow, options: EventLineOptions, room: number): Piece[] {
  const place = placeText(row, options.width)
  const reason = safe(row.reason)
  const reasonWidth = Math.min(REASON_COLUMNS, Math.max(TYPE_COLUMNS, reason.length))
  const payload = options.hasPayload ? `  ${safe(row.payload)}` : ''
  const detailWidth = room - 2 - reasonWidth - 1 - (place.length > 0 ? place.length + 1 : 0)
  return [
    { text: `${options.glyphs.levels.critical} `, tone: 'critical' },
    { text: `${fitToWidth(reason, reasonWidth)} `, tone: 'critical' },
    { text: fitToWidth(safe(row.detail) + payload, Math.max(0, detailWidth)) },
    { text: place === '' ? '' : ` ${place}`, tone: 'quiet' },
  ]
}

function acceptedPieces(row: EventRow, options: EventLineOptions, room: number): Piece[] {
  const { width } = options
  const order = row.order
  const place = placeText(row, width)
  const tail: Piece[] = [{ text: ` ${fitToWidth(amountText(row), AMOUNT_COLUMNS, 'right')}` }]
  if (place !== '') tail.push({ text: ` ${place}`, tone: 'quiet' })
  const front: Piece[] = [
    { text: `${options.glyphs.dot} `, tone: 'good' },
    { text: `${fitToWidth(safe(row.label.replace(/^order\./, '')) || NOTHING, TYPE_COLUMNS)} ` },
  ]
  if (width >= SEQUENCE_COLUMNS_MIN) {
    front.push({ text: `${fitToWidth(`#${order?.sequence ?? NOTHING}`, 7)} `, tone: 'quiet' })
  }
  const taken = [...front, ...tail].reduce((sum, { text }) => sum + text.length, 0)
  return [...front, ...middlePieces(row, options, Math.max(0, room - taken)), ...tail]
}

/** Customer and items share what is left, with the payload behind them where it is wanted. */
function middlePieces(row: EventRow, { hasPayload, width }: EventLineOptions, room: number): Piece[] {
  if (room < CUSTOMER_COLUMNS_MIN) return [{ text: fitToWidth(safe(row.order?.items), room) }]
  const customerWidth = Math.min(16, Math.floor(room * 0.42))
  const itemsRoom = Math.max(0, room - customerWidth - 1)
  const customer: Piece = { text: `${fitToWidth(safe(row.order?.customer), customerWidth)} `, tone: 'accent' }
  if (!hasPayload || width < PAYLOAD_COLUMNS_MIN) {
    return [customer, { text: fitToWidth(safe(row.order?.items), itemsRoom) }]
  }
  const itemsWidth = Math.min(20, itemsRoom)
  return [
    customer,
    { text: fitToWidth(safe(row.order?.items), itemsWidth) },
    { text: ` ${fitToWidth(safe(row.payload), Math.max(0, itemsRoom - itemsWidth - 1))}`, tone: 'quiet' },
  ]
}

function amountText({ order }: EventRow): string {
  if (order?.total === null || order?.total === undefined) return ''
  return `${amounts.format(order.total)} ${safe(order.currency?.slice(0, 3))}`.trimEnd()
}

function placeText(row: EventRow, width: number): string {
  if (width < PLACE_COLUMNS_MIN) return ''
  const place = `${row.partition}@${row.offset}`
  if (width < TOPIC_COLUMNS_MIN) return `p${place}`.padEnd(9)
  return `${safe(row.topic)}/${place}`.padEnd(18) + formatBytes(row.sizeBytes).padStart(8)
}
