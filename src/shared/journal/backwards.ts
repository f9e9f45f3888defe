/** The journal's whole lines from its end to its beginning, over the open file and the sealed ones before it. */
import { journalFiles } from './names.js'
import { openText } from './sealed/text-file.js'
import { findEnd, linesBackwards } from './tail.js'

/**
 * Whole lines, the newest first; views that are valid until the next one is asked for.
 *
 * @param bytesMax Lines that begin further than this from the end of the journal are left out.
 */
export function* journalLinesBackwards(
  eventsFile: string,
  bytesMax = Number.POSITIVE_INFINITY,
): Generator<Buffer> {
  let left = bytesMax
  for (const file of journalFiles(eventsFile).reverse()) {
    if (left <= 0) return
    left -= yield* fileBackwards(file, left)
  }
}

/** @returns Bytes of the file. */
function* fileBackwards(file: string, bytesMax: number): Generator<Buffer, number> {
  const text = openText(file)
  try {
    const { wholeBytes } = findEnd(text)
    yield* linesBackwards(text, wholeBytes, { floor: Math.max(0, wholeBytes - bytesMax) })
    return wholeBytes
  } finally {
    text.close()
  }
}
