import { crc32c } from '@node-rs/crc32'
import { describe, expect, test } from 'vitest'
import { decodeBatches } from '../../../../src/shared/kafka/arrived-batch.js'
import { decodeBatch } from '../../../../src/shared/kafka/batch-decoder.js'
import { RecordBatch, recordBytesBound } from '../../../../src/shared/kafka/record-batch.js'

/** A batch of three records, at offsets 100 to 102 as a broker would number them. */
function batchBytes(): Buffer {
  const batch = new RecordBatch()
  for (const key of ['a', 'b', 'c']) {
    const record = { key, value: `{"order_id":"${key}"}`, headers: [], timestamp: 1_000 }
    batch.append(record, recordBytesBound(record))
  }
  const bytes = Buffer.from(batch.seal({ producerId: 7n, epoch: 0 }, 0))
  bytes.writeBigInt64BE(100n, 0)
  return bytes
}

/** The same bytes with a checksum that fits. */
function resealed(bytes: Buffer): Buffer {
  bytes.writeUInt32BE(crc32c(bytes.subarray(21)), 17)
  return bytes
}

const arrived = async (bytes: Buffer) => (await decodeBatch({ buffer: bytes, offset: 0 })).records
const decoded = async (bytes: Buffer) => decodeBatches(await arrived(bytes), { from: 0 })

test('its records are read, and the source moves on behind it', async () => {
  const source = { buffer: Buffer.concat([Buffer.from('xyz'), batchBytes(), Buffer.from('rest')]), offset: 3 }
  const batches = (await decodeBatch(source)).records
  expect(batches).toMatchObject([{ offset: 102, count: 3, isControlRecord: false, problem: null }])
  const { records } = decodeBatches(batches, { from: 0 })
  expect(records.map(({ offset, key }) => [offset, String(key)])).toEqual([
    [100, 'a'],
    [101, 'b'],
    [102, 'c'],
  ])
  expect(source.buffer.subarray(source.offset).toString()).toBe('rest')
})

describe('one that cannot be read tells its offsets', () => {
  const damages: [string, (bytes: Buffer) => void, string][] = [
    ['an unknown codec', (bytes) => bytes.writeInt16BE(6, 21), 'no codec has the number 6'],
    ['no gzip although it says so', (bytes) => bytes.writeInt16BE(1, 21), 'incorrect header check'],
    ['more records than there are', (bytes) => bytes.writeInt32BE(4, 57), 'has no end'],
    ['fewer records than there are', (bytes) => bytes.writeInt32BE(2, 57), 'bytes follow the last record'],
    ['a record that is too long', (bytes) => bytes.writeUInt8(0x7e, 61), 'ends at'],
    ['numbers without an end', (bytes) => bytes.fill(0xff, 61), 'has no end'],
  ]
  test.each(damages)('%s', async (_name, damage, why) => {
    const bytes = batchBytes()
    damage(bytes)
    resealed(bytes)
    expect(await arrived(bytes)).toMatchObject([{ offset: 102, isControlRecord: false }])
    expect(await decoded(bytes)).toEqual({
      records: [],
      undecodable: [{ from: 100, to: 103, why: expect.stringContaining(why) }],
    })
  })
})

test('one whose checksum does not fit is fetched again, whichever of its bytes was changed', async () => {
  const bytes = batchBytes()
  for (let at = 17; at < bytes.length; at += 1) {
    const damaged = Buffer.from(bytes)
    damaged[at]! ^= 1
    await expect(decoded(damaged)).rejects.toMatchObject({ type: 'CORRUPT_MESSAGE', retriable: true })
  }
  expect((await decoded(bytes)).records).toHaveLength(3)
})

test('one that is cut off is left for the next fetch', async () => {
  await expect(decoded(batchBytes().subarray(0, 100))).rejects.toThrow(
    expect.objectContaining({ name: 'KafkaJSPartialMessageError' }),
  )
})

test('a header count or a length beyond its bytes ends the reading soon', async () => {
  const bytes = batchBytes()
  for (let at = 61; at < bytes.length; at += 1) {
    const damaged = Buffer.from(bytes)
    damaged.fill(0xff, at, Math.min(at + 12, bytes.length))
    const { records, undecodable } = await decoded(resealed(damaged))
    expect(records.length + undecodable.length).toBeGreaterThan(0)
  }
})

test('one that compaction emptied is nothing for a reader, and still tells how far it reaches', async () => {
  const bytes = batchBytes().subarray(0, 61)
  bytes.writeInt32BE(49, 8)
  bytes.writeInt32BE(0, 57)
  expect(await arrived(resealed(bytes))).toMatchObject([{ offset: 102, isControlRecord: true }])
})

test('of several, only what is asked for is given; what cannot be read is told where all of it is below the end', async () => {
  const unreadable = batchBytes()
  unreadable.writeBigInt64BE(103n, 0)
  unreadable.writeInt32BE(9, 57)
  const batches = [...(await arrived(batchBytes())), ...(await arrived(resealed(unreadable)))]
  const from = (from: number, to?: number) => {
    const { records, undecodable } = decodeBatches(batches, { from, ...(to === undefined ? {} : { to }) })
    return [records.map(({ offset }) => offset), undecodable.map((range) => [range.from, range.to])]
  }
  expect(from(101)).toEqual([[101, 102], [[103, 106]]])
  expect(from(0, 102)).toEqual([[100, 101], []])
  expect(from(0, 105)).toEqual([[100, 101, 102], []])
})
