/** What a filter can ask of a record: its fields as terms of the filter language, to be added or excluded. */
import type { EventRow } from '../tail/protocol.js'
import type { MonitorState } from './state.js'

export interface FieldTerm {
  /** Name of the field as the detail calls it. */
  label: string
  /** @example 'order.currency == "EUR"' */
  term: string
}

const equals = (label: string, variable: string, value: string | number | null): FieldTerm[] =>
  value === null ? [] : [{ label, term: `${variable} == ${JSON.stringify(value)}` }]

/** The fields of a record that can be filtered by, in the order of the detail. A masked name is none. */
export function fieldTerms(row: EventRow, { setup }: Pick<MonitorState, 'setup'>): FieldTerm[] {
  if (row.kind === 'journal') return []
  const customer = setup.mask === null ? (row.order?.customer ?? null) : null
  return [
    ...equals('reason', 'error.code', row.reason),
    ...equals('at', 'error.pointer', row.pointer),
    ...equals('event', 'order.metadata.event_type', row.label === '' ? null : row.label),
    ...equals('order', 'order.order_id', row.orderId),
    ...equals('customer', 'order.customer_info.name', customer),
    ...equals('status', 'order.status', row.order?.status ?? null),
    ...equals('currency', 'order.currency', row.order?.currency ?? null),
    ...equals('topic', 'topic', row.topic),
    ...equals('partition', 'partition', row.partition),
  ]
}

/** The expression with one more term, which is to hold or not to hold; the same term the other way takes its place. */
export function withTerm(expression: string, term: string, isExcluded: boolean): string {
  const added = isExcluded ? `!(${term})` : term
  const other = isExcluded ? term : `!(${term})`
  // What binds more weakly than "and" must not take the new term in.
  if (/[|?]/.test(expression)) return `(${expression}) && ${added}`
  const kept = expression.split(' && ').filter((part) => part !== '' && part !== other && part !== added)
  return [...kept, added].join(' && ')
}
