import { expect, test } from 'vitest'
import { originText, parseOrigin } from '../../../../src/shared/contract/dead-letter.js'

test('an origin is read as it was written', () => {
  const origin = { topic: 'orders.eu-1', partition: 2, offset: 9_007_199_254_740_991, epoch: 3 }
  expect(originText(origin)).toBe('orders.eu-1/2/9007199254740991/3')
  expect(parseOrigin(originText(origin))).toEqual(origin)
})

test.each([
  '',
  'orders',
  'orders/0/1',
  'orders/0/1/0/0',
  'orders/-1/1/0',
  'or ders/0/1/0',
  'orders/0/1/0\n',
  '/0/1/0',
])('%j is no origin', (text) => {
  expect(parseOrigin(text)).toBeNull()
})
