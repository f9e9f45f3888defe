import { createRequire } from 'node:module'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeRecord } from '../../../../src/shared/kafka/record-decoder.js'

const require = createRequire(import.meta.url)
interface Encoder {
  buffer: Buffer
}
/** Writes a record as kafkajs' producer does: its length first. */
const encodeRecord = require('kafkajs/src/protocol/recordBatch/record/v0') as (record: object) => Encoder
const Decoder = require('kafkajs/src/protocol/decoder') as new (
  bytes: Buffer,
) => { readVarIntBytes(): Buffer }

const context = (changes: object = {}) => ({
  firstOffset: '100',
  firstTimestamp: '1700000000000',
  maxTimestamp: '1700000009999',
  timestampType: 0,
  isControlBatch: false,
  magicByte: 2,
  ...changes,
})

const recordBytes = (record: object): { buffer: Buffer } => ({
  buffer: new Decoder(encodeRecord(record).buffer).readVarIntBytes(),
})

const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array))

test('reads what the producer of kafkajs writes', () => {
  const names = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 20 })
    .filter((name) => name !== '__proto__')
  const record = fc.record({
    offsetDelta: fc.nat(2_000_000),
    timestampDelta: fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
    key: fc.option(bytes),
    value: fc.option(bytes),
    headers: fc.dictionary(names, bytes, { noNullPrototype: true }),
  })
  fc.assert(
    fc.property(record, (written) => {
      const read = decodeRecord(recordBytes(written), context())
      expect(read).toMatchObject({
        offset: String(100 + written.offsetDelta),
        timestamp: String(1_700_000_000_000 + written.timestampDelta),
        key: written.key,
        value: written.value,
        headers: Object.entries(written.headers),
        isControlRecord: false,
      })
    }),
  )
})

test('keeps headers in their order, repeated, empty and with the names of JavaScript', () => {
  // count 5: "b" 1, "constructor" null, "b" empty, "__proto__" 2, "b" 3
  const headers = Buffer.concat([
    Buffer.from([0, 0, 0, 1, 1, 10]),
    Buffer.from(
      '\u0002b\u00021\u0016constructor\u0001\u0002b\u0000\u0012__proto__\u00022\u0002b\u00023',
      'latin1',
    ),
  ])
  expect(decodeRecord({ buffer: headers }, context()).headers).toEqual([
    ['b', Buffer.from('1')],
    ['constructor', null],
    ['b', Buffer.alloc(0)],
    ['__proto__', Buffer.from('2')],
    ['b', Buffer.from('3')],
  ])
})

test('is exact for timestamps and offsets that a double does not hold', () => {
  const far = recordBytes({ offsetDelta: 1, timestampDelta: 0, key: null, value: null })
  expect(
    decodeRecord(far, context({ firstOffset: '9007199254740993', firstTimestamp: '-9223372036854775808' })),
  ).toMatchObject({ offset: '9007199254740994', timestamp: '-9223372036854775808' })
})

test('reads a timestamp delta of ten bytes', () => {
  // The varlong of 2^63 - 1, then offset delta 0, no key, no value, no headers.
  const buffer = Buffer.from('00 fe ff ff ff ff ff ff ff ff 01 00 01 01 00'.replaceAll(' ', ''), 'hex')
  expect(decodeRecord({ buffer }, context({ firstTimestamp: '0' })).timestamp).toBe('9223372036854775807')
})

test('takes the time of appending where the topic keeps that', () => {
  const record = recordBytes({ offsetDelta: 0, timestampDelta: 5, key: null, value: null })
  expect(decodeRecord(record, context({ timestampType: 1 })).timestamp).toBe('1700000009999')
})
