/**
 * The order event: what a producer puts on the topic, and what a reader accepts.
 *
 * One TypeBox definition gives the TypeScript type, the JSON Schema and the compiled validator. Reading
 * is lenient where the older system was: unknown statuses, event types and extra fields are accepted, and
 * the sum may be called `sub_total` or `subtotal`.
 */
import Type, { type Static } from 'typebox'

const NonEmpty = Type.String({ minLength: 1 })

export const OrderItemSchema = Type.Object({
  item_id: NonEmpty,
  item_name: NonEmpty,
  quantity: Type.Number({ exclusiveMinimum: 0 }),
  unit_price: Type.Number({ minimum: 0 }),
  total_price: Type.Number(),
})

/** What a record's payload must be to be accepted, apart from the sums (see `verdict.ts`). */
export const OrderEventSchema = Type.Object({
  order_id: NonEmpty,
  sequence: Type.Number({ exclusiveMinimum: 0 }),
  status: NonEmpty,
  items: Type.Array(OrderItemSchema, { minItems: 1 }),
  sub_total: Type.Optional(Type.Number()),
  subtotal: Type.Optional(Type.Number()),
  tax: Type.Number({ minimum: 0 }),
  shipping_fee: Type.Optional(Type.Number()),
  total: Type.Number(),
  currency: Type.Optional(Type.String()),
  payment_method: Type.Optional(Type.String()),
  shipping_address: Type.Optional(Type.String()),
  metadata: Type.Optional(
    Type.Object({
      timestamp: Type.Optional(Type.String()),
      version: Type.Optional(Type.String()),
      event_type: Type.Optional(Type.String()),
      source: Type.Optional(Type.String()),
      correlation_id: Type.Optional(Type.String()),
    }),
  ),
  customer_info: Type.Object({
    customer_id: NonEmpty,
    name: NonEmpty,
    email: Type.Optional(Type.String()),
    phone: Type.Optional(Type.String()),
    address: Type.Optional(Type.String()),
    loyalty_level: Type.Optional(Type.String()),
  }),
  inventory_status: Type.Optional(Type.Array(Type.Unknown())),
})

/** An order event as read from a topic: shape checked, extra fields possible. */
export type ReadOrderEvent = Static<typeof OrderEventSchema>

export type OrderItem = Static<typeof OrderItemSchema>

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
