import { expect, test } from 'vitest'
import { moment } from '../../../../src/shared/runtime/flags.js'

const NOW = Date.parse('2026-11-21T08:00:00.000Z')

test.each([
  ['2026-11-21T07:00:00Z', NOW - 3_600_000],
  ['-90s', NOW - 90_000],
  ['-15m', NOW - 900_000],
  ['-2.5h', NOW - 9_000_000],
  ['-7d', NOW - 604_800_000],
])('%s is a moment', (text, expected) => {
  expect(moment(NOW)(text)).toBe(expected)
})

test.each(['', 'yesterday', '15m', '-m', '-5', '12', '2026-02-30T00:00:00Z'])('%j is no moment', (text) => {
  expect(moment(NOW)(text)).toBeNull()
})
