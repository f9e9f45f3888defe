/**
 * Text in the making: bytes that are added one behind the other to memory that grows.
 *
 * Lines consist of many short pieces, and a call into Node for each would take longer than all else of a line.
 */

const SPACE = 0x20
const QUOTE = 0x22
const BACKSLASH = 0x5c
const TILDE = 0x7e

/** By byte: 1 where it stands in a JSON string as it is. A look is faster than four comparisons. */
const IS_PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number(byte >= SPACE && byte <= TILDE && byte !== QUOTE && byte !== BACKSLASH),
)

/** Texts up to this length are written character by character: faster than a call into Node. */
const SHORT_CHARS = 64

export class LineBytes {
  /** What the text stands in; another one once it has grown. */
  memory: Buffer
  /** Where the next byte goes. */
  at: number

  /** Writes into `memory` from `start` on, as long as there is room in it. */
  constructor(memory: Buffer, start = 0) {
    this.memory = memory
    this.at = start
  }

  /** Adds characters below 0x80; faster than {@link text}. */
  ascii(text: string): void {
    const { length } = text
    this.reserve(length)
    if (length > SHORT_CHARS) this.at += this.memory.write(text, this.at, 'latin1')
    else {
      const { memory, at } = this
      for (let index = 0; index < length; index += 1) memory[at + index] = text.charCodeAt(index)
      this.at = at + length
    }
  }

  /** Adds a few bytes; a loop is faster than a call of `copy` for those. */
  fewBytes(bytes: Uint8Array): void {
    const { length } = bytes
    this.reserve(length)
    const { memory, at } = this
    for (let index = 0; index < length; index += 1) memory[at + index] = bytes[index] as number
    this.at = at + length
  }

  /**
   * Adds the UTF-8 `bytes` from `start` to `end` as a JSON string; false, and nothing is added, where they hold what a JSON string escapes or
   * a byte above 0x7e. Most keys and headers do not, and are written without a string being made of them.
   */
  plainString(bytes: Uint8Array, start: number, end: number): boolean {
    this.reserve(end - start + 2)
    const scratch = this.memory
    let at = this.at
    scratch[at++] = QUOTE
    for (let index = start; index < end; index += 1) {
      const byte = bytes[index] as number
      if (IS_PLAIN[byte] === 0) return false
      scratch[at++] = byte
    }
    scratch[at++] = QUOTE
    this.at = at
    return true
  }

  text(text: string): void {
    // UTF-8 takes at most 3 bytes for a UTF-16 unit.
    this.reserve(text.length * 3)
    this.at += this.memory.write(text, this.at)
  }

  /** Adds `bytes`, or only those from `start` to `end`. */
  bytes(bytes: Buffer, start = 0, end = bytes.length): void {
    this.reserve(end - start)
    this.at += bytes.copy(this.memory, this.at, start, end)
  }

  protected reserve(bytes: number): void {
    this.memory = grown(this.memory, this.at, bytes)
  }
}

/** The same buffer where `extra` bytes fit behind `used`, else a copy of at least twice its size. */
export function grown(buffer: Buffer, used: number, extra: number): Buffer {
  if (used + extra <= buffer.length) return buffer
  // Not of the pool that Node shares among small buffers: the memory may be handed to another thread.
  const larger = Buffer.allocUnsafeSlow(Math.max(buffer.length * 2, used + extra))
  buffer.copy(larger, 0, 0, used)
  return larger
}
