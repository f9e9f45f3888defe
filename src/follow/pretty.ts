/** A record as one line for people: when, where, what, which order, who, how much, and what is wrong with it. */
import { styleText } from 'node:util'
import { rfc3339 } from '../shared/runtime/clock.js'
import { cutToWidth, escapeTerminalText, fitToWidth } from '../shared/runtime/terminal-text.js'
import type { Match } from './match.js'

export interface PrettyOptions {
  isColored: boolean
  /** Columns of the terminal; null where the line may be as long as it is. */
  columns: number | null
  /** With several topics each line says its own. */
  hasTopic: boolean
}

type Tone = 'dim' | 'green' | 'red' | 'cyan' | null

interface Cell {
  text: string
  tone: Tone
}

const TIME_COLUMNS = 24
const PLACE_COLUMNS = 10
const TYPE_COLUMNS = 9
const ORDER_COLUMNS = 36
const CUSTOMER_COLUMNS = 20
const TOTAL_COLUMNS = 14
/** Of a long text only this much is looked at. */
const LOOK_UNITS = 400
const PREVIEW_COLUMNS = 80
const GAP = '  '

/** One line, without its line feed, in which nothing controls a terminal. */
export function prettyLine(match: Match, { isColored, columns, hasTopic }: PrettyOptions): string {
  let room = columns ?? Number.POSITIVE_INFINITY
  const parts: string[] = []
  for (const { text, tone } of cellsOf(match, hasTopic)) {
    if (room <= 0) break
    const shown = Number.isFinite(room) ? cutToWidth(text, room) : text
    room -= text.length + GAP.length
    parts.push(isColored && tone !== null ? styleText(tone, shown, { validateStream: false }) : shown)
  }
  return parts.join(GAP).trimEnd()
}

function cellsOf({ record, subject }: Match, hasTopic: boolean): Cell[] {
  const place = `${hasTopic ? `${subject.topic}/` : ''}${subject.partition}@${subject.offset}`
  const { verdict, error } = subject
  const cells: Cell[] = [
    { text: fitToWidth(rfc3339(Number(record.timestampMs)) ?? '–', TIME_COLUMNS), tone: 'dim' },
    { text: place.padEnd(PLACE_COLUMNS), tone: 'dim' },
  ]
  if (!verdict.deserialized) {
    cells.push({ text: fitToWidth('rejected', TYPE_COLUMNS), tone: 'red' })
    cells.push({ text: `${verdict.rejection.code}: ${safe(verdict.rejection.message)}`, tone: 'red' })
    if (record.value !== null) cells.push({ text: preview(record.value), tone: 'dim' })
    return cells
  }
  const order = verdict.payload
  const customer = fieldsOf(order['customer_info'])
  const eventType = textOf(fieldsOf(order['metadata'])['event_type']).replace(/^order\./, '')
  cells.push(
    { text: fitToWidth(eventType || '–', TYPE_COLUMNS), tone: error ? 'red' : 'green' },
    { text: fitToWidth(textOf(order['order_id']) || '–', ORDER_COLUMNS), tone: null },
    { text: fitToWidth(textOf(customer['name'] ?? customer['customer_id']), CUSTOMER_COLUMNS), tone: 'cyan' },
    { text: fitToWidth(amountOf(order), TOTAL_COLUMNS, 'right'), tone: null },
  )
  if (error) cells.push({ text: `${safe(error.code)}: ${safe(error.message)}`, tone: 'red' })
  return cells
}

const safe = (text: string): string => escapeTerminalText(text.slice(0, LOOK_UNITS))

/** Producers may put anything anywhere. */
const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

function textOf(value: unknown): string {
  if (typeof value === 'string') return safe(value)
  return typeof value === 'number' ? String(value) : ''
}

function amountOf(order: Record<string, unknown>): string {
  const { total } = order
  if (typeof total !== 'number') return textOf(total)
  return `${total.toFixed(2)} ${textOf(order['currency']).slice(0, 3)}`.trimEnd()
}

const preview = (value: Buffer): string =>
  cutToWidth(safe(value.subarray(0, LOOK_UNITS).toString('utf8')), PREVIEW_COLUMNS)
