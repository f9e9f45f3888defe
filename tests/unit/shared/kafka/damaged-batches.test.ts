import { expect, test } from 'vitest'
import { type Damage, DamagedBatches } from '../../../../src/shared/kafka/damaged-batches.js'
import { FakeClock } from '../../../support/fake-clock.js'

const damage = (made: number, firstOffset = '100'): Damage => ({ firstOffset, checksum: { told: 7, made } })

test('the same damage for ten seconds is what the broker holds', () => {
  const clock = new FakeClock()
  const damaged = new DamagedBatches(clock)
  expect(damaged.isLasting(damage(1))).toBe(false)
  clock.advance(9_999)
  expect(damaged.isLasting(damage(1))).toBe(false)
  clock.advance(1)
  expect(damaged.isLasting(damage(1))).toBe(true)
  expect(damaged.isLasting(damage(1))).toBe(true)
})

test('other damage of the same batch, and the same of another, are waited for anew', () => {
  const clock = new FakeClock()
  const damaged = new DamagedBatches(clock)
  damaged.isLasting(damage(1))
  clock.advance(10_000)
  expect(damaged.isLasting(damage(2))).toBe(false)
  expect(damaged.isLasting(damage(1, '101'))).toBe(false)
})

test('what came longest ago is forgotten first', () => {
  const clock = new FakeClock()
  const damaged = new DamagedBatches(clock)
  for (let made = 0; made <= 1_000; made += 1) damaged.isLasting(damage(made))
  clock.advance(10_000)
  expect(damaged.isLasting(damage(1_000))).toBe(true)
  expect(damaged.isLasting(damage(0))).toBe(false)
})
