import { gzipSync, zstdCompressSync } from 'node:zlib'
import { compressFrameSync } from 'lz4-napi'
import { compressSync } from 'snappy'
import { describe, expect, test } from 'vitest'
import { decompress } from '../../../../src/shared/kafka/codecs.js'

const TEXT = Buffer.from('an order, and another order, and one more order. '.repeat(5_000))

/** As Java writes it: a header, then blocks with their lengths. */
function xerial(...parts: Buffer[]): Buffer {
  const blocks = parts.flatMap((part) => {
    const block = compressSync(part)
    const length = Buffer.alloc(4)
    length.writeInt32BE(block.length)
    return [length, block]
  })
  return Buffer.concat([Buffer.from('82534e41505059000000000100000001', 'hex'), ...blocks])
}

const COMPRESSED: [name: string, codec: number, bytes: Buffer][] = [
  ['gzip', 1, gzipSync(TEXT)],
  ['snappy', 2, compressSync(TEXT)],
  ['framed snappy', 2, xerial(TEXT.subarray(0, 32_768), TEXT.subarray(32_768))],
  ['LZ4', 3, compressFrameSync(TEXT)],
  ['LZ4 with checksums', 3, compressFrameSync(TEXT, { contentChecksum: true, blockChecksums: true })],
  ['zstd', 4, zstdCompressSync(TEXT)],
]

test('what is not compressed is left as it is', () => {
  expect(decompress(0, TEXT).equals(TEXT)).toBe(true)
})

describe.each(COMPRESSED)('%s', (_name, codec, bytes) => {
  test('is read', () => {
    expect(decompress(codec, bytes).equals(TEXT)).toBe(true)
  })

  test('above the limit is refused', () => {
    expect(() => decompress(codec, bytes, TEXT.length - 1)).toThrow()
  })

  test('cut off is refused', () => {
    expect(() => decompress(codec, bytes.subarray(0, bytes.length - 9))).toThrow()
  })
})

test('a snappy block that claims to become huge is refused before it is read', () => {
  expect(() => decompress(2, Buffer.from('ffffffff0f00', 'hex'))).toThrow(
    '4294967295 bytes decompressed are above the limit of 268435456 bytes',
  )
})

test('a codec that Kafka does not have is refused', () => {
  expect(() => decompress(5, TEXT)).toThrow('no codec has the number 5')
})
