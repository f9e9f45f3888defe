import { expect, test } from 'vitest'
import { nearest } from '../../../../src/shared/filter/nearest.js'

test.each([
  ['totl', 'total'],
  ['tota1', 'total'],
  ['toatl', 'total'],
  ['TOTAL', 'total'],
  ['custmer_inf', 'customer_info'],
  ['xyz', null],
  ['', null],
])('%s', (name, meant) => {
  expect(nearest(name, ['total', 'tax', 'customer_info'])).toBe(meant)
})

test('the fewest edits win', () => {
  expect(nearest('sub_totl', ['subtotal', 'sub_total', 'total'])).toBe('sub_total')
})
