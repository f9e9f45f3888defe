import { expect, test } from 'vitest'
import { compileFilter } from '../../../../src/shared/filter/filter.js'

const fieldsOf = (text: string): string[] | null => compileFilter(text, { source: 'journal' }).orderFields

test.each<[string, string[]]>([
  ['partition == 0', []],
  ['order.total > 50 && order.status == "shipped"', ['total', 'status']],
  ['order.total > 50 || order.total < 1', ['total']],
  ['order.customer_info.loyalty_level == "gold"', ['customer_info']],
  ['has(order.metadata.source) ? order.tax > 1 : size(order.items) > 2', ['metadata', 'tax', 'items']],
  ['order.items.exists(item, item.quantity > 2 && order.total > 5)', ['items', 'total']],
  ['"order" == topic', []],
  ['order.items[0].quantity == 2', ['items']],
])('%s looks at the fields %j', (text, fields) => {
  expect(fieldsOf(text)).toEqual(fields)
})

test.each([
  'dyn(order) != null',
  'order["total"] == 1',
  '"total" in dyn(order)',
  '[order].exists(each, each.total > 1)',
])('%s takes the order as a whole', (text) => {
  expect(fieldsOf(text)).toBeNull()
})
