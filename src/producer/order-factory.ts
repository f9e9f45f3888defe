/**
 * Turns a seed into records: order events with their key and headers, some of them broken on purpose.
 *
 * The same seed gives the same orders; with a start time the same bytes. Knows nothing of Kafka's transport.
 */
import type { OrderEventType } from '../shared/contract/order-event.js'
import { invalid, malformed } from './faults.js'
import { buildOrderEvent, type Order, orderEventText, SOURCE } from './order-event.js'
import { OrderLives } from './order-lives.js'
import { Random } from './random.js'

export interface OrderFactoryOptions {
  seed: string
  /** Milliseconds since 1970 of the first event; null takes the time from `now`. */
  startTime: number | null
  /** Shares of all records in [0, 1]; their sum is at most 1. */
  malformedRatio: number
  invalidRatio: number
  /** Wall clock, milliseconds; not asked with a start time. */
  now(): number
}

export type Fault = 'malformed' | 'invalid'

export interface ProducedRecord {
  /** The event's own id, also where its payload is broken: the ledger and `ce_id` name it. */
  eventId: string
  orderId: string
  value: string | Buffer
  /** CloudEvents 1.0 binary binding, and W3C trace context. */
  headers: [name: string, value: string][]
  fault: Fault | null
}

/** Virtual time between two events with a start time, milliseconds; the same at every rate. */
export const VIRTUAL_STEP_MS = 200

export class OrderFactory {
  readonly #options: OrderFactoryOptions
  readonly #lives: OrderLives
  /** Faults have numbers of their own, so that a ratio does not change the orders. */
  readonly #faults: Random
  readonly #ids: Random
  #index = 0
  #time: { ms: number; text: string } = { ms: Number.NaN, text: '' }

  constructor(options: OrderFactoryOptions) {
    this.#options = options
    this.#lives = new OrderLives(new Random(`${options.seed}/orders`))
    this.#ids = new Random(`${options.seed}/events`)
    this.#faults = new Random(`${options.seed}/faults`)
  }

  /** The next record of the run. */
  next(): ProducedRecord {
    const { order, type } = this.#lives.next()
    const timestamp = this.#timestamp()
    const eventId = this.#ids.uuid()
    const fault = this.#fault()
    this.#index += 1
    return {
      eventId,
      orderId: order.orderId,
      value: this.#value(fault, order, type, timestamp),
      headers: [
        ['ce_specversion', '1.0'],
        ['ce_id', eventId],
        ['ce_source', SOURCE],
        ['ce_type', type],
        ['ce_time', timestamp],
        ['ce_subject', order.orderId],
        ['content-type', 'application/json'],
        ['traceparent', `00-${order.traceId}-${this.#ids.hex(2)}-01`],
      ],
      fault,
    }
  }

  #value(fault: Fault | null, order: Order, type: OrderEventType, timestamp: string): string | Buffer {
    if (fault === null) return orderEventText(order, type, timestamp)
    if (fault === 'malformed') return malformed(orderEventText(order, type, timestamp), this.#faults)
    return invalid(buildOrderEvent(order, type, timestamp), this.#faults)
  }

  #fault(): Fault | null {
    const { malformedRatio, invalidRatio } = this.#options
    const share = this.#faults.fraction()
    if (share < malformedRatio) return 'malformed'
    return share < malformedRatio + invalidRatio ? 'invalid' : null
  }

  /** Many events share a millisecond, and its text. */
  #timestamp(): string {
    const { startTime, now } = this.#options
    const ms = startTime === null ? now() : startTime + this.#index * VIRTUAL_STEP_MS
    if (ms !== this.#time.ms) this.#time = { ms, text: new Date(ms).toISOString() }
    return this.#time.text
  }
}
