/**
 * Goal: columns tell of the records of batches what the records decoded one by one do.
 * Method: arbitrary batches in one piece of memory, some damaged, both ways.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type BatchContent, decodeBatches } from '../../../../src/shared/kafka/arrived-batch.js'
import { RecordBatch, recordBytesBound } from '../../../../src/shared/kafka/record-batch.js'
import { columnsOf } from '../../../../src/shared/kafka/record-columns.js'
import { PackedFields } from '../../../../src/shared/kafka/record-decoder.js'
import { batchContext } from '../../../support/batch-context.js'

/** Where the records of a batch begin, behind its header. */
const RECORDS_AT = 61

const bytes = fc.uint8Array({ maxLength: 100 }).map((array) => Buffer.from(array))
const record = fc.record({
  key: fc.option(bytes),
  value: fc.option(bytes),
  headers: fc.array(fc.tuple(fc.string({ maxLength: 9 }), fc.option(bytes)), { maxLength: 3 }),
  timestamp: fc.constantFrom(0, 0, 5, 1_000, 2 ** 40),
})
const batch = fc.record({
  records: fc.array(record, { maxLength: 5 }),
  firstTimestamp: fc.constantFrom('0', '1700000000000', '-1', '9007199254740993', '-9223372036854775808'),
  isAppendTime: fc.boolean(),
  damage: fc.option(fc.nat(), { freq: 3 }),
  countChange: fc.constantFrom(0, 0, 0, 1, -1, 2 ** 30),
})

/** Batches one behind the other, each with its own offsets. */
const contents = fc.array(batch, { maxLength: 4 }).map((batches) => {
  const parts = batches.map(({ records }) => {
    const built = new RecordBatch()
    for (const each of records) built.append(each, recordBytesBound(each))
    return Buffer.from(built.seal({ producerId: 1n, epoch: 0 }, 0).subarray(RECORDS_AT))
  })
  const memory = Buffer.from(new Uint8Array(Buffer.concat([Buffer.from('before'), ...parts])).buffer)
  let at = 'before'.length
  return batches.map(
    ({ records, firstTimestamp, isAppendTime, damage, countChange }, index): BatchContent => {
      const { length } = parts[index] as Buffer
      const own = memory.subarray(at, at + length)
      at += length
      if (damage !== null && length > 0) own[damage % length] = (damage >> 8) & 0xff
      const firstOffset = `${100 * index}`
      const context = batchContext({ firstOffset, lastOffsetDelta: 99, firstTimestamp, isAppendTime })
      return { context, count: records.length + countChange, bytes: own, problem: null }
    },
  )
})

test('columns tell what the records tell, and leave the same out', () => {
  fc.assert(
    fc.property(contents, fc.nat(350), (batches, from) => {
      const one = decodeBatches(batches, { from })
      const { records, undecodable } = columnsOf(batches, from)
      expect(undecodable).toEqual(one.undecodable)
      expect([...records.offsets]).toEqual(one.records.map(({ offset }) => offset))
      expect(records.timestampTexts).toEqual(one.records.map(({ timestampMs }) => timestampMs))
      expect([...records.timestampsMs]).toEqual(one.records.map(({ timestampMs }) => Number(timestampMs)))
      const memory = Buffer.from(batches[0]?.bytes.buffer ?? new ArrayBuffer(0))
      for (const [index, { key, value, headers }] of one.records.entries()) {
        const [start, end] = [records.fieldStarts[index] as number, records.fieldEnds[index] as number]
        const fields = PackedFields.read(memory, start, end)
        expect([fields.key, fields.value, [...fields.headers]]).toEqual([key, value, [...headers]])
        const at = records.valueStarts[index] as number
        const size = records.valueBytes[index] as number
        expect(at === -1 ? null : memory.subarray(at, at + size)).toEqual(value)
        if (value === null) expect(size).toBe(0)
      }
    }),
    { numRuns: 500 },
  )
})

test('a batch that cannot be had tells why, between the others', () => {
  const built = new RecordBatch()
  const outgoing = { key: 'a', value: 'b', headers: [], timestamp: 7 }
  built.append(outgoing, recordBytesBound(outgoing))
  const content = {
    context: batchContext(),
    count: 1,
    bytes: built.seal({ producerId: 1n, epoch: 0 }, 0).subarray(RECORDS_AT),
    problem: null,
  }
  const lost = { ...content, context: batchContext({ firstOffset: '1' }), problem: 'no codec' }
  const last = { ...content, context: batchContext({ firstOffset: '2' }) }
  const { records, undecodable } = columnsOf([content, lost, last], 0)
  expect([...records.offsets]).toEqual([0, 2])
  expect(undecodable).toEqual([{ from: 1, to: 2, why: 'no codec' }])
})
