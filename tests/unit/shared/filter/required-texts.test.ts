/** Which texts an order must hold for an expression to be true; a text too many would hide what was looked for. */
import { expect, test } from 'vitest'
import { compileFilter } from '../../../../src/shared/filter/filter.js'

test.each([
  ['order.status == "shipped"', ['shipped']],
  ['"shipped" == order.status', ['shipped']],
  ['order.status == "shipped" && order.total > 5 && order.customer_info.name == "Zoé"', ['shipped', 'Zoé']],
  ['order.total > 5 && (order.status == "shipped" && true)', ['shipped']],
  ['dyn(order).note == "x"', []],
  ['order.status == "shipped" || order.total > 5', []],
  ['!(order.status == "shipped")', []],
  ['order.status != "shipped"', []],
  ['order.status == "shipped" ? true : true', []],
  ['key == "k"', []],
  ['error.code == "not_json"', []],
  ['order.total == 5', []],
  ['order.items.exists(item, item.item_name == "latte")', []],
  ['["shipped"].exists(order, order == "shipped")', []],
])('%s needs %j', (text, expected) => {
  expect(compileFilter(text, { source: 'journal' }).requiredTexts).toEqual(expected)
})
