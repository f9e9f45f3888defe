import { crc32c } from '@node-rs/crc32'
import { describe, expect, test } from 'vitest'
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

const decoded = async (bytes: Buffer) => (await decodeBatch({ buffer: bytes, offset: 0 })).records

test('its records are read, and the source moves on behind it', async () => {
  const source = { buffer: Buffer.concat([Buffer.from('xyz'), batchBytes(), Buffer.from('rest')]), offset: 3 }
  const { records } = await decodeBatch(source)
  expect(records.map(({ offset, key }) => [offset, String(key)])).toEqual([
    [100, 'a'],
    [101, 'b'],
    [102, 'c'],
  ])
  expect(source.buffer.subarray(source.offset).toString()).toBe('rest')
})

describe('one that cannot be read becomes a stand-in with its offsets', () => {
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
    expect(await decoded(resealed(bytes))).toMatchObject([
      { offset: 102, undecodable: { from: 100, to: 103, why: expect.stringContaining(why) } },
    ])
  })
})

test('one whose checksum does not fit is fetched again, whichever of its bytes was changed', async () => {
  const bytes = batchBytes()
  for (let at = 17; at < bytes.length; at += 1) {
    const damaged = Buffer.from(bytes)
    damaged[at]! ^= 1
    await expect(decoded(damaged)).rejects.toMatchObject({ type: 'CORRUPT_MESSAGE', retriable: true })
  }
  expect(await decoded(bytes)).toHaveLength(3)
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
    expect((await decoded(resealed(damaged))).length).toBeGreaterThan(0)
  }
})
