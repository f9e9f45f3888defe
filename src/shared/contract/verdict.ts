/**
 * The verdict on one payload: can it be decoded, has it the shape of an order event, do its sums agree.
 *
 * Pure and total: any bytes give a verdict, nothing throws. Reasons are stable codes; a code is
 * `<field>_missing`, `<field>_empty`, `<field>_invalid` or `<field>_mismatch` for the rule that failed first,
 * and a pointer says where. Serves every reader of a topic, not the tracker alone.
 */
import { isUtf8 } from 'node:buffer'
import { Compile } from 'typebox/compile'
import type { EntryError } from './journal-entry.js'
import { PAYLOAD_DEPTH_MAX } from './limits.js'
import { OrderEventSchema, type ReadOrderEvent } from './order-event.js'

export type Verdict =
  | {
      deserialized: true
      payload: Record<string, unknown>
      /** The bytes may stand in a line as they are: one JSON object without line breaks around or inside. */
      verbatim: boolean
      rejection: EntryError | null
    }
  | { deserialized: false; rejection: EntryError }

const orderValidator = Compile(OrderEventSchema)

/** Sums are compared to the cent, as the older system did. */
const SUM_TOLERANCE = 0.01
/** Binary fractions: 0.1 + 0.2 must not fail a comparison to the cent. */
const FLOAT_SLACK = 1e-9
const EMAIL = /^[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,}$/
const MESSAGE_CHARS_MAX = 160

const LF = 0x0a
const CR = 0x0d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

/** Judges the value of one record; `null` is a tombstone. */
export function judge(value: Buffer | null): Verdict {
  if (value === null) return undecodable('tombstone', 'the record has no value')
  if (!isUtf8(value)) return undecodable('not_utf8', `not UTF-8 at byte ${firstInvalidByte(value)}`)
  let payload: unknown
  try {
    payload = JSON.parse(value.toString('utf8'))
  } catch (error) {
    return undecodable('not_json', `not JSON: ${(error as Error).message}`.slice(0, MESSAGE_CHARS_MAX))
  }
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
    return undecodable('not_object', `expected a JSON object, found ${describe(payload)}`)
  }
  if (isDeeperThan(payload, PAYLOAD_DEPTH_MAX)) {
    return undecodable('too_deep', `nested deeper than ${PAYLOAD_DEPTH_MAX} levels`)
  }
  return {
    deserialized: true,
    payload: payload as Record<string, unknown>,
    verbatim: standsVerbatim(value),
    rejection: checkOrder(payload),
  }
}

const undecodable = (code: string, message: string): Verdict => ({
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

/** Recursion is bounded by `levels`, so a payload nested 10,000 deep is safe to ask about. */
function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  if (Array.isArray(value)) return value.some((child) => isDeeperThan(child, levels - 1))
  for (const key in value) if (isDeeperThan((value as Record<string, unknown>)[key], levels - 1)) return true
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
  return orderValidator.Check(payload) ? checkRules(payload as ReadOrderEvent) : shapeError(payload)
}

function shapeError(payload: unknown): EntryError {
  const [error] = orderValidator.Errors(payload)
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

function checkRules(order: ReadOrderEvent): EntryError | null {
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
  if (differs(order.total, total)) return mismatch('/total', order.total, total)
  const { email } = order.customer_info
  if (email && !EMAIL.test(email)) {
    return reject('/customer_info/email', 'invalid', 'is not an e-mail address')
  }
  return null
}

const differs = (found: number, expected: number): boolean =>
  !(Math.abs(found - expected) <= SUM_TOLERANCE + FLOAT_SLACK)

const mismatch = (pointer: string, found: number, expected: number): EntryError =>
  reject(pointer, 'mismatch', `is ${found}, expected ${Number(expected.toFixed(4))} within ${SUM_TOLERANCE}`)
