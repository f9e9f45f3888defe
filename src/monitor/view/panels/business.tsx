/** What the accepted orders add up to: money by currency, events by type, and who and what brought it. */
import type { ReactNode } from 'react'
import { useContext } from 'react'
import { escapeTerminalText } from '../../../shared/runtime/terminal-text.js'
import type { AmountRow, BusinessReport, CountRow, MoneyRow } from '../../business/report.js'
import type { MonitorState } from '../../model/state.js'
import { DataTable, type TableColumn, type TableRow, tableWidth } from '../data-table.js'
import { formatCount, formatMinor, NOTHING } from '../format.js'
import { GlyphsContext, Lines, type Piece } from '../styled.js'
import { type RankedRow, rankedLines } from '../table-lines.js'
import { timesOf } from '../times.js'
import type { PanelProps } from './panel.js'

const CURRENCIES_MAX = 8
const CURRENCY_CHARS_MAX = 8

/** Said in the title of each panel: which part of the journal, and whether all of it has been read. */
export function scopeNote({ business, view, nowMs }: MonitorState): string {
  if (!business) return 'reading'
  const { report, progress, isComplete, fromSeq } = business
  const hours = view.scope === '1h' ? '1 h' : '24 h'
  const since =
    report.fromMs === null
      ? 'all'
      : `${hours}, since ${timesOf(view, nowMs).clock(report.fromMs).slice(0, 5)}`
  const partial = (fromSeq ?? 1) > 1 && view.scope === 'all' ? ` from seq ${formatCount(fromSeq ?? 1)}` : ''
  const doubt = report.isExact ? '' : ' ≈'
  return isComplete ? `${since}${partial}${doubt}` : `${since}, read ${Math.floor(progress * 100)} %`
}

const nameText = (name: string): string => escapeTerminalText(name)

const currencyText = (currency: string): string => nameText(currency.slice(0, CURRENCY_CHARS_MAX))

export function MoneyPanel({ state, width, height }: PanelProps): ReactNode {
  const money = state.business?.report.money ?? []
  if (money.length === 0) return <Nothing state={state} width={width} height={height} />
  const currencies = fittingCurrencies(money, width)
  const hidden = money.length - currencies.length
  const heading = hidden > 0 ? `+${hidden} more` : ' '
  const rows = moneyRows(currencies, heading)
  const columns = columnsOf(currencies, heading)
  return (
    <DataTable
      columns={columns}
      rows={rows.slice(0, Math.max(1, height - 1))}
      width={width}
      hasHeading={height > 1}
    />
  )
}

const EACH: [string, (row: MoneyRow) => string][] = [
  ['booked', ({ bookedMinor }) => formatMinor(bookedMinor)],
  ['cancelled', ({ cancelledMinor }) => formatMinor(cancelledMinor)],
  ['net', ({ bookedMinor, cancelledMinor }) => formatMinor(bookedMinor - cancelledMinor)],
  ['basket', ({ bookedMinor, created }) => (created === 0 ? NOTHING : formatMinor(bookedMinor / created))],
  ['orders', ({ created }) => formatCount(created)],
]

/** `heading` stands above the names of the figures. */
const moneyRows = (money: readonly MoneyRow[], heading: string): TableRow[] =>
  EACH.map(([what, figure]) => ({
    [heading]: what,
    ...Object.fromEntries(money.map((row) => [currencyText(row.currency), figure(row)])),
  }))

const columnsOf = (money: readonly MoneyRow[], heading: string): TableColumn[] => [
  { key: heading, align: 'left' },
  ...money.map(({ currency }): TableColumn => ({ key: currencyText(currency), align: 'right' })),
]

/** As many as there is room for, the one with the most orders first, and never none. */
function fittingCurrencies(money: readonly MoneyRow[], width: number): readonly MoneyRow[] {
  // Two that would stand under one heading are never shown as one: the larger one is, the other is among the hidden.
  const told = new Set<string>()
  const apart = money.filter(
    ({ currency }) => !told.has(currencyText(currency)) && told.add(currencyText(currency)),
  )
  for (let count = Math.min(apart.length, CURRENCIES_MAX); count > 1; count -= 1) {
    const shown = apart.slice(0, count)
    if (tableWidth(columnsOf(shown, ' '), moneyRows(shown, ' ')) <= width) return shown
  }
  return apart.slice(0, 1)
}

const amountRows = (rows: readonly AmountRow[]): RankedRow[] => {
  // A bar compares within a currency only.
  const largest = new Map<string, number>()
  for (const { currency, amountMinor } of rows) {
    largest.set(currency, Math.max(largest.get(currency) ?? 0, amountMinor))
  }
  return rows.map(({ currency, name, amountMinor }) => ({
    name: nameText(name),
    value: `${formatMinor(amountMinor)} ${currencyText(currency)}`,
    share: Math.max(0, amountMinor) / Math.max(1, largest.get(currency) ?? 1),
  }))
}

const countRows = (rows: readonly CountRow[]): RankedRow[] => {
  const largest = Math.max(1, ...rows.map(({ count }) => count))
  return rows.map(({ name, count }) => ({
    name: nameText(name),
    value: formatCount(count),
    share: Math.max(0, count) / largest,
  }))
}

/** The life of an order, in its order; other types after it. */
const LIFE = [
  'order.created',
  'order.confirmed',
  'order.updated',
  'order.shipped',
  'order.delivered',
  'order.cancelled',
]

const byLife = ({ funnel }: BusinessReport): CountRow[] => {
  const place = ({ name }: CountRow): number => (LIFE.includes(name) ? LIFE.indexOf(name) : LIFE.length)
  return [...funnel].sort((one, other) => place(one) - place(other))
}

interface RankedProps extends PanelProps {
  rowsOf(report: BusinessReport): RankedRow[]
}

function Ranked({ state, width, height, rowsOf }: RankedProps): ReactNode {
  const glyphs = useContext(GlyphsContext)
  const rows = state.business ? rowsOf(state.business.report) : []
  if (rows.length === 0) return <Nothing state={state} width={width} height={height} />
  return <Lines lines={rankedLines(rows.slice(0, height), width, glyphs.bar)} {...{ width, height }} />
}

export const FunnelPanel = (props: PanelProps): ReactNode => (
  <Ranked {...props} rowsOf={(report) => countRows(byLife(report))} />
)
export const CustomersPanel = (props: PanelProps): ReactNode => (
  <Ranked {...props} rowsOf={({ customers }) => amountRows(customers)} />
)
export const PaymentsPanel = (props: PanelProps): ReactNode => (
  <Ranked {...props} rowsOf={({ payments }) => amountRows(payments)} />
)
export const QuantitiesPanel = (props: PanelProps): ReactNode => (
  <Ranked {...props} rowsOf={({ productsByQuantity }) => countRows(productsByQuantity)} />
)
export const RevenuesPanel = (props: PanelProps): ReactNode => (
  <Ranked {...props} rowsOf={({ productsByRevenue }) => amountRows(productsByRevenue)} />
)

function Nothing({ state, width, height }: Pick<PanelProps, 'state' | 'width' | 'height'>): ReactNode {
  const isReading = state.business === null || !state.business.isComplete
  const piece: Piece = { text: isReading ? ' reading the journal' : ` ${NOTHING}`, tone: 'quiet' }
  return <Lines lines={[[piece]]} {...{ width, height }} />
}
