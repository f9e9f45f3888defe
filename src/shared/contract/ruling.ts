/**
 * The verdict on a payload as a line of the journal needs it, for those that judge many.
 *
 * Of an ordinary accepted order the bytes alone prove that: a third of what parsing it takes. Whatever is not surely
 * accepted that way is judged by `verdict.ts`, and both must always agree.
 */
import { isUtf8 } from 'node:buffer'
import { isEmailAddress } from './email-address.js'
import { JsonForm } from './json-form.js'
import { PAYLOAD_DEPTH_MAX } from './limits.js'
import { OrderEventSchema } from './order-event.js'
import { checkSums, judge, type Ruling, type SummedOrder, timeOf } from './verdict.js'

/** What is looked at of an order whose shape is proven. */
interface Picked extends SummedOrder {
  eventType: string | null
  timestamp: string | null
  /** There is none, an empty one, or one that is an address. */
  isEmailRight: boolean
}

/** What is picked, and by which path. */
const PATHS = {
  item: 'items/*',
  quantity: 'items/*/quantity',
  unitPrice: 'items/*/unit_price',
  totalPrice: 'items/*/total_price',
  subTotal: 'sub_total',
  subtotal: 'subtotal',
  tax: 'tax',
  shippingFee: 'shipping_fee',
  total: 'total',
  email: 'customer_info/email',
  eventType: 'metadata/event_type',
  timestamp: 'metadata/timestamp',
}

const NAMES = Object.keys(PATHS) as (keyof typeof PATHS)[]

/** Made when it is first needed: a program that judges nothing has no use for it. */
let form: JsonForm | null = null

/** {@link judge} without the payload. */
export function ruleOn(value: Buffer | null): Ruling {
  return acceptedAtSight(value) ?? judge(value)
}

/** The ruling on an order that is surely accepted; null says nothing. */
export function acceptedAtSight(value: Buffer | null): Ruling | null {
  if (value === null || !isUtf8(value)) return null
  form ??= new JsonForm(OrderEventSchema, { picks: Object.values(PATHS), levels: PAYLOAD_DEPTH_MAX })
  const count = form.take(value)
  if (count === -1) return null
  const order = pickedFrom(form, count)
  if (!order.isEmailRight || checkSums(order) !== null) return null
  const eventTimeMs = order.timestamp === null ? null : timeOf(order.timestamp)
  return { deserialized: true, orderText: null, rejection: null, eventType: order.eventType, eventTimeMs }
}

const isEmptyOrEmail: typeof isEmailAddress = (bytes, from = 0, to = bytes.length) =>
  from === to || isEmailAddress(bytes, from, to)

/** A function for each path would be sooner written, and takes three times as long. */
function pickedFrom(form: JsonForm, count: number): Picked {
  const order: Picked = {
    items: [],
    sub_total: undefined,
    subtotal: undefined,
    tax: 0,
    shipping_fee: undefined,
    total: 0,
    isEmailRight: true,
    eventType: null,
    timestamp: null,
  }
  let item = { quantity: 0, unit_price: 0, total_price: 0 }
  for (let index = 0; index < count; index += 1) {
    switch (NAMES[form.pick(index)]) {
      case 'item':
        item = { quantity: 0, unit_price: 0, total_price: 0 }
        order.items.push(item)
        break
      case 'quantity':
        item.quantity = form.number(index)
        break
      case 'unitPrice':
        item.unit_price = form.number(index)
        break
      case 'totalPrice':
        item.total_price = form.number(index)
        break
      case 'subTotal':
        order.sub_total = form.number(index)
        break
      case 'subtotal':
        order.subtotal = form.number(index)
        break
      case 'tax':
        order.tax = form.number(index)
        break
      case 'shippingFee':
        order.shipping_fee = form.number(index)
        break
      case 'total':
        order.total = form.number(index)
        break
      case 'email':
        order.isEmailRight = form.test(index, isEmptyOrEmail)
        break
      case 'eventType':
        order.eventType = form.repeatedText(index)
        break
      case 'timestamp':
        order.timestamp = form.repeatedText(index)
        break
    }
  }
  return order
}
