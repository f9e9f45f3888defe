/**
 * Entering the alternate screen leaves the cursor where the shell had it, and Ink draws from there: a frame that is
 * shifted by a column wraps, one that begins half way down scrolls. So the cursor is sent home as it is entered.
 */
import { ALTERNATE_ENTER } from './modes.js'

const HOME = '\u001b[H'

/** Adds the way home to what `run` writes at once to enter the alternate screen. */
export function enteringAtHome<T>(stdout: NodeJS.WriteStream, run: () => T): T {
  const before = stdout.write
  const write = before.bind(stdout)
  const writeHome = (chunk: string | Uint8Array, ...rest: []): boolean =>
    write(typeof chunk === 'string' ? chunk.replace(ALTERNATE_ENTER, ALTERNATE_ENTER + HOME) : chunk, ...rest)
  stdout.write = writeHome as typeof stdout.write
  try {
    return run()
  } finally {
    stdout.write = before
  }
}
