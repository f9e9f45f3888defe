/**
 * Cuts the bytes of a growing file into lines.
 *
 * A line is complete when its LF is there; until then its bytes are held back, however long that takes. Holds at
 * most one line in memory; a line above the bound is passed over and reported, never given out in part.
 */
import { LINE_BYTES_MAX } from '../../shared/contract/limits.js'

const LF = 0x0a
const CR = 0x0d

export interface Line {
  /** Without LF, and without the CR before it. Valid until the next call of `push`. */
  bytes: Buffer
  /** Offset of the first byte in the file. */
  start: number
  /** Offset after the LF. */
  end: number
  /** True where the line was put together from more than one read. */
  isAssembled: boolean
  /** True where the line was longer than the bound; `bytes` is then empty. */
  isOversized: boolean
}

export class LineSplitter {
  readonly #lineBytesMax: number
  #held = Buffer.alloc(0)
  #heldBytes = 0
  #isOversized = false
  #lineStart: number
  #offset: number

  /** `offset` is where in the file the first pushed byte stands; it must be the start of a line. */
  constructor(offset = 0, lineBytesMax = LINE_BYTES_MAX) {
    this.#lineStart = offset
    this.#offset = offset
    this.#lineBytesMax = lineBytesMax
  }

  /** Offset after the last byte that was pushed. */
  get offset(): number {
    return this.#offset
  }

  /** Offset where the line that is not complete begins. */
  get lineStart(): number {
    return this.#lineStart
  }

  /** Gives the lines that `chunk` completes; the chunk may be used again after they were read. */
  push(chunk: Buffer): Line[] {
    const lines: Line[] = []
    const chunkStart = this.#offset
    let from = 0
    for (let at = chunk.indexOf(LF); at !== -1; at = chunk.indexOf(LF, from)) {
      lines.push(this.#complete(chunk.subarray(from, at), chunkStart + at + 1))
      from = at + 1
    }
    this.#hold(chunk.subarray(from))
    this.#offset = chunkStart + chunk.length
    return lines
  }

  #complete(last: Buffer, end: number): Line {
    const isAssembled = this.#lineStart < this.#offset
    if (this.#heldBytes > 0 || this.#isOversized) this.#hold(last)
    const isOversized = this.#isOversized || end - this.#lineStart > this.#lineBytesMax
    const whole = this.#heldBytes > 0 ? this.#held.subarray(0, this.#heldBytes) : last
    const line = {
      bytes: isOversized ? Buffer.alloc(0) : withoutCarriageReturn(whole),
      start: this.#lineStart,
      end,
      isAssembled,
      isOversized,
    }
    // The line that is given out owns the memory it was held in.
    this.#held = Buffer.alloc(0)
    this.#heldBytes = 0
    this.#isOversized = false
    this.#lineStart = end
    // Lines that follow in the same chunk begin where this one ended, so they are not assembled.
    this.#offset = end
    return line
  }

  #hold(bytes: Buffer): void {
    if (this.#isOversized || bytes.length === 0) return
    const needed = this.#heldBytes + bytes.length
    if (needed >= this.#lineBytesMax) {
      this.#isOversized = true
      this.#held = Buffer.alloc(0)
      this.#heldBytes = 0
      return
    }
    if (needed > this.#held.length) {
      const grown = Buffer.allocUnsafe(
        Math.min(this.#lineBytesMax, Math.max(needed, this.#held.length * 2, 4096)),
      )
      this.#held.copy(grown, 0, 0, this.#heldBytes)
      this.#held = grown
    }
    bytes.copy(this.#held, this.#heldBytes)
    this.#heldBytes = needed
  }
}

const withoutCarriageReturn = (bytes: Buffer): Buffer => (bytes.at(-1) === CR ? bytes.subarray(0, -1) : bytes)
