/**
 * Takes what is about a person out of all that the workers tell, before it leaves them: what never arrives cannot be
 * drawn, copied, saved or printed.
 *
 * A customer is called by a word that stays the same for one run, so that one can be told from another.
 */
import { createHmac } from 'node:crypto'
import { isOpenHeader, MASKED, maskOrder } from '../../shared/contract/personal-data.js'
import type { BusinessUpdate } from '../business/business-session.js'
import type { MomentAnswer } from '../moment/moment-session.js'
import type { EntryDetail } from '../query/entry-detail.js'
import { isObject } from '../tail/entry-reader.js'
import type { EventRow, LogRow, LogUpdate, TailUpdate } from '../tail/protocol.js'
import type { UnionUpdate } from '../union/protocol.js'

/** A secret of one run, from which the words for customers are made; null where nothing is masked. */
export type MaskSecret = string | null

const WORD_DIGITS = 6
/** Names that were asked for last; they come again and again. */
const WORDS_MAX = 10_000
const EMAIL = /[^\s<>"'=:,;()[\]]+@[^\s<>"'=:,;()[\]]+\.[^\s<>"'=:,;()[\]]+/g

/** Fields of a record's line that hold nothing of what came. */
const OPEN_FIELDS = new Set([
  'timestamp',
  'event_type',
  'kafka_topic',
  'kafka_partition',
  'kafka_offset',
  'kafka_timestamp',
  'message_size',
  'deserialized',
  'seq',
])

export class Mask {
  readonly #secret: string
  readonly #words = new Map<string, string>()

  constructor(secret: string) {
    this.#secret = secret
  }

  /** @example 'customer 3f1a09' */
  customer(name: string): string {
    const known = this.#words.get(name)
    if (known !== undefined) return known
    const digest = createHmac('sha256', this.#secret).update(name).digest('hex')
    const word = `customer ${digest.slice(0, WORD_DIGITS)}`
    if (this.#words.size >= WORDS_MAX) this.#words.clear()
    this.#words.set(name, word)
    return word
  }

  /** The payload's beginning and the message of a rejection quote what came, so they are left out. */
  row(row: EventRow): EventRow {
    if (row.kind === 'journal') return row
    const { order, key, orderId } = row
    return {
      ...row,
      key: keyOf(key, orderId),
      order: order && { ...order, customer: order.customer === null ? null : this.customer(order.customer) },
      detail: row.detail === null ? null : MASKED,
      payload: row.payload === '' ? '' : MASKED,
    }
  }

  detail(detail: EntryDetail): EntryDetail {
    const order = parsed(detail.payload)
    const orderId = order?.['order_id']
    return {
      ...detail,
      key: keyOf(detail.key, typeof orderId === 'string' ? orderId : null),
      isKeyBase64: false,
      headers: detail.headers.map(([name, value]) => (isOpenHeader(name) ? [name, value] : [MASKED, MASKED])),
      payload: detail.payload === '' ? '' : order ? JSON.stringify(maskOrder(order)) : MASKED,
    }
  }

  /** A line of the journal. What is left of it no longer has its hash. */
  line(line: Buffer): string {
    const entry = parsed(line.toString())
    if (entry === null) return JSON.stringify(MASKED)
    const { kafka_key: key, kafka_headers: _headers, hash: _hash, order_full: order, error, ...rest } = entry
    if (typeof entry['event_type'] !== 'string' || !entry['event_type'].startsWith('message.')) {
      return JSON.stringify(entry)
    }
    const orderId = isObject(order) ? order['order_id'] : null
    const shown = Object.entries(rest).filter(([name]) => OPEN_FIELDS.has(name))
    return JSON.stringify({
      ...Object.fromEntries(shown),
      kafka_key: typeof key === 'string' ? keyOf(key, typeof orderId === 'string' ? orderId : null) : null,
      ...(isObject(error) ? { error: { code: error['code'], pointer: error['pointer'] } } : {}),
      order_full: order === undefined ? MASKED : maskOrder(order),
    })
  }

  tail(update: TailUpdate): TailUpdate {
    return {
      ...update,
      events: update.events.map((row) => this.row(row)),
      rejections: update.rejections.map((row) => this.row(row)),
      log: maskedLog(update.log),
      logs: update.logs.map(maskedLogRow),
      errorRows: update.errorRows.map(maskedLogRow),
    }
  }

  union(update: UnionUpdate): UnionUpdate {
    const clusters = update.clusters.map((cluster) => ({
      ...cluster,
      events: cluster.events.map((row) => this.row(row)),
      rejections: cluster.rejections.map((row) => this.row(row)),
    }))
    return { ...update, clusters }
  }

  answer(answer: MomentAnswer): MomentAnswer {
    const { moment } = answer
    if (moment === null) return answer
    const masked = {
      tail: this.tail(moment.tail),
      business: moment.business && this.business(moment.business),
    }
    return { ...answer, moment: { ...moment, ...masked } }
  }

  business(update: BusinessUpdate): BusinessUpdate {
    const customers = update.report.customers.map((row) => ({ ...row, name: this.customer(row.name) }))
    return { ...update, report: { ...update.report, customers } }
  }
}

/** A key that is not the order's own id may be anything. */
const keyOf = (key: string | null, orderId: string | null): string | null =>
  key === null || key === orderId ? key : MASKED

/** The order of a payload that is there to its end. */
function parsed(payload: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(payload)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

/** The log of the tracker holds no order; what a library quotes in a message may. */
const maskedText = (text: string): string => text.replace(EMAIL, MASKED)

const maskedLogRow = (row: LogRow): LogRow => ({
  ...row,
  message: maskedText(row.message),
  error: row.error === null ? null : maskedText(row.error),
})

function maskedLog(log: LogUpdate): LogUpdate {
  const { last } = log.errors
  return last ? { ...log, errors: { ...log.errors, last: { ...last, text: maskedText(last.text) } } } : log
}
