/**
 * The table at the end of a compressed file that says where its frames stand: the zstd seekable format.
 *
 * It is a skippable frame, so `zstd -d` reads over it.
 *
 * @see https://github.com/facebook/zstd/blob/dev/contrib/seekable_format/zstd_seekable_compression_format.md
 */

/** One independent piece of a compressed file. */
export interface Frame {
  /** Byte offset in the compressed file. */
  at: number
  bytes: number
  /** Byte offset of its text in the whole text. */
  textAt: number
  textBytes: number
}

const SKIPPABLE_MAGIC = 0x184d2a5e
const SEEKABLE_MAGIC = 0x8f92eab1
const HEAD_BYTES = 8
const ENTRY_BYTES = 8
const CHECKSUM_BYTES = 4
/** Number of frames, descriptor, magic. */
export const FOOTER_BYTES = 9
const HAS_CHECKSUMS = 0x80
const RESERVED_BITS = 0x7c

/** The table of frames that stand one after the other from the file's beginning. */
export function writeSeekTable(frames: Pick<Frame, 'bytes' | 'textBytes'>[]): Buffer {
  const table = Buffer.alloc(HEAD_BYTES + frames.length * ENTRY_BYTES + FOOTER_BYTES)
  table.writeUInt32LE(SKIPPABLE_MAGIC, 0)
  table.writeUInt32LE(table.length - HEAD_BYTES, 4)
  frames.forEach(({ bytes, textBytes }, index) => {
    table.writeUInt32LE(bytes, HEAD_BYTES + index * ENTRY_BYTES)
    table.writeUInt32LE(textBytes, HEAD_BYTES + index * ENTRY_BYTES + 4)
  })
  const footer = table.length - FOOTER_BYTES
  table.writeUInt32LE(frames.length, footer)
  table.writeUInt8(0, footer + 4)
  table.writeUInt32LE(SEEKABLE_MAGIC, footer + 5)
  return table
}

/**
 * The frames of a file, or null where its end is not a table that accounts for every byte of the file: it was cut
 * off, or something else made it.
 */
export function readSeekTable(fileBytes: number, read: (from: number, to: number) => Buffer): Frame[] | null {
  if (fileBytes < HEAD_BYTES + FOOTER_BYTES) return null
  const footer = read(fileBytes - FOOTER_BYTES, fileBytes)
  if (footer.length < FOOTER_BYTES || footer.readUInt32LE(5) !== SEEKABLE_MAGIC) return null
  const descriptor = footer.readUInt8(4)
  if ((descriptor & RESERVED_BITS) !== 0) return null
  const entryBytes = ENTRY_BYTES + ((descriptor & HAS_CHECKSUMS) === 0 ? 0 : CHECKSUM_BYTES)
  const count = footer.readUInt32LE(0)
  const tableBytes = HEAD_BYTES + count * entryBytes + FOOTER_BYTES
  if (tableBytes > fileBytes) return null
  const table = read(fileBytes - tableBytes, fileBytes)
  const isTable =
    table.readUInt32LE(0) === SKIPPABLE_MAGIC && table.readUInt32LE(4) === tableBytes - HEAD_BYTES
  if (!isTable) return null
  const frames: Frame[] = []
  let at = 0
  let textAt = 0
  for (let index = 0; index < count; index += 1) {
    const entry = HEAD_BYTES + index * entryBytes
    const frame = { at, bytes: table.readUInt32LE(entry), textAt, textBytes: table.readUInt32LE(entry + 4) }
    frames.push(frame)
    at += frame.bytes
    textAt += frame.textBytes
  }
  return at === fileBytes - tableBytes ? frames : null
}
