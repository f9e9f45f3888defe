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

const ZERO = 0x30

/** By byte: its two digits, the first in the low half. */
const HEX_PAIRS = Uint16Array.from({ length: 256 }, (_, byte) =>
  Buffer.from(byte.toString(16).padStart(2, '0')).readUInt16LE(),
)

/** Texts up to this length are written character by character: faster than a call into Node. */
const SHORT_CHARS = 64
/** And up to this many bytes one by one: faster than a call of `set`. */
const LOOP_BYTES_MAX = 12

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

  /** Adds a few bytes. */
  fewBytes(bytes: Uint8Array): void {
    const { length } = bytes
    this.reserve(length)
    const { memory, at } = this
    if (length > LOOP_BYTES_MAX) memory.set(bytes, at)
    else for (let index = 0; index < length; index += 1) memory[at + index] = bytes[index] as number
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

  /** Adds a whole number from 0 to the largest that is exact, in decimal; no text is made of it. */
  decimal(value: number): void {
    let digits = 1
    for (let power = 10; power <= value; power *= 10) digits += 1
    this.reserve(digits)
    const { memory } = this
    this.at += digits
    let rest = value
    for (let index = this.at - 1; index >= this.at - digits; index -= 1) {
      const higher = Math.floor(rest / 10)
      memory[index] = ZERO + (rest - higher * 10)
      rest = higher
    }
  }

  /** Adds two lowercase hex digits for each character of `binary`, which stands for a byte. */
  hex(binary: string): void {
    const { length } = binary
    this.reserve(length * 2)
    const { memory, at } = this
    for (let index = 0; index < length; index += 1) {
      const pair = HEX_PAIRS[binary.charCodeAt(index)] as number
      memory[at + 2 * index] = pair & 0xff
      memory[at + 2 * index + 1] = pair >>> 8
    }
    this.at = at + length * 2
  }

  text(text: string): void {
    // UTF-8 takes at most 3 bytes for a UTF-16 unit.
    this.reserve(text.length * 3)
    this.at += this.memory.write(text, this.at)
  }

  /** Adds `bytes`, or only those from `start` to `end`. */
  bytes(bytes: Uint8Array, start = 0, end = bytes.length): void {
    this.reserve(end - start)
    // Two thirds of the time that `copy` of a buffer takes for a body.
    this.memory.set(new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start), this.at)
    this.at += end - start
  }

  /** Leaves `count` bytes as they are. */
  leave(count: number): void {
    this.reserve(count)
    this.at += count
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
