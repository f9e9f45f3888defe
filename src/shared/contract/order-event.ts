/**
 * The order event: what a producer puts on the topic, and what a reader accepts.
 *
 * One JSON Schema gives the TypeScript type and the compiled validator. It is written out and not built by TypeBox'
 * functions, which would load some four hundred modules at the start of every command. Reading is lenient where the
 * older system was: unknown statuses, event types and extra fields are accepted, and the sum may be called
 * `sub_total` or `subtotal`.
 */
import type { XStatic } from 'typebox/schema'

const TEXT = { type: 'string' } as const
const FILLED = { type: 'string', minLength: 1 } as const
const NUMBER = { type: 'number' } as const
const ABOVE_ZERO = { type: 'number', exclusiveMinimum: 0 } as const
const FROM_ZERO = { type: 'number', minimum: 0 } as const

const OrderItemSchema = {
  type: 'object',
  required: ['item_id', 'item_name', 'quantity', 'unit_price', 'total_price'],
  properties: {
    item_id: FILLED,
    item_name: FILLED,
    quantity: ABOVE_ZERO,
    unit_price: FROM_ZERO,
    total_price: NUMBER,
  },
} as const

/** What a record's payload must be to be accepted, apart from the sums (see `verdict.ts`). */
export const OrderEventSchema = {
  type: 'object',
  required: ['order_id', 'sequence', 'status', 'items', 'tax', 'total', 'customer_info'],
  properties: {
    order_id: FILLED,
    sequence: ABOVE_ZERO,
    status: FILLED,
    items: { type: 'array', items: OrderItemSchema, minItems: 1 },
    sub_total: NUMBER,
    subtotal: NUMBER,
    tax: FROM_ZERO,
    shipping_fee: NUMBER,
    total: NUMBER,
    currency: TEXT,
    payment_method: TEXT,
    shipping_address: TEXT,
    metadata: {
      type: 'object',
      properties: { timestamp: TEXT, version: TEXT, event_type: TEXT, source: TEXT, correlation_id: TEXT },
    },
    customer_info: {
      type: 'object',
      required: ['customer_id', 'name'],
      properties: {
        customer_id: FILLED,
        name: FILLED,
        email: TEXT,
        phone: TEXT,
        address: TEXT,
        loyalty_level: TEXT,
      },
    },
    inventory_status: { type: 'array' },
  },
} as const

/** An order event as read from a topic: shape checked, extra fields possible. */
export type ReadOrderEvent = XStatic<typeof OrderEventSchema>

export type OrderItem = XStatic<typeof OrderItemSchema>

export type OrderStatus =
  | 'pending'
  | 'confirmed'
  | 'processing'
  | 'shipped'
  | 'delivered'
  | 'cancelled'
  | 'refunded'

export type OrderEventType =
  | 'order.created'
  | 'order.confirmed'
  | 'order.updated'
  | 'order.shipped'
  | 'order.delivered'
  | 'order.cancelled'

export interface InventoryStatus {
  item_id: string
  item_name: string
  available_qty: number
  reserved_qty: number
  unit_price: number
  in_stock: boolean
  warehouse: string
}

/** An order event as the producer writes it: every field is there. */
export interface OrderEvent {
  order_id: string
  /** Number of the order in its run, from 1; the events of one order share it. */
  sequence: number
  status: OrderStatus
  items: OrderItem[]
  sub_total: number
  tax: number
  shipping_fee: number
  total: number
  currency: string
  payment_method: string
  shipping_address: string
  metadata: {
    /** RFC 3339 UTC with milliseconds. */
    timestamp: string
    version: string
    event_type: OrderEventType
    source: string
    correlation_id: string
  }
  customer_info: {
    customer_id: string
    name: string
    email: string
    phone: string
    address: string
    loyalty_level: string
  }
  inventory_status: InventoryStatus[]
}
