import { expect, test } from 'vitest'
import { moneyKey, splitMoneyKey } from '../../../../src/monitor/business/money-keys.js'

test('a key is made of its currency and name, however many were made before', () => {
  for (let round = 0; round < 2; round += 1) {
    for (const currency of ['EUR', '', '__proto__']) {
      for (let name = 0; name < 2_000; name += 1) {
        const key = moneyKey(currency, `client ${name}`)
        if (key !== `${currency}\nclient ${name}`) expect.fail(key)
      }
    }
  }
})

test('a name may hold what stands between it and its currency', () => {
  expect(splitMoneyKey(moneyKey('EUR', 'a\nb'))).toEqual(['EUR', 'a\nb'])
  expect(moneyKey('EUR', 'a')).not.toBe(moneyKey('USD', 'a'))
})
