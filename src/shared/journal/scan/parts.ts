/** Cuts journal files into parts that can be read apart, each from the beginning of a line to that of another. */

import { type TextFile, withText } from '../sealed/text-file.js'
import { readRange } from '../tail.js'

const LF = 0x0a
/** Most lines are shorter, and there are hundreds of parts. */
const WINDOW_BYTES = 4 * 1024

export interface Part {
  file: string
  /** Byte offset in its text where a line begins. */
  from: number
  /** The one behind its last line; without bound for the end of the file, which may grow. */
  to: number
}

/**
 * Parts of about `partBytes` of text, in order and without holes.
 *
 * @throws {SuiteError} As `openText`.
 */
export function partsOf(files: string[], partBytes: number): Part[] {
  return files.flatMap((file) =>
    withText(file, (text) => {
      const begins = [0]
      for (let at = partBytes; at < text.textBytes; at += partBytes) {
        const begin = lineBegin(text, Math.max(at, begins.at(-1) ?? 0))
        if (begin !== null && begin < text.textBytes) begins.push(begin)
      }
      return begins.map((from, index) => ({ file, from, to: begins[index + 1] ?? Number.POSITIVE_INFINITY }))
    }),
  )
}

/** Where the first line begins behind the one that `at` is in; null where that is not ended. */
function lineBegin(text: TextFile, at: number): number | null {
  for (let from = at; from < text.textBytes; from += WINDOW_BYTES) {
    const lf = readRange(text, from, Math.min(from + WINDOW_BYTES, text.textBytes)).indexOf(LF)
    if (lf !== -1) return from + lf + 1
  }
  return null
}
