/** Reads journal files from front to back, line by line, in bounded memory. */
import { LINE_BYTES_MAX } from '../contract/limits.js'
import { ExitCode, SuiteError } from '../runtime/errors.js'
import { openText } from './sealed/text-file.js'

const LF = 0x0a
const CHUNK_BYTES = 256 * 1024

export interface FileLine {
  /** Without its LF; a view that is valid until the next line is asked for. */
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
}

/**
 * Every line of one file, plain or compressed, the unfinished one at its end included.
 *
 * @throws {SuiteError} `journal_file` (74) where the file cannot be read, `journal_integrity` (76) for a line over
 * {@link LINE_BYTES_MAX} bytes or a compressed file that is damaged.
 */
export function* readLines(
  path: string,
  { fromBytes = 0, untilBytes = Number.POSITIVE_INFINITY }: ReadOptions = {},
): Generator<FileLine> {
  const text = openText(path)
  try {
    let buffer: Buffer = Buffer.allocUnsafe(CHUNK_BYTES)
    let filled = 0
    let number = 0
    let offset = fromBytes
    for (;;) {
      const room = Math.min(buffer.length, untilBytes - offset)
      const read = room > filled ? text.read(buffer.subarray(0, room), filled, offset + filled) : 0
      const end = filled + read
      let from = 0
      // Behind the end stands what was read before, and may hold one too.
      for (let lf = buffer.indexOf(LF, filled); lf !== -1 && lf < end; lf = buffer.indexOf(LF, from)) {
        number += 1
        yield { line: buffer.subarray(from, lf), number, offset: offset + from, isWhole: true }
        from = lf + 1
      }
      offset += from
      filled = end - from
      if (read === 0) {
        if (filled > 0) yield { line: buffer.subarray(from, end), number: number + 1, offset, isWhole: false }
        return
      }
      if (filled > LINE_BYTES_MAX) throw tooLong(path, number + 1)
      const target: Buffer = filled === buffer.length ? Buffer.allocUnsafe(buffer.length * 2) : buffer
      buffer.copy(target, 0, from, end)
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
