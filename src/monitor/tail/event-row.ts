/**
 * Makes the row that is shown of a journal line: texts bounded, payload cut to what a row can show.
 *
 * Nothing is escaped here; that is done where it is displayed.
 */
import { isRecordEntry, type JournalEntry, type RecordEntry } from '../../shared/contract/journal-entry.js'
import { orderEventTypeOf } from '../../shared/journal/totals.js'
import { isObject, timeMsOf } from './entry-reader.js'
import { type EventRow, type LinePlace, type OrderSummary, PREVIEW_BYTES_MAX } from './protocol.js'

/** Longest text of a row other than the payload, in UTF-16 units. */
const TEXT_UNITS_MAX = 300

/** Fields that hold a payload. */
const PAYLOAD_MARKS = [',"raw_message":', ',"raw_base64":', ',"order_full":'].map((mark) => Buffer.from(mark))
const SEQ_MARK = Buffer.from(',"seq":')
/** Bytes after which the search for a payload is given up: what stands before it is small or not ours. */
const HEAD_BYTES_MAX = 1024 * 1024

/** The line that a row is made of. */
export interface RowSource {
  /** The whole line as it stands in the file, without its line end. */
  bytes: Buffer
  at: LinePlace
}

export function eventRow(entry: JournalEntry, { bytes, at }: RowSource): EventRow {
  return isRecordEntry(entry) ? recordRow(entry, bytes, at) : ownRow(entry, at)
}

function recordRow(entry: RecordEntry, line: Buffer, at: LinePlace): EventRow {
  const isRejected = entry.error !== undefined
  const timeMs = timeMsOf(entry.timestamp)
  return {
    seq: entry.seq,
    at,
    timeMs,
    kind: isRejected ? 'rejected' : 'accepted',
    label: bounded(orderEventTypeOf(entry) ?? '') ?? '',
    topic: entry.kafka_topic,
    partition: entry.kafka_partition,
    offset: entry.kafka_offset,
    key: bounded(entry.kafka_key ?? entry.kafka_key_base64),
    sizeBytes: entry.message_size,
    latencyMs: entry.kafka_timestamp === null ? null : timeMs - timeMsOf(entry.kafka_timestamp),
    order: entry.order_full ? orderSummary(entry.order_full) : null,
    reason: bounded(entry.error?.code),
    detail: bounded(entry.error?.message),
    pointer: bounded(entry.error?.pointer),
    orderId: bounded(textOr(entry.order_full?.['order_id'])),
    payload: payloadText(line, PREVIEW_BYTES_MAX),
  }
}

function ownRow(entry: Exclude<JournalEntry, RecordEntry>, at: LinePlace): EventRow {
  return {
    seq: entry.seq,
    at,
    timeMs: timeMsOf(entry.timestamp),
    kind: 'journal',
    label: bounded(entry.event_type) ?? '',
    topic: '',
    partition: 0,
    offset: 0,
    key: null,
    sizeBytes: 0,
    latencyMs: null,
    order: null,
    reason: null,
    detail: bounded(ownDetail(entry)),
    pointer: null,
    orderId: null,
    payload: '',
  }
}

function ownDetail(entry: Exclude<JournalEntry, RecordEntry>): string {
  switch (entry.event_type) {
    case 'journal.gap':
      return `${place(entry)} offsets ${entry.from_offset} to ${entry.to_offset - 1}: ${entry.reason}`
    case 'journal.epoch':
      return `${place(entry)} epoch ${entry.epoch} from offset ${entry.from_offset}: ${entry.reason}`
    case 'journal.assigned':
      return `${place(entry)} from offset ${entry.from_offset}, was with ${entry.previous_instance ?? 'another'}`
    case 'journal.opened':
      return `tracker ${entry.writer_version}${entry.instance ? ` "${entry.instance}"` : ''} began to write`
    case 'journal.closed':
      return 'clean stop'
    default:
      return ''
  }
}

const place = (entry: { kafka_topic: string; kafka_partition: number }): string =>
  `${entry.kafka_topic}/${entry.kafka_partition}`

function orderSummary(order: Record<string, unknown>): OrderSummary {
  const customer = isObject(order['customer_info']) ? order['customer_info'] : {}
  return {
    sequence: numberOr(order['sequence']),
    status: textOr(order['status']),
    customer: textOr(customer['name']) ?? textOr(customer['customer_id']),
    items: itemsText(order['items']),
    total: numberOr(order['total']),
    currency: textOr(order['currency']),
  }
}

function itemsText(items: unknown): string | null {
  if (!Array.isArray(items) || !isObject(items[0])) return null
  const name = textOr(items[0]['item_name']) ?? textOr(items[0]['item_id']) ?? '?'
  const quantity = numberOr(items[0]['quantity'])
  const more = items.length > 1 ? ` +${items.length - 1}` : ''
  return `${quantity === null ? '' : `${quantity} × `}${name}${more}`
}

/**
 * The payload as it stands in the line, at most `bytesMax` bytes of it.
 *
 * A mark cannot stand inside a text of the line, where its quotes would be escaped; it can stand inside
 * `order_full`, which is verbatim. So the first mark of all is the payload's.
 */
export function payloadText(line: Buffer, bytesMax: number): string {
  const head = line.subarray(0, HEAD_BYTES_MAX)
  let from = Number.POSITIVE_INFINITY
  for (const mark of PAYLOAD_MARKS) {
    const at = head.indexOf(mark)
    if (at !== -1) from = Math.min(from, at + mark.length)
  }
  if (from > line.length) return ''
  const end = Math.max(from, line.lastIndexOf(SEQ_MARK))
  return line.toString('utf8', from, Math.min(end, from + bytesMax))
}

const numberOr = (value: unknown): number | null => (typeof value === 'number' ? value : null)

const textOr = (value: unknown): string | null => (typeof value === 'string' ? bounded(value) : null)

/** A copy: a slice of a text keeps the whole of it, which may be a line of many megabytes, in memory. */
function bounded(text: string | null | undefined): string | null {
  if (text === null || text === undefined) return null
  return text.length <= TEXT_UNITS_MAX ? text : Buffer.from(text.slice(0, TEXT_UNITS_MAX)).toString()
}
