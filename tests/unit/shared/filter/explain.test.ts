/** What somebody sees who wrote an expression that does not stand. */
import { expect, test } from 'vitest'
import { compileFilter, type FilterSource } from '../../../../src/shared/filter/filter.js'
import { SuiteError } from '../../../../src/shared/runtime/errors.js'

function failure(text: string, source: FilterSource = 'topic'): SuiteError {
  try {
    compileFilter(text, { source })
  } catch (error) {
    if (error instanceof SuiteError) return error
    throw error
  }
  throw new Error(`${text} was taken`)
}

test('a mistyped field is named, placed, and the nearest one suggested', () => {
  const error = failure('partition == 1 && order.totl > 50')
  expect([error.code, error.exit, error.context['position']]).toEqual(['filter_invalid', 78, 24])
  expect(error.message).toBe(
    [
      'the filter is wrong at character 25: order has no field totl; did you mean total?; a field beyond the contract is dyn(order).totl',
      '  partition == 1 && order.totl > 50',
      '                          ^',
    ].join('\n'),
  )
})

test.each([
  ['ordr.total > 1', 'there is no ordr; did you mean order?'],
  ['seq > 1', 'seq is there for the lines of a journal only'],
  ['xyzzy', 'there is no xyzzy; known are order, error, event_type'],
  [
    'order.customer_info.loyality_level == "gold"',
    'order.customer_info has no field loyality_level; did you mean loyalty_level?',
  ],
  ['order.items.exists(i, i.quantty > 1)', 'order.items has no field quantty; did you mean quantity?'],
  ['error.cod == "x"', 'error has no field cod; did you mean code?'],
  ['order.zzz == 1', 'order has no field zzz; it has order_id, sequence, status'],
  ['order.total == "50"', 'these do not go together: number == string'],
  ['order.status > 5', 'these do not go together: string > number'],
  ['timestamp > "2026-11-21"', 'write timestamp("2026-11-21T10:15:37Z")'],
  ['order.total = 50', '"=" is not part of the language; write =='],
  ['partition == 1 and offset == 2', '"and" is not part of the language; write &&'],
  ['partition == 1 or offset == 2', '"or" is not part of the language; write ||'],
  ['order.total >', 'at character 14: it ends too early'],
  ['', 'at character 1: it ends too early'],
  ['order.total', 'it answers a double and not true or false'],
  ['frobnicate(1)', 'there is no function for frobnicate(number)'],
  ['key ==== 1', 'at character 7'],
])('%s', (text, part) => {
  expect(failure(text).message).toContain(part)
})

test('of several lines the wrong one is shown', () => {
  expect(failure('partition == 1 &&\n  ordr.total > 1').message).toMatch(/\n {4}ordr\.total > 1\n {4}\^$/)
})

test('an expression that never ends its brackets is refused and not followed', () => {
  expect(failure('('.repeat(10_000)).exit).toBe(78)
})
