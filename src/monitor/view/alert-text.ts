/** An alert in words: what, the figure, its limit, and since when. */
import type { Alert, AlertCode } from '../model/alerts.js'
import type { MonitorState } from '../model/state.js'
import { formatCount, formatPercent } from './format.js'

const SUBJECTS: Record<AlertCode, (value: number) => string> = {
  success_rate: (value) => `success rate ${formatPercent(value)} over 60 s`,
  lag: (value) => `lag ${formatCount(value)} ${value === 1 ? 'record' : 'records'}`,
  stall: (value) => `${formatCount(value)} ${value === 1 ? 'partition' : 'partitions'} stalled`,
  journal: (value) => `journal: ${formatCount(value)} ${value === 1 ? 'alarm' : 'alarms'}`,
}

/**
 * `timeText` writes a time as the reader's clock shows it.
 *
 * @example 'lag 12,004 records, limit 10,000, since 10:15:37'
 */
export function alertText(
  { code, value, sinceMs }: Alert,
  { setup }: MonitorState,
  timeText: (timeMs: number) => string,
): string {
  const { limit } = setup.alerts[code]
  const limitText = code === 'success_rate' ? formatPercent(limit) : formatCount(limit)
  return `${SUBJECTS[code](value)}, limit ${limitText}, since ${timeText(sinceMs)}`
}
