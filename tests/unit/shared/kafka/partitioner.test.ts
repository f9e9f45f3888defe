import { createRequire } from 'node:module'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { murmur2, partitionOf } from '../../../../src/shared/kafka/partitioner.js'

const kafkajsMurmur2 = createRequire(import.meta.url)(
  'kafkajs/src/producer/partitioners/default/murmur2',
) as (key: Buffer) => number

/** From Kafka's own UtilsTest. */
test.for([
  ['21', -973_932_308],
  ['foobar', -790_332_482],
  ['a-little-bit-long-string', -985_981_536],
  ['a-little-bit-longer-string', -1_486_304_829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58_897_971],
  ['abc', 479_470_107],
] as const)('murmur2 of "%s" is %i', ([key, hash]) => {
  expect(murmur2(Buffer.from(key))).toBe(hash)
})

test('murmur2 agrees with kafkajs for every key', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (key) => {
      expect(murmur2(key)).toBe(kafkajsMurmur2(Buffer.from(key)))
    }),
  )
})

test('a key given as text and as its bytes belongs to the same partition', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.integer({ min: 1, max: 50 }),
      (key, count) => {
        const partition = partitionOf(key, count)
        expect(partition).toBe(partitionOf(Buffer.from(key), count))
        expect(partition).toBeGreaterThanOrEqual(0)
        expect(partition).toBeLessThan(count)
      },
    ),
  )
})
