/**
 * Decompresses the records of a batch: the four codecs of Kafka, each by a library, and none beyond a limit.
 *
 * Where bytes tell beforehand how long they become (snappy, LZ4) too much is refused before anything is allocated;
 * gzip and zstd stop at the limit. Kafkajs has gzip only, and without a limit.
 * @see https://kafka.apache.org/documentation/#recordbatch
 */
import { createRequire } from 'node:module'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'

/**
 * Longest that the records of one batch may become, bytes: four times the longest line of a journal, and 250 times
 * what brokers take in one batch by default.
 */
export const BATCH_BYTES_MAX = 256 * 1024 * 1024

type Decompress = (bytes: Buffer, bytesMax: number) => Buffer

const require = createRequire(import.meta.url)

/** By the number that stands in the attributes of a batch. */
const CODECS: (Decompress | undefined)[] = [
  (bytes) => bytes,
  (bytes, bytesMax) => gunzipSync(bytes, { maxOutputLength: bytesMax }),
  decompressSnappy,
  decompressLz4,
  (bytes, bytesMax) => zstdDecompressSync(bytes, { maxOutputLength: bytesMax }),
]

/**
 * `bytes` as they were before codec number `codec`; 0 is none.
 *
 * @throws {Error} for a codec that Kafka does not have, bytes that are damaged, and a result above `bytesMax`. An
 * error called `KafkaJSNotImplemented` says that this machine lacks a library: no fault of the bytes.
 */
export function decompress(codec: number, bytes: Buffer, bytesMax = BATCH_BYTES_MAX): Buffer {
  const work = CODECS[codec]
  if (!work) throw new Error(`no codec has the number ${codec}`)
  return work(bytes, bytesMax)
}

/** Loaded when first needed: their binaries exist for the usual machines, not for every one. */
function load<T>(name: string): T {
  try {
    return require(name) as T
  } catch (cause) {
    const error = new Error(`${name} cannot be loaded on ${process.platform} ${process.arch}`, { cause })
    error.name = 'KafkaJSNotImplemented'
    throw error
  }
}

const refuse = (length: number, bytesMax: number): never => {
  throw new Error(`${length} bytes decompressed are above the limit of ${bytesMax} bytes`)
}

/** What Java clients put before snappy blocks; others send one bare block. */
const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00])
const XERIAL_HEADER_BYTES = 16
const SNAPPY_LENGTH_BYTES_MAX = 5

function decompressSnappy(bytes: Buffer, bytesMax: number): Buffer {
  const { uncompressSync } = load<{ uncompressSync(block: Buffer): Buffer }>('snappy')
  const isFramed = bytes.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC)
  const blocks = isFramed ? xerialBlocks(bytes) : [bytes]
  const length = blocks.reduce((sum, block) => sum + snappyLength(block), 0)
  if (length > bytesMax) refuse(length, bytesMax)
  return Buffer.concat(blocks.map((block) => uncompressSync(block)))
}

/** `magic version int32 | compatible int32 | (length int32, block)...` */
function xerialBlocks(bytes: Buffer): Buffer[] {
  const blocks: Buffer[] = []
  for (let at = XERIAL_HEADER_BYTES; at < bytes.length; ) {
    const start = at + 4
    const end = start + bytes.readInt32BE(at)
    if (end < start || end > bytes.length) throw new Error(`a snappy block reaches over the end, to ${end}`)
    blocks.push(bytes.subarray(start, end))
    at = end
  }
  return blocks
}

/** Every block begins with the length of what it becomes, a varint. */
function snappyLength(block: Buffer): number {
  let length = 0
  for (let index = 0; index < SNAPPY_LENGTH_BYTES_MAX; index += 1) {
    const byte = block.readUInt8(index)
    length += (byte & 0x7f) * 128 ** index
    if (byte < 0x80) return length
  }
  throw new Error('a snappy block does not tell its length')
}

/** Flags of an LZ4 frame's descriptor. */
const LZ4_BLOCK_CHECKSUM = 0x10
const LZ4_CONTENT_SIZE = 0x08
const LZ4_DICTIONARY = 0x01
/** Magic, two bytes of descriptor, its checksum. */
const LZ4_HEADER_BYTES = 7
const LZ4_STORED = 0x80000000

function decompressLz4(bytes: Buffer, bytesMax: number): Buffer {
  const bound = lz4Bound(bytes)
  if (bound > bytesMax) refuse(bound, bytesMax)
  return load<{ decompressFrameSync(frame: Buffer): Buffer }>('lz4-napi').decompressFrameSync(bytes)
}

/** The most that a frame can become: the largest size of a block for each block that is in it. */
function lz4Bound(bytes: Buffer): number {
  const flags = bytes.readUInt8(4)
  const blockBytesMax = 1 << (8 + 2 * ((bytes.readUInt8(5) >> 4) & 7))
  const checksumBytes = flags & LZ4_BLOCK_CHECKSUM ? 4 : 0
  let at = LZ4_HEADER_BYTES + (flags & LZ4_CONTENT_SIZE ? 8 : 0) + (flags & LZ4_DICTIONARY ? 4 : 0)
  let bound = 0
  for (;;) {
    const size = bytes.readUInt32LE(at)
    if (size === 0) return bound
    const isStored = size >= LZ4_STORED
    const stored = isStored ? size - LZ4_STORED : size
    bound += isStored ? stored : blockBytesMax
    at += 4 + stored + checksumBytes
  }
}
