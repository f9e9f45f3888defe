/** What a line must hold for an expression to be true; a clue too many would hide what was looked for. */
import { expect, test } from 'vitest'
import type { Clue } from '../../../../src/shared/filter/clue.js'
import { compileFilter } from '../../../../src/shared/filter/filter.js'

const NUMBERS = [-5, 4.5, 5, 5.5, 75]

/** A clue in few words; of a number those that are meant. */
function wordsOf(clue: Clue | null): unknown {
  if (clue === null) return null
  if (clue.sign === 'text') return clue.text
  if (clue.sign === 'number') return { [clue.field]: NUMBERS.filter(clue.isMeant) }
  return { [clue.sign]: clue.of.map(wordsOf) }
}

test.each([
  ['order.status == "shipped"', 'shipped'],
  ['"shipped" == order.status', 'shipped'],
  ['order.status in ["shipped", "delivered"]', { any: ['shipped', 'delivered'] }],
  ['key == "k" || error.code == "not_json"', { any: ['k', 'not_json'] }],
  ['topic == "orders"', 'orders'],
  ['event_type == "journal.gap"', 'journal.gap'],
  ['order.total > 5', { total: [5.5, 75] }],
  ['5 < order.total', { total: [5.5, 75] }],
  ['order.total >= 5.5', { total: [5.5, 75] }],
  ['order.total < 5', { total: [-5, 4.5] }],
  ['order.total <= -5', { total: [-5] }],
  ['order.sequence == 75', { sequence: [75] }],
  ['partition == 5 && offset >= 75', { all: [{ kafka_partition: [5] }, { kafka_offset: [75] }] }],
  ['seq < 5 && size > 5', { all: [{ seq: [-5, 4.5] }, { message_size: [5.5, 75] }] }],
  ['order.total > 5 && (order.status != "shipped" && true)', { total: [5.5, 75] }],
  ['order.status == "shipped" || order.total != 5', null],
  ['dyn(order).note == "x"', null],
  ['!(order.status == "shipped")', null],
  ['order.status != "shipped"', null],
  ['order.status == "shipped" ? true : true', null],
  ['order.status in []', null],
  ['order.total == 9007199254740993', null],
  ['-order.total == 5.0', null],
  ['order.total + 1 == 5', null],
  ['headers["a"] == "b"', null],
  ['order.items.exists(item, item.item_name == "latte")', null],
  ['["shipped"].exists(order, order == "shipped")', null],
])('%s needs %j', (text, expected) => {
  expect(wordsOf(compileFilter(text, { source: 'journal' }).clue)).toEqual(expected)
})
