/** Numbers as the screen shows them are what a reader of English expects. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatAmount, formatCompact, formatCount, formatMinor } from '../../../../src/monitor/view/format.js'

test('thousands stand apart', () => {
  expect([0, 999, 1000, 1_234_567, -45_678, 99.5].map(formatCount)).toEqual([
    '0',
    '999',
    '1,000',
    '1,234,567',
    '-45,678',
    '100',
  ])
})

test('money has two decimals, and its thousands stand apart', () => {
  expect([0, 5, 123_450, -123_456_789].map(formatMinor)).toEqual([
    '0.00',
    '0.05',
    '1,234.50',
    '-1,234,567.89',
  ])
  expect([19.3, 1e6 / 3].map(formatAmount)).toEqual(['19.30', '333,333.33'])
})

test('where there is little room three digits count', () => {
  expect([0, 0.5, 12.34, 999.4, 999.6, 1234, 999_499, 999_500, 2_345_678_901].map(formatCompact)).toEqual([
    '0',
    '0.5',
    '12.3',
    '999',
    '1K',
    '1.23K',
    '999K',
    '1M',
    '2.35B',
  ])
})

test('every whole number looks as the language of the screen has it', () => {
  const counts = new Intl.NumberFormat('en-US')
  const amounts = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
  const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 })
  const cents = fc.integer({ min: -1e13, max: 1e13 })
  fc.assert(
    fc.property(fc.oneof(cents, fc.integer({ min: 0, max: 20_000 })), (value) => {
      expect(formatCount(value)).toBe(counts.format(value))
      expect(formatMinor(value)).toBe(amounts.format(value / 100))
      expect(formatCompact(value)).toBe(compact.format(value))
    }),
    { numRuns: 2000 },
  )
})
