/**
 * The text of a file of zstd frames, frame by frame: Node's own decoder stops at the end of the first one and says
 * nothing. Nothing of `src` is used, because this is what checks it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8878
 */
import { zstdDecompressSync } from 'node:zlib'

const MAGIC = 0xfd2fb528
/** Of frames that hold no text; the last four bits are free. */
const SKIPPABLE_MAGIC = 0x184d2a50
const RLE_BLOCK = 1

/** @throws for bytes that are no frame, and for a frame that is cut off or does not fit its checksum. */
export function readFrames(bytes: Buffer): Buffer {
  const texts: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const magic = bytes.readUInt32LE(at)
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC) {
      at += 8 + bytes.readUInt32LE(at + 4)
      continue
    }
    if (magic !== MAGIC) throw new Error(`no zstd frame at byte ${at}`)
    const end = frameEnd(bytes, at)
    texts.push(zstdDecompressSync(bytes.subarray(at, end)))
    at = end
  }
  return Buffer.concat(texts)
}

/** Where the frame that begins at `start` ends: behind its header, its blocks and its checksum. */
function frameEnd(bytes: Buffer, start: number): number {
  const descriptor = bytes.readUInt8(start + 4)
  const isSingleSegment = (descriptor & 0x20) !== 0
  const windowBytes = isSingleSegment ? 0 : 1
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0
  const sizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0
  let at = start + 5 + windowBytes + dictionaryBytes + sizeBytes
  for (let isLast = false; !isLast; ) {
    const header = bytes.readUIntLE(at, 3)
    isLast = (header & 1) === 1
    at += 3 + (((header >> 1) & 3) === RLE_BLOCK ? 1 : header >> 3)
  }
  return at + ((descriptor & 4) === 0 ? 0 : 4)
}
