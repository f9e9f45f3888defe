/**
 * Which fields of an order event are about a person, and what is left of an event without them.
 *
 * What the schema does not name is unknown and may be personal, so only what it names and this file does not is kept.
 */
import { OrderEventSchema } from './order-event.js'

/** Stands for what is not shown. */
export const MASKED = '***'

/** Fields of {@link OrderEventSchema} that hold names, e-mail, phone numbers and addresses. */
export const PERSONAL_FIELDS: ReadonlySet<string> = new Set([
  'customer_info.name',
  'customer_info.email',
  'customer_info.phone',
  'customer_info.address',
  'shipping_address',
])

/** Headers of ours: those of the CloudEvents binding and of tracing. None is about a person. */
const OPEN_HEADERS = new Set([
  'ce_id',
  'ce_source',
  'ce_specversion',
  'ce_subject',
  'ce_time',
  'ce_type',
  'content-type',
  'traceparent',
  'tracestate',
])

export const isOpenHeader = (name: string): boolean => OPEN_HEADERS.has(name)

interface Schema {
  type?: string
  properties?: Record<string, Schema>
  items?: Schema
}

/**
 * The event without anything that is, or may be, about a person.
 *
 * @example maskOrder({ order_id: '7', shipping_address: 'Main St 1' }) // { order_id: '7', shipping_address: '***' }
 */
export const maskOrder = (order: unknown): unknown => maskedBy(OrderEventSchema as Schema, order, '')

function maskedBy(schema: Schema | undefined, value: unknown, path: string): unknown {
  if (value === null) return null
  if (schema === undefined || PERSONAL_FIELDS.has(path)) return MASKED
  switch (schema.type) {
    case 'object':
      return isPlainObject(value) ? maskedObject(schema.properties ?? {}, value, path) : MASKED
    case 'array':
      return Array.isArray(value) ? value.map((item) => maskedBy(schema.items, item, path)) : MASKED
    case 'integer':
      return typeof value === 'number' ? value : MASKED
    default:
      return typeof value === schema.type ? value : MASKED
  }
}

function maskedObject(properties: Record<string, Schema>, value: object, path: string): object {
  const known: [string, unknown][] = []
  let hasMore = false
  for (const [name, inner] of Object.entries(value)) {
    if (Object.hasOwn(properties, name)) {
      known.push([name, maskedBy(properties[name], inner, path === '' ? name : `${path}.${name}`)])
    } else hasMore = true
  }
  // A name that nobody knows can itself be somebody's.
  if (hasMore) known.push([MASKED, MASKED])
  return Object.fromEntries(known)
}

const isPlainObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
