/** Sums over journal entries: the counts of a checkpoint, and money in minor units per currency. */
import { isRecordEntry, type JournalEntry, type Totals } from '../shared/contract/journal-entry.js'
import { addTo, countEntry, emptyTotals, orderEventTypeOf } from '../shared/journal/totals.js'

export interface JournalStats {
  totals: Totals
  /** Of record lines, RFC 3339; null without any. */
  first_timestamp: string | null
  last_timestamp: string | null
  /** By currency, in minor units (cents): totals of `order.created`. Never added across currencies. */
  booked_minor: Record<string, number>
  /** The same of `order.cancelled`. */
  cancelled_minor: Record<string, number>
}

export const emptyStats = (): JournalStats => ({
  totals: emptyTotals(),
  first_timestamp: null,
  last_timestamp: null,
  booked_minor: byAnyName(),
  cancelled_minor: byAnyName(),
})

/** Inherits nothing, so that `__proto__` is a name like others. */
const byAnyName = (): Record<string, number> => Object.create(null) as Record<string, number>

/** Adds one entry to `stats`, in place. */
export function addEntry(stats: JournalStats, entry: JournalEntry): void {
  countEntry(stats.totals, entry)
  if (!isRecordEntry(entry)) return
  stats.first_timestamp ??= entry.timestamp
  stats.last_timestamp = entry.timestamp
  if (entry.error || !entry.order_full) return
  const { total, currency } = entry.order_full as { total?: unknown; currency?: unknown }
  if (typeof total !== 'number') return
  const type = orderEventTypeOf(entry)
  const sums =
    type === 'order.created' ? stats.booked_minor : type === 'order.cancelled' ? stats.cancelled_minor : null
  if (!sums) return
  addTo(sums, typeof currency === 'string' ? currency : '(none)', Math.round(total * 100))
}
