/** What is left of an order without what is about a person: nothing that the schema does not know to be harmless. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OrderEventSchema } from '../../../../src/shared/contract/order-event.js'
import { MASKED, maskOrder, PERSONAL_FIELDS } from '../../../../src/shared/contract/personal-data.js'
import { orderPayload } from '../../../support/tracker-files.js'

const CANARY = 'Canary'

interface Schema {
  properties?: Record<string, Schema>
}

const order = (): Record<string, unknown> => JSON.parse(orderPayload(3).toString())

test('of an order as the producer writes it the figures stay and the person goes', () => {
  const masked = maskOrder(order()) as Record<string, Record<string, unknown>>
  const before = order()
  for (const name of ['order_id', 'sequence', 'status', 'items', 'total', 'currency', 'metadata']) {
    expect(masked[name]).toEqual(before[name])
  }
  expect(masked['shipping_address']).toBe(MASKED)
  expect(masked['customer_info']).toMatchObject({
    customer_id: 'client04',
    name: MASKED,
    email: MASKED,
    phone: MASKED,
    address: MASKED,
  })
})

test('every personal field is one of the schema', () => {
  for (const path of PERSONAL_FIELDS) {
    const found = path
      .split('.')
      .reduce<Schema | undefined>((schema, name) => schema?.properties?.[name], OrderEventSchema as Schema)
    expect(found, path).toBeDefined()
  }
})

/** Anything JSON can hold that has the canary in it, as a value or as a name. */
const { value: strange } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string().map((text) => text + CANARY),
    fc.array(tie('value'), { minLength: 1, maxLength: 3 }),
    fc.dictionary(
      fc.string().map((name) => name + CANARY),
      tie('value'),
      { minKeys: 1, maxKeys: 3 },
    ),
  ),
}))

const PLACES = [...PERSONAL_FIELDS, 'anything', 'metadata.more', 'customer_info.nickname', 'inventory_status']

test('whatever stands in a personal field, or in a field nobody knows, no byte of it is left', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.constantFrom(...PLACES), { minLength: 1 }), strange, (places, value) => {
      const spoiled = order()
      for (const place of places) {
        const [outer = '', inner] = place.split('.')
        if (inner === undefined) spoiled[outer] = value
        else (spoiled[outer] as Record<string, unknown>)[inner] = value
      }
      expect(JSON.stringify(spoiled)).toContain(CANARY)
      expect(JSON.stringify(maskOrder(spoiled))).not.toContain(CANARY)
    }),
  )
})

test('a value of another type than the schema’s is unknown, and a whole that is no order is too', () => {
  fc.assert(
    fc.property(strange, (value) => {
      const spoiled = { ...order(), total: value, items: [{ quantity: value }], metadata: value }
      expect(JSON.stringify(maskOrder(spoiled))).not.toContain(CANARY)
      expect(JSON.stringify(maskOrder(value))).not.toContain(CANARY)
    }),
  )
})
