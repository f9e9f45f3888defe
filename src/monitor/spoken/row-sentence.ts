/** One row of a list as a sentence: nothing is cut, and no sign stands for a word. */
import type { EventRow, LogRow } from '../tail/protocol.js'
import { formatAmount, formatCount, formatTime, type Zone } from '../view/format.js'

/** Of a long text only this much is read out; Enter opens all of it. */
const TEXT_UNITS_MAX = 300

const joined = (...parts: (string | null | undefined)[]): string =>
  parts.filter((part) => part !== null && part !== undefined && part !== '').join(', ')

/** @example 'line 43: order.created, client03, 4 × latte, 19.30 EUR, orders partition 0 offset 41, at 10:15:37' */
export function eventSentence(row: EventRow, zone: Zone): string {
  const time = `at ${formatTime(row.timeMs, zone)}`
  const place = `${row.topic} partition ${row.partition} offset ${row.offset}`
  const detail = row.detail?.slice(0, TEXT_UNITS_MAX)
  const says = {
    journal: () => joined(row.label, detail, time),
    rejected: () => joined(`rejected, ${row.reason}`, detail, place, time),
    accepted: () => joined(row.label, row.order?.customer, row.order?.items, amountText(row), place, time),
  }[row.kind]
  return `line ${formatCount(row.seq)}: ${says()}`
}

function amountText({ order }: EventRow): string | null {
  if (order?.total === null || order?.total === undefined) return null
  return `${formatAmount(order.total)} ${order.currency ?? ''}`.trimEnd()
}

/** @example 'error: write failed: ENOSPC, at 10:15:37' */
export function logSentence(row: LogRow, zone: Zone): string {
  const text = row.error === null ? row.message : `${row.message}: ${row.error}`
  return `${row.level}: ${text.slice(0, TEXT_UNITS_MAX)}, at ${formatTime(row.timeMs, zone)}`
}

export const rowSentence = (row: EventRow | LogRow, zone: Zone): string =>
  'seq' in row ? eventSentence(row, zone) : logSentence(row, zone)
