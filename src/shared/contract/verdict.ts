/**
 * The verdict on one payload: can it be decoded, has it the shape of an order event, do its sums agree.
 *
 * Pure and total: any bytes give a verdict, nothing throws. Reasons are stable codes; a code is
 * `<field>_missing`, `<field>_empty`, `<field>_invalid` or `<field>_mismatch` for the rule that failed first,
 * and a pointer says where. Serves every reader of a topic, not the tracker alone.
 */
import { isUtf8 } from 'node:buffer'
import { Compile } from 'typebox/schema'
import { isEmailAddress } from './email-address.js'
import type { EntryError, RecordEntry } from './journal-entry.js'
import { PAYLOAD_DEPTH_MAX } from './limits.js'
import { hasLoneSurrogate, wellFormedJson } from './lone-surrogates.js'
import { OrderEventSchema, type OrderItem, type ReadOrderEvent } from './order-event.js'

/** What a line of the journal needs of a verdict. */
export type Ruling = RulingOnOrder | Undecodable

export type Verdict = (RulingOnOrder & { payload: Record<string, unknown> }) | Undecodable

interface RulingOnOrder {
  deserialized: true
  /**
   * Null where the bytes may stand in a line as they are: no line breaks around or inside, no half of a surrogate
   * pair. Else the payload as JSON that may.
   */
  orderText: string | null
  rejection: EntryError | null
  /** `metadata.event_type` of the payload, as Unicode; null where it is no text. */
  eventType: string | null
  /** `metadata.timestamp` of the payload, milliseconds since 1970; null where it is no time. */
  eventTimeMs: number | null
}

interface Undecodable {
  deserialized: false
  rejection: EntryError
}

const orderValidator = Compile(OrderEventSchema)

/** Sums are compared to the cent, as the older system did. */
const SUM_TOLERANCE = 0.01
/** Binary fractions: 0.1 + 0.2 must not fail a comparison to the cent, nor must it among millions. */
const FLOAT_SLACK = 1e-9
const FLOAT_SLACK_RELATIVE = 8 * Number.EPSILON
const MESSAGE_CHARS_MAX = 160

const LF = 0x0a
const CR = 0x0d
const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

/** Judges the value of one record; `null` is a tombstone. */
export function judge(value: Buffer | null): Verdict {
  if (value === null) return undecodable('tombstone', 'the record has no value')
  if (!isUtf8(value)) return undecodable('not_utf8', `not UTF-8 at byte ${firstInvalidByte(value)}`)
  const text = value.toString('utf8')
  let payload: unknown
  try {
    payload = JSON.parse(text)
  } catch (error) {
    return undecodable('not_json', `not JSON: ${(error as Error).message}`.slice(0, MESSAGE_CHARS_MAX))
  }
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
    return undecodable('not_object', `expected a JSON object, found ${describe(payload)}`)
  }
  if (hasMoreBrackets(text, PAYLOAD_DEPTH_MAX) && isDeeperThan(value, PAYLOAD_DEPTH_MAX)) {
    return undecodable('too_deep', `nested deeper than ${PAYLOAD_DEPTH_MAX} levels`)
  }
  const { metadata } = payload as { metadata?: { event_type?: unknown; timestamp?: unknown } | null }
  return {
    deserialized: true,
    payload: payload as Record<string, unknown>,
    orderText: standsVerbatim(value) && !hasLoneSurrogate(text) ? null : wellFormedJson(payload),
    rejection: checkOrder(payload),
    eventType: typeof metadata?.event_type === 'string' ? metadata.event_type.toWellFormed() : null,
    eventTimeMs: typeof metadata?.timestamp === 'string' ? timeOf(metadata.timestamp) : null,
  }
}

/** The `event_type` of the journal's line for a record with this verdict. */
export function eventTypeOf({ deserialized, rejection }: Ruling): RecordEntry['event_type'] {
  if (!deserialized) return 'message.received.deserialization_error'
  return rejection ? 'message.received.validation_error' : 'message.received'
}

/** Events that follow each other often tell the same millisecond. */
let lastTime: { text: string; ms: number | null } = { text: '', ms: null }

/** Milliseconds since 1970, or null where it is no time. */
export function timeOf(text: string): number | null {
  if (text !== lastTime.text) {
    const ms = Date.parse(text)
    lastTime = { text, ms: Number.isNaN(ms) ? null : ms }
  }
  return lastTime.ms
}

const undecodable = (code: string, message: string): Undecodable => ({
  deserialized: false,
  rejection: { code, message },
})

function describe(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`
}

const standsVerbatim = (value: Buffer): boolean =>
  value[0] === OPEN_BRACE &&
  value[value.length - 1] === CLOSE_BRACE &&
  !value.includes(LF) &&
  !value.includes(CR)

/** Few brackets cannot nest deeply: that spares most payloads the walk. */
function hasMoreBrackets(text: string, count: number): boolean {
  let left = count
  for (const bracket of '{[') {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      if (left === 0) return true
      left -= 1
    }
  }
  return false
}

/** Measures the text and not what it parses to: of two equal keys parsing keeps one, and other readers see both. */
function isDeeperThan(json: Buffer, levels: number): boolean {
  let depth = 0
  let isInString = false
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at]
    if (isInString) {
      if (byte === BACKSLASH) at += 1
      else if (byte === QUOTE) isInString = false
    } else if (byte === QUOTE) isInString = true
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth += 1
      if (depth > levels) return true
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth -= 1
  }
  return false
}

/** The decoder writes U+FFFD where it fails; a U+FFFD that stands in the bytes themselves is not a failure. */
function firstInvalidByte(value: Buffer): number {
  const text = value.toString('utf8')
  let byte = 0
  let from = 0
  for (;;) {
    const at = text.indexOf('\ufffd', from)
    byte += Buffer.byteLength(text.slice(from, at))
    const genuine = value[byte] === 0xef && value[byte + 1] === 0xbf && value[byte + 2] === 0xbd
    if (!genuine) return byte
    byte += 3
    from = at + 1
  }
}

function checkOrder(payload: unknown): EntryError | null {
  if (!orderValidator.Check(payload)) return shapeError(payload)
  const order = payload as ReadOrderEvent
  return checkSums(order) ?? checkEmail(order.customer_info.email ?? '')
}

function shapeError(payload: unknown): EntryError {
  const [, [error]] = orderValidator.Errors(payload)
  if (!error) return { code: 'order_invalid', message: 'not an order event', pointer: '' }
  if (error.keyword === 'required') {
    const field = String((error.params as { requiredProperties: string[] }).requiredProperties[0])
    return reject(`${error.instancePath}/${field}`, 'missing', 'is missing')
  }
  if (error.keyword === 'minLength' || error.keyword === 'minItems') {
    return reject(error.instancePath, 'empty', 'is empty')
  }
  return reject(error.instancePath, 'invalid', error.message)
}

/** The code names the field itself; the pointer and the message its whole path. */
function reject(pointer: string, suffix: string, message: string): EntryError {
  const path = pointer.slice(1).split('/')
  const field = path.findLast((part) => !/^\d+$/.test(part)) || 'order'
  return { code: `${field}_${suffix}`, message: `${path.join('.') || 'order'} ${message}`, pointer }
}

/** What the sums of an order are told by. */
export interface SummedOrder {
  items: Pick<OrderItem, 'quantity' | 'unit_price' | 'total_price'>[]
  sub_total?: number | undefined
  subtotal?: number | undefined
  tax: number
  shipping_fee?: number | undefined
  total: number
}

/** Whether the sums agree, which the schema does not tell. */
export function checkSums(order: SummedOrder): EntryError | null {
  let sum = 0
  for (const [index, item] of order.items.entries()) {
    const expected = item.quantity * item.unit_price
    if (differs(item.total_price, expected)) {
      return mismatch(`/items/${index}/total_price`, item.total_price, expected)
    }
    sum += item.total_price
  }
  const subTotal = order.sub_total ?? order.subtotal
  if (subTotal === undefined) return reject('/sub_total', 'missing', 'is missing')
  if (differs(subTotal, sum)) {
    return mismatch(order.sub_total === undefined ? '/subtotal' : '/sub_total', subTotal, sum)
  }
  const total = subTotal + order.tax + (order.shipping_fee ?? 0)
  return differs(order.total, total) ? mismatch('/total', order.total, total) : null
}

/** The field may be left empty. */
const checkEmail = (email: string): EntryError | null =>
  email === '' || isEmailAddress(Buffer.from(email))
    ? null
    : reject('/customer_info/email', 'invalid', 'is not an e-mail address')

export function differs(found: number, expected: number): boolean {
  const slack = Math.max(FLOAT_SLACK, Math.abs(expected) * FLOAT_SLACK_RELATIVE)
  return !(Math.abs(found - expected) <= SUM_TOLERANCE + slack)
}

const mismatch = (pointer: string, found: number, expected: number): EntryError =>
  reject(pointer, 'mismatch', `is ${found}, expected ${Number(expected.toFixed(4))} within ${SUM_TOLERANCE}`)
