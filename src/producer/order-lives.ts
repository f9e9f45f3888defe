/**
 * Which event comes next: every order lives its life, and many orders live at once.
 *
 * An order is created, confirmed, sometimes updated, shipped and delivered, or cancelled on the way. Time is counted
 * in records: an event falls due a number of records after the one before it, and where none is due a new order
 * begins. So the mix is the same at every rate, and the number of open orders stays bounded.
 */
import type { OrderEventType } from '../shared/contract/order-event.js'
import { CATALOGUE } from './catalogue.js'
import type { Order } from './order-event.js'
import type { Random } from './random.js'

export interface NextEvent {
  order: Order
  type: OrderEventType
}

interface Step {
  type: OrderEventType
  /** Records after the step before. */
  after: readonly [min: number, max: number]
}

const CONFIRMED: Step = { type: 'order.confirmed', after: [3, 20] }
const UPDATED: Step = { type: 'order.updated', after: [3, 20] }
const SHIPPED: Step = { type: 'order.shipped', after: [10, 60] }
const DELIVERED: Step = { type: 'order.delivered', after: [20, 100] }
const CANCELLED: Step = { type: 'order.cancelled', after: [2, 30] }

/** Lives by how often they happen: `below` is the upper end of their share of [0, 1). */
const LIVES: readonly { below: number; steps: readonly Step[] }[] = [
  { below: 0.7, steps: [CONFIRMED, SHIPPED, DELIVERED] },
  { below: 0.9, steps: [CONFIRMED, UPDATED, SHIPPED, DELIVERED] },
  { below: 0.95, steps: [CANCELLED] },
  { below: 1, steps: [CONFIRMED, CANCELLED] },
]

interface OpenOrder {
  order: Order
  steps: readonly Step[]
  /** Index of the step that comes next. */
  step: number
}

export class OrderLives {
  readonly #random: Random
  /** Open orders by the record at which their next event is due. */
  readonly #due = new Map<number, OpenOrder[]>()
  /** Orders whose event is due, oldest first. */
  readonly #ready: OpenOrder[] = []
  #record = 0
  #sequence = 0

  constructor(random: Random) {
    this.#random = random
  }

  next(): NextEvent {
    const due = this.#due.get(this.#record)
    if (due) {
      this.#due.delete(this.#record)
      this.#ready.push(...due)
    }
    const open = this.#ready.shift()
    const event = open ? this.#continue(open) : this.#begin()
    this.#record += 1
    return event
  }

  #begin(): NextEvent {
    const random = this.#random
    this.#sequence += 1
    const order: Order = {
      sequence: this.#sequence,
      orderId: random.uuid(),
      correlationId: random.uuid(),
      traceId: random.hex(4),
      template: (this.#sequence - 1) % CATALOGUE.length,
    }
    const share = random.fraction()
    const { steps } = LIVES.find(({ below }) => share < below)!
    this.#schedule({ order, steps, step: 0 })
    return { order, type: 'order.created' }
  }

  #continue(open: OpenOrder): NextEvent {
    const { type } = open.steps[open.step]!
    open.step += 1
    this.#schedule(open)
    return { order: open.order, type }
  }

  #schedule(open: OpenOrder): void {
    const step = open.steps[open.step]
    if (!step) return
    const at = this.#record + this.#random.between(...step.after)
    const others = this.#due.get(at)
    if (others) others.push(open)
    else this.#due.set(at, [open])
  }
}
