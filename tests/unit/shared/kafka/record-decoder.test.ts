import { createRequire } from 'node:module'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type BatchContext, decodeRecords } from '../../../../src/shared/kafka/record-decoder.js'
import { batchContext } from '../../../support/batch-context.js'

const require = createRequire(import.meta.url)
interface Encoder {
  buffer: Buffer
}
/** Writes a record as kafkajs' producer does: its length first. */
const encodeRecord = require('kafkajs/src/protocol/recordBatch/record/v0') as (record: object) => Encoder
const context = (changes: Partial<BatchContext> = {}) =>
  batchContext({
    firstOffset: '100',
    firstTimestamp: '1700000000000',
    maxTimestamp: '1700000009999',
    ...changes,
  })

/** The only record in `bytes`, its fields read out. */
function decodeOne(bytes: Buffer, changes: Partial<BatchContext> = {}) {
  const [record] = decodeRecords(bytes, 1, context(changes))
  if (!record) throw new Error('no record')
  const { offset, timestampMs, key, value, headers } = record
  return { offset, timestampMs, key, value, headers: [...headers] }
}

const withLength = (body: Buffer): Buffer => Buffer.concat([Buffer.from([body.length * 2]), body])

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
      expect(decodeOne(encodeRecord(written).buffer)).toEqual({
        offset: 100 + written.offsetDelta,
        timestampMs: String(1_700_000_000_000 + written.timestampDelta),
        key: written.key,
        value: written.value,
        headers: Object.entries(written.headers),
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
  expect(decodeOne(withLength(headers)).headers).toEqual([
    ['b', Buffer.from('1')],
    ['constructor', null],
    ['b', Buffer.alloc(0)],
    ['__proto__', Buffer.from('2')],
    ['b', Buffer.from('3')],
  ])
})

test('is exact for timestamps that a double does not hold', () => {
  const far = encodeRecord({ offsetDelta: 1, timestampDelta: 0, key: null, value: null }).buffer
  expect(decodeOne(far, { firstTimestamp: '-9223372036854775808' }).timestampMs).toBe('-9223372036854775808')
})

test('an offset that a double does not hold is refused, not rounded', () => {
  const record = encodeRecord({ offsetDelta: 1, timestampDelta: 0, key: null, value: null }).buffer
  expect(() => decodeOne(record, { firstOffset: '9007199254740993' })).toThrow(RangeError)
})

test('records of one batch have each their own time', () => {
  const deltas = [0, 5, 5, -3, 0]
  const batch = deltas.map(
    (timestampDelta, offsetDelta) =>
      encodeRecord({ offsetDelta, timestampDelta, key: null, value: null }).buffer,
  )
  const records = decodeRecords(Buffer.concat(batch), deltas.length, context())
  expect(records.map(({ timestampMs }) => Number(timestampMs) - 1_700_000_000_000)).toEqual(deltas)
})

test.each([
  ['a header count above what there is', '00 00 00 01 01 7e'],
  ['a value that reaches beyond the record', '00 00 00 01 20 00'],
  ['a header that reaches beyond the record', '00 00 00 01 01 02 02 61 20'],
  ['a field too few', '00 00 00 01'],
])('refuses %s', (_, hex) => {
  const bytes = withLength(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
  expect(() => decodeOne(bytes)).toThrow(RangeError)
  // Nor is it made up for with bytes of the next record.
  expect(() => decodeRecords(Buffer.concat([bytes, Buffer.alloc(64)]), 2, context())).toThrow(RangeError)
})

test('reads a timestamp delta of ten bytes', () => {
  // The varlong of 2^63 - 1, then offset delta 0, no key, no value, no headers.
  const record = Buffer.from('00 fe ff ff ff ff ff ff ff ff 01 00 01 01 00'.replaceAll(' ', ''), 'hex')
  expect(decodeOne(withLength(record), { firstTimestamp: '0' }).timestampMs).toBe('9223372036854775807')
})

test('takes the time of appending where the topic keeps that', () => {
  const record = encodeRecord({ offsetDelta: 0, timestampDelta: 5, key: null, value: null }).buffer
  expect(decodeOne(record, { isAppendTime: true }).timestampMs).toBe('1700000009999')
})
