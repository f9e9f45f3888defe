/** Reads journal files from front to back, line by line, in bounded memory. */
import { LINE_BYTES_MAX } from '../contract/limits.js'
import { ExitCode, SuiteError } from '../runtime/errors.js'
import { HASH_CHARS, type PlacedLine } from './line.js'
import { openText, type TextFile } from './sealed/text-file.js'

const LF = 0x0a
/** Small enough to be still in the cache when its lines are looked at. */
export const WINDOW_BYTES = 256 * 1024

export interface FileLine {
  /** Without its LF. A view that is valid until the next line is asked for. */
  readonly line: Buffer
  /** From 1, in its file. */
  readonly number: number
  /** Byte offset of the line in its file. */
  readonly offset: number
  /** False for bytes at the end of the file that no LF ends yet. */
  readonly isWhole: boolean
}

/** Tells of lines that stand in its window where they end, sooner than their LF is found. */
export interface LineWalker {
  /** To be read into; longer than {@link HASH_CHARS} bytes. */
  readonly window: Buffer
  /** Where the LF of the line is that begins at `from`, both bytes of the window; -1 where that is not sure. */
  lineEnd(from: number): number
}

export interface ReadOptions {
  /** Byte offset in the text where to begin; a line's beginning. */
  fromBytes?: number
  /** Lines of the file before it. */
  linesBefore?: number
  /** Where to stop; a line's end. */
  untilBytes?: number
  /** Lines are read into its window, as long as they fit; without, into memory of its own. */
  walker?: LineWalker | undefined
}

/**
 * Goes from line to line of one file, plain or compressed; what it tells is of the last one that was asked for.
 *
 * A line is not made an object of where nobody needs one: it is told by its place in memory.
 */
export class LineCursor implements FileLine, PlacedLine {
  memory: Buffer
  from = HASH_CHARS
  to = HASH_CHARS
  number: number
  isWhole = true
  /** True where the walker told where the line ends. */
  isWalked = false
  readonly #path: string
  readonly #text: TextFile
  readonly #untilBytes: number
  readonly #walker: LineWalker | undefined
  /** Byte offset of the memory's beginning in the text. */
  #base: number
  /** Where the next line begins. */
  #next = HASH_CHARS
  /** Up to here there is no LF in it. */
  #searched = HASH_CHARS
  /** What was read ends here. */
  #filled = HASH_CHARS

  /** @throws {SuiteError} As `openText`. */
  constructor(path: string, options: ReadOptions = {}) {
    const { fromBytes = 0, linesBefore = 0, untilBytes = Number.POSITIVE_INFINITY, walker } = options
    this.memory = walker?.window ?? Buffer.allocUnsafe(WINDOW_BYTES)
    this.number = linesBefore
    this.#path = path
    this.#untilBytes = untilBytes
    this.#walker = walker
    this.#base = fromBytes - HASH_CHARS
    this.#text = openText(path)
  }

  get line(): Buffer {
    return this.memory.subarray(this.from, this.to)
  }

  get offset(): number {
    return this.#base + this.from
  }

  /** Byte offset behind the line and its LF, if it has one. */
  get endOffset(): number {
    return this.#base + this.#next
  }

  /**
   * Goes to the next line, the unfinished one at the end of the file included; false behind the last one.
   *
   * @throws {SuiteError} `journal_file` (74) where the file cannot be read, `journal_integrity` (76) for a line over
   * {@link LINE_BYTES_MAX} bytes or a compressed file that is damaged.
   */
  advance(): boolean {
    if (!this.isWhole) return false
    let to = this.#lineEnd()
    while (to === -1 && this.#fill()) to = this.#lineEnd()
    this.isWhole = to !== -1
    this.from = this.#next
    this.to = this.isWhole ? to : this.#filled
    this.#next = this.isWhole ? to + 1 : this.#filled
    this.#searched = this.#next
    if (this.from === this.#next) return false
    this.number += 1
    return true
  }

  close(): void {
    this.#text.close()
  }

  /** Where the LF of the next line is; -1 where that was not read yet. */
  #lineEnd(): number {
    const walker = this.#walker
    const walked = walker?.window === this.memory ? walker.lineEnd(this.#next) : -1
    // Behind what was read stands what was before, and a line could seem to go on in it.
    this.isWalked = walked !== -1 && walked < this.#filled
    if (this.isWalked) return walked
    const lf = this.memory.indexOf(LF, this.#searched)
    this.#searched = this.#filled
    return lf < this.#filled ? lf : -1
  }

  /** Reads on behind the beginning of a line that is there; false at the end. */
  #fill(): boolean {
    const left = this.#filled - this.#next
    if (left > LINE_BYTES_MAX) throw tooLong(this.#path, this.number + 1)
    this.#base += this.#next - HASH_CHARS
    const filled = HASH_CHARS + left
    const { memory } = this
    if (filled === memory.length) this.memory = Buffer.allocUnsafe(memory.length * 2)
    memory.copy(this.memory, HASH_CHARS, this.#next, this.#filled)
    this.#next = HASH_CHARS
    const room = Math.min(this.memory.length, this.#untilBytes - this.#base)
    const read =
      room > filled ? this.#text.read(this.memory.subarray(0, room), filled, this.#base + filled) : 0
    this.#searched = filled
    this.#filled = filled + read
    return read > 0
  }
}

/**
 * Every line of one file, plain or compressed, the unfinished one at its end included.
 *
 * @throws {SuiteError} As {@link LineCursor}.
 */
export function* readLines(path: string, options: ReadOptions = {}): Generator<FileLine> {
  const lines = new LineCursor(path, options)
  try {
    while (lines.advance()) {
      const { line, number, offset, isWhole } = lines
      yield { line, number, offset, isWhole }
    }
  } finally {
    lines.close()
  }
}

const tooLong = (path: string, number: number): SuiteError =>
  new SuiteError('journal_integrity', `line ${number} of ${path} is longer than ${LINE_BYTES_MAX} bytes`, {
    exit: ExitCode.journalIntegrity,
  })
