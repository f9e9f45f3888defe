import { expect, test } from 'vitest'
import { retryDelayMs } from '../../../../src/shared/kafka/publisher-link.js'

test('the first try waits for nothing, later ones up to a second', () => {
  expect([0, 1, 2, 3, 4, 5, 6, 1_000].map(retryDelayMs)).toEqual([0, 50, 100, 200, 400, 800, 1_000, 1_000])
})
