/** Reads what a service has added to its log since a byte; understands `kind`, never prose. */
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import type { LogEntry } from '../shared/contract/log-entry.js'
import { errnoCode } from '../shared/runtime/errors.js'

/** A log grows by little between two looks; more than this at once is read in the next look. */
const CHUNK_BYTES = 1024 * 1024

/** Length of the log now; 0 where there is none. */
export function logSize(path: string): number {
  try {
    return statSync(path).size
  } catch (error) {
    if (errnoCode(error) === 'ENOENT') return 0
    throw error
  }
}

export class LogFollower {
  readonly #path: string
  #offset: number

  /** Begins at byte `offset`, which is to be a line's beginning. */
  constructor(path: string, offset: number) {
    this.#path = path
    this.#offset = offset
  }

  /** Whole entries added since the last call; lines that are no entries are passed over. */
  read(): LogEntry[] {
    const bytes = this.#more()
    const end = bytes.lastIndexOf(0x0a) + 1
    this.#offset += end
    return bytes
      .toString('utf8', 0, end)
      .split('\n')
      .map(parseEntry)
      .filter((entry) => entry !== null)
  }

  #more(): Buffer {
    let fd: number
    try {
      fd = openSync(this.#path, 'r')
    } catch (error) {
      if (errnoCode(error) === 'ENOENT') return Buffer.alloc(0)
      throw error
    }
    try {
      const { size } = fstatSync(fd)
      // Rotated or truncated meanwhile: what is there now is all new.
      if (size < this.#offset) this.#offset = 0
      const bytes = Buffer.alloc(Math.min(size - this.#offset, CHUNK_BYTES))
      return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, this.#offset))
    } finally {
      closeSync(fd)
    }
  }
}

function parseEntry(line: string): LogEntry | null {
  try {
    const entry = JSON.parse(line) as LogEntry
    return typeof entry?.kind === 'string' ? entry : null
  } catch {
    return null
  }
}
