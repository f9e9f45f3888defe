/** Reads journal files from front to back, line by line, in bounded memory. */
import { LINE_BYTES_MAX } from '../contract/limits.js'
import { ExitCode, SuiteError } from '../runtime/errors.js'
import { HASH_CHARS } from './line.js'
import { openText } from './sealed/text-file.js'

const LF = 0x0a
/** Small enough to be still in the cache when its lines are looked at. */
export const WINDOW_BYTES = 256 * 1024

export interface FileLine {
  /**
   * Without its LF, which is behind it in its memory; the {@link HASH_CHARS} bytes before it there may be written over. A
   * view that is valid until the next line is asked for.
   */
  line: Buffer
  /** From 1, in its file. */
  number: number
  /** Byte offset of the line in its file. */
  offset: number
  /** False for bytes at the end of the file that no LF ends yet. */
  isWhole: boolean
}

export interface ReadOptions {
  /** Byte offset in the text where to begin; a line's beginning. Lines are numbered from there. */
  fromBytes?: number
  /** Where to stop; a line's end. */
  untilBytes?: number
  /** Memory to read into, as long as lines fit; without, some of its own. */
  window?: Buffer
}

/**
 * Every line of one file, plain or compressed, the unfinished one at its end included.
 *
 * @throws {SuiteError} `journal_file` (74) where the file cannot be read, `journal_integrity` (76) for a line over
 * {@link LINE_BYTES_MAX} bytes or a compressed file that is damaged.
 */
export function* readLines(
  path: string,
  { fromBytes = 0, untilBytes = Number.POSITIVE_INFINITY, window }: ReadOptions = {},
): Generator<FileLine> {
  const text = openText(path)
  try {
    let buffer: Buffer = window ?? Buffer.allocUnsafe(WINDOW_BYTES)
    /** What is read begins behind room for a hash, and ends here. */
    let filled = HASH_CHARS
    let number = 0
    /** Of the byte at the beginning. */
    let offset = fromBytes
    for (;;) {
      const room = Math.min(buffer.length, HASH_CHARS + untilBytes - offset)
      const read =
        room > filled ? text.read(buffer.subarray(0, room), filled, offset + filled - HASH_CHARS) : 0
      const end = filled + read
      let from = HASH_CHARS
      // Behind the end stands what was read before, and may hold one too.
      for (let lf = buffer.indexOf(LF, filled); lf !== -1 && lf < end; lf = buffer.indexOf(LF, from)) {
        number += 1
        const line = buffer.subarray(from, lf)
        yield { line, number, offset: offset + from - HASH_CHARS, isWhole: true }
        from = lf + 1
      }
      offset += from - HASH_CHARS
      const left = end - from
      if (read === 0) {
        if (left > 0) yield { line: buffer.subarray(from, end), number: number + 1, offset, isWhole: false }
        return
      }
      if (left > LINE_BYTES_MAX) throw tooLong(path, number + 1)
      filled = HASH_CHARS + left
      const target: Buffer = filled === buffer.length ? Buffer.allocUnsafe(buffer.length * 2) : buffer
      buffer.copy(target, HASH_CHARS, from, end)
      buffer = target
    }
  } finally {
    text.close()
  }
}

const tooLong = (path: string, number: number): SuiteError =>
  new SuiteError('journal_integrity', `line ${number} of ${path} is longer than ${LINE_BYTES_MAX} bytes`, {
    exit: ExitCode.journalIntegrity,
  })
