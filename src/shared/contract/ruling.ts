/**
 * The verdict on a payload as a line of the journal needs it, for those that judge many.
 *
 * Of an ordinary accepted order the bytes alone prove that: a third of what parsing it takes. Whatever is not surely
 * accepted that way is judged by `verdict.ts`, and both must always agree.
 */
import { isUtf8 } from 'node:buffer'
import { type Found, JsonForm } from './json-form.js'
import { PAYLOAD_DEPTH_MAX } from './limits.js'
import { OrderEventSchema } from './order-event.js'
import { checkRules, judge, type RuledOrder, type Ruling, timeOf } from './verdict.js'

/** What is looked at of an order whose shape is proven. */
interface Picked extends RuledOrder {
  eventType: string | null
  timestamp: string | null
}

/** By path: how what stands there is taken. */
const TAKE: Record<string, (order: Picked, found: Found) => void> = {
  'items/*': ({ items }) => {
    items.push({ quantity: 0, unit_price: 0, total_price: 0 })
  },
  'items/*/quantity': ({ items }, { number }) => {
    ;(items[items.length - 1] as Item).quantity = number
  },
  'items/*/unit_price': ({ items }, { number }) => {
    ;(items[items.length - 1] as Item).unit_price = number
  },
  'items/*/total_price': ({ items }, { number }) => {
    ;(items[items.length - 1] as Item).total_price = number
  },
  sub_total: (order, { number }) => {
    order.sub_total = number
  },
  subtotal: (order, { number }) => {
    order.subtotal = number
  },
  tax: (order, { number }) => {
    order.tax = number
  },
  shipping_fee: (order, { number }) => {
    order.shipping_fee = number
  },
  total: (order, { number }) => {
    order.total = number
  },
  'customer_info/email': ({ customer_info }, { text }) => {
    customer_info.email = text
  },
  'metadata/event_type': (order, { repeatedText }) => {
    order.eventType = repeatedText
  },
  'metadata/timestamp': (order, { repeatedText }) => {
    order.timestamp = repeatedText
  },
}

type Item = RuledOrder['items'][number]

const TAKERS = Object.values(TAKE)

/** Made when it is first needed: a program that judges nothing has no use for it. */
let form: JsonForm | null = null

/** {@link judge} without the payload. */
export function ruleOn(value: Buffer | null): Ruling {
  return acceptedAtSight(value) ?? judge(value)
}

/** The ruling on an order that is surely accepted; null says nothing. */
export function acceptedAtSight(value: Buffer | null): Ruling | null {
  if (value === null || !isUtf8(value)) return null
  form ??= new JsonForm(OrderEventSchema, { picks: Object.keys(TAKE), levels: PAYLOAD_DEPTH_MAX })
  const order: Picked = {
    items: [],
    sub_total: undefined,
    subtotal: undefined,
    tax: 0,
    shipping_fee: undefined,
    total: 0,
    customer_info: { email: undefined },
    eventType: null,
    timestamp: null,
  }
  const isProven = form.take(value, (pick, found) => TAKERS[pick]?.(order, found))
  if (!isProven || checkRules(order) !== null) return null
  const eventTimeMs = order.timestamp === null ? null : timeOf(order.timestamp)
  return { deserialized: true, orderText: null, rejection: null, eventType: order.eventType, eventTimeMs }
}
