import { createRequire } from 'node:module'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { crc32c } from '../../../../src/shared/kafka/crc32c.js'

const kafkajsCrc = createRequire(import.meta.url)('kafkajs/src/protocol/recordBatch/crc32C') as (
  bytes: Buffer,
) => number

test('gives the check value of CRC-32C', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
})

test('gives 0 for no bytes', () => {
  expect(crc32c(Buffer.alloc(0))).toBe(0)
})

test('agrees with the checksum of kafkajs at every length and alignment', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(7), (bytes, start) => {
      const part = Buffer.from(bytes.subarray(start))
      expect(crc32c(bytes, Math.min(start, bytes.length))).toBe(kafkajsCrc(part) >>> 0)
    }),
  )
})
