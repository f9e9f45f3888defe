/** How samples become a figure, a ratio and a verdict. */
import { describe, expect, test } from 'vitest'
import {
  type BenchRow,
  isReached,
  quantile,
  ratioOf,
  spreadText,
  targetText,
  thinned,
} from '../../../bench/row.js'

const row = (given: Partial<BenchRow>): BenchRow => ({ name: 'r', unit: 'ms', samples: [1], ...given })

describe('a row of a bench', () => {
  test('a quantile is the smallest sample that the share does not pass, in any order of samples', () => {
    const samples = [9, 1, 8, 2, 7, 3, 6, 4, 5, 10]
    expect([0, 0.5, 0.9, 0.95, 1].map((share) => quantile(samples, share))).toEqual([1, 5, 9, 10, 10])
  })

  test('the ratio is that of the medians, and missing without a reference', () => {
    expect(ratioOf(row({ samples: [30, 10, 20], reference: { name: 'x', samples: [5, 90, 10] } }))).toBe(2)
    expect(ratioOf(row({}))).toBe(null)
  })

  test('a promise about a quantile looks at no other sample', () => {
    const samples = [10, 20, 300]
    expect(isReached(row({ samples, target: { is: 'at most', value: 20, of: 0.5 } }))).toBe(true)
    expect(isReached(row({ samples, target: { is: 'at most', value: 20, of: 1 } }))).toBe(false)
    expect(isReached(row({ samples, target: { is: 'at least', value: 20, of: 0.5 } }))).toBe(true)
    expect(isReached(row({ samples }))).toBe(null)
  })

  test('a promise about a ratio is not kept without a reference, nor by what could not be measured', () => {
    const target = { is: 'at least', value: 0.6, of: 'ratio' } as const
    expect(isReached(row({ samples: [6], reference: { name: 'x', samples: [10] }, target }))).toBe(true)
    expect(isReached(row({ samples: [5], reference: { name: 'x', samples: [10] }, target }))).toBe(false)
    expect(isReached(row({ samples: [6], target }))).toBe(false)
    expect(isReached(row({ samples: [Number.NaN], target: { is: 'at most', value: 1, of: 1 } }))).toBe(false)
  })

  test('few samples are shown with their range, many with their quantiles', () => {
    expect(spreadText([0.12345])).toBe('0.123')
    expect(spreadText([1234.5, 1500, 900])).toBe('1,235 (900–1,500)')
    expect(spreadText(Array.from({ length: 100 }, (_, index) => index + 1))).toBe(
      'p50 50, p95 95, p99 99, max 100',
    )
  })

  test('many samples are thinned without moving their quantiles, and the largest is kept', () => {
    const samples = Array.from({ length: 60_000 }, (_, index) => (index * 7_919) % 60_000)
    const fewer = thinned(samples)
    expect(fewer).toHaveLength(1_000)
    for (const share of [0.5, 0.95, 0.99, 1]) expect(quantile(fewer, share)).toBe(quantile(samples, share))
    expect(thinned([3, 1, 2])).toEqual([3, 1, 2])
  })

  test('a promise is told with its unit', () => {
    expect(targetText(row({ target: { is: 'at most', value: 25, of: 0.99 } }))).toBe('p99 <= 25 ms')
    expect(targetText(row({ target: { is: 'at least', value: 0.6, of: 'ratio' } }))).toBe('ratio >= 0.6')
  })
})
