/**
 * Checks a row of journal files: chain, sequence, offsets, succession, checkpoints. Names the first bad line.
 *
 * Proves that the files are as they were written, or where they first are not. A journal that was rewritten as a
 * whole with a new chain, or cut at a line's end, passes: that needs heads kept elsewhere, or a key.
 */
import { Checker } from './scan/checker.js'
import { BEGINNING, walk } from './scan/walk.js'
import { nothingVerified, type Verification, type WitnessOptions } from './verification.js'

export interface VerifyOptions extends WitnessOptions {
  /** Called now and then with the bytes of text checked so far, over all files. */
  onProgress?: (bytes: number) => void
  /** Checks each file only up to here; a line's end. */
  untilBytes?: number
}

/**
 * Checks line after line in this thread.
 *
 * @param files Oldest first.
 * @throws {SuiteError} `journal_file` (74), or `journal_integrity` (76) for a compressed file that is damaged.
 */
export function verifyFiles(files: string[], options: VerifyOptions = {}): Verification {
  const checker = new Checker(nothingVerified(files), options)
  const last = walk(checker, { from: BEGINNING, to: null }, options)
  if (!checker.result.bad) checker.end(last)
  return checker.result
}
