/** Writing long results to stdout: no more in memory than the reader takes, and quiet when the reader goes away. */
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { errnoCode } from '../shared/runtime/errors.js'

const CHUNK_BYTES = 64 * 1024

/**
 * Writes every piece of `source` to stdout, through `transforms`.
 *
 * @param source Buffers or objects, as the first transform takes them.
 */
export async function writeOut(
  source: Iterable<unknown> | AsyncIterable<unknown>,
  ...transforms: NodeJS.ReadWriteStream[]
): Promise<void> {
  // Stdout itself must stay open, and `pipeline` would end it.
  const stdout = new Writable({ write: (piece, _encoding, done) => process.stdout.write(piece, done) })
  try {
    await pipeline([Readable.from(source), ...transforms, stdout])
  } catch (error) {
    if (errnoCode(error) !== 'EPIPE') throw error
  }
}

/** Joins small pieces, so that a line does not cost a write. */
export function* inChunks(pieces: Iterable<Buffer>): Generator<Buffer> {
  let parts: Buffer[] = []
  let bytes = 0
  for (const piece of pieces) {
    parts.push(Buffer.from(piece))
    bytes += piece.length
    if (bytes < CHUNK_BYTES) continue
    yield Buffer.concat(parts)
    parts = []
    bytes = 0
  }
  if (parts.length > 0) yield Buffer.concat(parts)
}
