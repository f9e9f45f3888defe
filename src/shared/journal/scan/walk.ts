/** Takes a checker over a part of a row of journal files. */
import { LineCursor } from '../read.js'
import type { LineOf } from '../verification.js'
import type { Checker } from './checker.js'

/** Where a line begins. */
export interface Place {
  /** Index into the files. */
  file: number
  /** Byte offset in the text of the file. */
  bytes: number
  /** Lines of the file before it. */
  lines: number
}

export const BEGINNING: Place = { file: 0, bytes: 0, lines: 0 }

/** A part of a row of files, from one line to another. */
export interface Span {
  from: Place
  /** Null for the end of the last file. */
  to: Pick<Place, 'file' | 'bytes'> | null
}

const PROGRESS_LINES = 4_096

export interface WalkOptions {
  /** Called now and then with the bytes gone over so far. */
  onProgress?: (bytes: number) => void
  /** Where each file ends, if not at its end. */
  untilBytes?: number
}

/**
 * Checks the lines of a span, up to the first bad one, which the checker's result then names.
 *
 * @returns Place of the last whole line that was good.
 */
export function walk(
  checker: Checker,
  { from, to }: Span,
  { onProgress, untilBytes = Number.POSITIVE_INFINITY }: WalkOptions,
): LineOf {
  const { result } = checker
  const { files } = result
  const lastFile = to?.file ?? files.length - 1
  const last: LineOf = { file: files[from.file] ?? '', line: Math.max(1, from.lines) }
  let bytesBefore = 0
  for (const [index, file] of files.entries()) {
    if (index < from.file || index > lastFile) continue
    const place = { previousFile: files[index - 1] ?? null, isLastFile: index === files.length - 1 }
    const begin = index === from.file ? from : BEGINNING
    const end = to?.file === index ? to.bytes : untilBytes
    const part = { fromBytes: begin.bytes, linesBefore: begin.lines, untilBytes: end, walker: checker.walker }
    const lines = new LineCursor(file, part)
    try {
      while (lines.advance()) {
        const problem = checker.line(lines, place)
        if (problem) {
          result.bad = { file, line: lines.number, problem }
          return last
        }
        if (lines.isWhole) {
          last.file = file
          last.line = lines.number
        }
        if (lines.number % PROGRESS_LINES === 0) onProgress?.(bytesBefore + lines.endOffset - begin.bytes)
      }
      bytesBefore += lines.endOffset - begin.bytes
    } finally {
      lines.close()
    }
  }
  onProgress?.(bytesBefore)
  return last
}
