/**
 * What an expression may name: the variables of a record and, from the contract's schema, the fields of an order.
 *
 * Numbers of a record are doubles, as JSON has no other; `dyn` is what the contract says nothing about.
 */
import { OrderEventSchema } from '../contract/order-event.js'

/** `topic`: records as they come from Kafka. `journal`: lines of tracker.events. */
export type FilterSource = 'topic' | 'journal'

export const TIMESTAMP = 'google.protobuf.Timestamp'

/** Fields of one declared type by name, with their types. */
export type Fields = Record<string, string>

export interface Declarations {
  variables: Fields
  /** Types that stand in the table of variables or in each other, inner ones first. */
  types: Map<string, Fields>
}

interface Schema {
  type?: string
  properties?: Record<string, Schema>
  items?: Schema
}

/** Names and types of everything that an expression about `source` may use. */
export function declarationsFor(source: FilterSource): Declarations {
  const types = new Map<string, Fields>([['error', { code: 'string', message: 'string', pointer: 'string' }]])
  const order = declare(OrderEventSchema as Schema, 'order', types)
  const variables = {
    order,
    error: 'error',
    event_type: 'string',
    topic: 'string',
    partition: 'double',
    offset: 'double',
    key: 'dyn',
    headers: 'map<string, dyn>',
    size: 'double',
    timestamp: TIMESTAMP,
    kafka_timestamp: TIMESTAMP,
    ...(source === 'journal' ? { seq: 'double' } : {}),
  }
  return { variables, types }
}

/** The type of `schema`; an object's is declared under the path to it, for example `order.customer_info`. */
function declare(schema: Schema, path: string, types: Declarations['types']): string {
  switch (schema.type) {
    case 'string':
      return 'string'
    case 'number':
    case 'integer':
      return 'double'
    case 'boolean':
      return 'bool'
    case 'array':
      return schema.items?.type === 'object' ? `list<${declare(schema.items, path, types)}>` : 'list'
    case 'object': {
      const fields = Object.entries(schema.properties ?? {}).map(([name, inner]) => [
        name,
        declare(inner, `${path}.${name}`, types),
      ])
      types.set(path, Object.fromEntries(fields))
      return path
    }
    default:
      return 'dyn'
  }
}

/** The variables that an expression about `source` may use. */
export const fieldNames = (source: FilterSource): string[] => Object.keys(declarationsFor(source).variables)
