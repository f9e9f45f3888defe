/**
 * The verdict on a payload as a line of the journal needs it, for those that judge many.
 *
 * Of an ordinary accepted order the bytes alone prove that: a third of what parsing it takes. Whatever is not surely
 * accepted that way is judged by `verdict.ts`, and both must always agree.
 */
import { isEmailAddress } from './email-address.js'
import { JsonForm } from './json-form.js'
import { PAYLOAD_DEPTH_MAX } from './limits.js'
import { OrderEventSchema } from './order-event.js'
import { differs, type Ruling, timeOf } from './verdict.js'

/** What is looked at of an order whose shape is proven: its items, ... */
const ITEM = 0
/** ... numbers of the last one, ... */
const [QUANTITY, UNIT_PRICE, TOTAL_PRICE] = [1, 2, 3]
/** ... those of the order, ... */
const [SUB_TOTAL, SUBTOTAL, TAX, SHIPPING_FEE, TOTAL] = [4, 5, 6, 7, 8]
/** ... and texts. */
const [EMAIL, EVENT_TYPE, TIMESTAMP] = [9, 10, 11]

/** Where each of these stands. */
const PICKS = [
  'items/*',
  'items/*/quantity',
  'items/*/unit_price',
  'items/*/total_price',
  'sub_total',
  'subtotal',
  'tax',
  'shipping_fee',
  'total',
  'customer_info/email',
  'metadata/event_type',
  'metadata/timestamp',
]

/** Sees of payloads in its window which are surely accepted. */
export class OrderSight {
  readonly #form: JsonForm
  /** By what is looked at, the number that was found last. */
  readonly #numbers = new Float64Array(TOTAL + 1)

  /** @param windowBytes Length of {@link OrderSight.window}. */
  constructor(windowBytes: number) {
    this.#form = new JsonForm(OrderEventSchema, { picks: PICKS, levels: PAYLOAD_DEPTH_MAX, windowBytes })
  }

  /** To be filled with payloads. */
  get window(): Buffer {
    return this.#form.window
  }

  /** The ruling on the payload that stands in the window from `from` to `to`, where it surely is accepted; null says nothing. */
  accepted(from: number, to: number): Ruling | null {
    const form = this.#form
    const count = form.take(from, to)
    if (count === -1) return null
    const numbers = this.#numbers
    forget(numbers)
    let sum = 0
    let eventType: string | null = null
    let eventTimeMs: number | null = null
    for (let index = 0; index < count; index += 1) {
      const pick = form.pick(index)
      if (pick === ITEM) sum += itemTotal(numbers)
      else if (pick <= TOTAL) numbers[pick] = form.number(index)
      else if (pick === EVENT_TYPE) eventType = form.repeatedText(index)
      else if (pick === TIMESTAMP) eventTimeMs = timeOf(form.repeatedText(index))
      else if (pick === EMAIL && !form.test(index, isEmptyOrEmail)) return null
    }
    if (!isSum(numbers, sum + itemTotal(numbers))) return null
    return { deserialized: true, orderText: null, rejection: null, eventType, eventTimeMs }
  }
}

const isEmptyOrEmail: typeof isEmailAddress = (bytes, from = 0, to = bytes.length) =>
  from === to || isEmailAddress(bytes, from, to)

/** Has those be nothing that an order need not have, or has none of before its first item. */
function forget(numbers: Float64Array): void {
  numbers[QUANTITY] = 0
  numbers[TOTAL_PRICE] = 0
  numbers[SUB_TOTAL] = Number.NaN
  numbers[SUBTOTAL] = Number.NaN
  numbers[SHIPPING_FEE] = 0
}

/** What the item before adds to the sum, 0 where there is none; NaN, from which every sum differs, where it is not right. */
function itemTotal(numbers: Float64Array): number {
  const total = numbers[TOTAL_PRICE] as number
  return differs(total, (numbers[QUANTITY] as number) * (numbers[UNIT_PRICE] as number)) ? Number.NaN : total
}

/** Whether the order's own sums agree with that of its items. */
function isSum(numbers: Float64Array, sum: number): boolean {
  const named = numbers[SUB_TOTAL] as number
  const subTotal = Number.isNaN(named) ? (numbers[SUBTOTAL] as number) : named
  const total = subTotal + (numbers[TAX] as number) + (numbers[SHIPPING_FEE] as number)
  return !differs(subTotal, sum) && !differs(numbers[TOTAL] as number, total)
}
