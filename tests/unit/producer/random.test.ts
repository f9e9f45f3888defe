import { expect, test } from 'vitest'
import { Random } from '../../../src/producer/random.js'

test('the same seed gives the same numbers, another seed others', () => {
  const take = (seed: string): number[] => {
    const random = new Random(seed)
    return Array.from({ length: 50 }, () => random.fraction())
  }
  expect(take('a')).toEqual(take('a'))
  expect(take('a')).not.toEqual(take('b'))
})

test('its numbers do not change from version to version', () => {
  const random = new Random('demo')
  expect([random.uuid(), random.hex(2), random.between(1, 1_000_000)]).toMatchInlineSnapshot(`
    [
      "77cd0c49-d7e2-4ca7-bae1-84faca1bf1df",
      "b714f0f1104da46d",
      714596,
    ]
  `)
})

test('fractions spread over [0, 1)', () => {
  const random = new Random('spread')
  const counts = new Array<number>(10).fill(0)
  for (let draw = 0; draw < 10_000; draw += 1) {
    const fraction = random.fraction()
    expect(fraction).toBeLessThan(1)
    counts[Math.floor(fraction * 10)]! += 1
  }
  // 1,000 expected; four standard deviations are 120.
  for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(120)
})

test('whole numbers reach both ends and nothing beyond', () => {
  const random = new Random('ends')
  const drawn = new Set(Array.from({ length: 500 }, () => random.between(3, 6)))
  expect([...drawn].sort()).toEqual([3, 4, 5, 6])
})

test('UUIDs are of version 4 and differ', () => {
  const random = new Random('ids')
  const ids = Array.from({ length: 5_000 }, () => random.uuid())
  for (const id of ids)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(new Set(ids).size).toBe(ids.length)
})
