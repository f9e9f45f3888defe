/**
 * The counts that a checkpoint carries, folded line by line: one rule for the writer, the checker and the monitor.
 */
import { isRecordEntry, type JournalEntry, type RecordEntry, type Totals } from '../contract/journal-entry.js'

/** A stream may invent event types; past this many distinct ones the rest count together. */
const EVENT_TYPES_MAX = 64
const EVENT_TYPE_CHARS_MAX = 64
const OTHER = '(other)'
const NONE = '(none)'

export const emptyTotals = (): Totals => ({
  records: 0,
  accepted: 0,
  rejected: {},
  by_event_type: {},
  bytes: 0,
})

export const copyTotals = (totals: Totals): Totals => ({
  ...totals,
  rejected: { ...totals.rejected },
  by_event_type: { ...totals.by_event_type },
})

/** What counting one record needs to know of it. */
export interface Counted {
  bytes: number
  /** `error.code`, or null for an accepted record. */
  rejection: string | null
  /** The order's `metadata.event_type`; only looked at where the record was accepted. */
  orderEventType: string | null
}

/** Adds one record to `totals`, in place. */
export function countRecord(totals: Totals, { bytes, rejection, orderEventType }: Counted): void {
  totals.records += 1
  totals.bytes += bytes
  if (rejection !== null) {
    addTo(totals.rejected, rejection, 1)
    return
  }
  totals.accepted += 1
  addTo(totals.by_event_type, eventTypeKey(totals, orderEventType), 1)
}

/** Adds to a count by name. Names come from payloads: `constructor` must not find what every object inherits. */
export function addTo(counts: Record<string, number>, name: string, by: number): void {
  counts[name] = (Object.hasOwn(counts, name) ? (counts[name] ?? 0) : 0) + by
}

/** Adds one line of the journal to `totals`, in place; lines of the journal's own do not count. */
export function countEntry(totals: Totals, entry: JournalEntry): void {
  if (isRecordEntry(entry)) countRecord(totals, recordCounts(entry))
}

/** What a record's line adds to the counts. */
export const recordCounts = (entry: RecordEntry): Counted => ({
  bytes: entry.message_size,
  rejection: entry.error?.code ?? null,
  orderEventType: orderEventTypeOf(entry),
})

/** Under this an entry tells its order's event type, where its reader knows that without the payload. */
export const KNOWN_EVENT_TYPE = Symbol('event type of the order')

/** The order event's own type of a record line, or null where it has none. */
export function orderEventTypeOf(
  entry: RecordEntry & { readonly [KNOWN_EVENT_TYPE]?: string | null },
): string | null {
  const known = entry[KNOWN_EVENT_TYPE]
  if (known !== undefined) return known
  const metadata = entry.order_full?.['metadata'] as { event_type?: unknown } | null | undefined
  // As the line holds it, where it was no Unicode.
  return typeof metadata?.event_type === 'string' ? metadata.event_type.toWellFormed() : null
}

function eventTypeKey(totals: Totals, type: string | null): string {
  if (type === null) return NONE
  const known = Object.hasOwn(totals.by_event_type, type)
  if (known) return type
  const isRoom = Object.keys(totals.by_event_type).length < EVENT_TYPES_MAX
  return isRoom && type.length <= EVENT_TYPE_CHARS_MAX && type !== '__proto__' ? type : OTHER
}

/** Rejected records of all reasons. */
export const rejectedTotal = (totals: Totals): number =>
  Object.values(totals.rejected).reduce((sum, count) => sum + count, 0)
