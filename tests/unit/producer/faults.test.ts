import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CATALOGUE } from '../../../src/producer/catalogue.js'
import { invalid, MALFORMATIONS, malformed, VIOLATIONS } from '../../../src/producer/faults.js'
import { buildOrderEvent } from '../../../src/producer/order-event.js'
import { Random } from '../../../src/producer/random.js'
import { judge } from '../../../src/shared/contract/verdict.js'

const event = (template = 0) =>
  buildOrderEvent(
    { sequence: 7, orderId: 'order-7', correlationId: 'c', traceId: 't', template },
    'order.created',
    '2026-11-21T02:15:37.123Z',
  )

const reason = (value: string | Buffer): string | undefined => judge(Buffer.from(value)).rejection?.code

describe('malformed', () => {
  test.for(Object.entries(MALFORMATIONS))(
    '%s is rejected for its reason',
    ([, { reason: expected, malform }]) => {
      for (let round = 0; round < 20; round += 1) {
        expect(reason(malform(JSON.stringify(event()), new Random(String(round))))).toBe(expected)
      }
    },
  )

  test('whatever the seed, it cannot be read', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(CATALOGUE.length - 1), (seed, template) => {
        const verdict = judge(Buffer.from(malformed(JSON.stringify(event(template)), new Random(seed))))
        expect(verdict.deserialized).toBe(false)
      }),
    )
  })
})

describe('invalid', () => {
  test.for(Object.entries(VIOLATIONS))(
    '%s is rejected for its reason',
    ([, { reason: expected, violate }]) => {
      for (const template of CATALOGUE.keys())
        expect(reason(JSON.stringify(violate(event(template))))).toBe(expected)
    },
  )

  test('whatever the seed, it is an object that is rejected', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(CATALOGUE.length - 1), (seed, template) => {
        const verdict = judge(Buffer.from(invalid(event(template), new Random(seed))))
        expect(verdict.deserialized).toBe(true)
        expect(verdict.rejection).not.toBeNull()
      }),
    )
  })

  test('breaking an event leaves the event as it was', () => {
    const original = event()
    const before = JSON.stringify(original)
    for (const { violate } of Object.values(VIOLATIONS)) violate(original)
    expect(JSON.stringify(original)).toBe(before)
  })
})
