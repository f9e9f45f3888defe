/**
 * Walks over JSON text as bytes and proves its form, without building what it means: a fraction of what a parser costs.
 *
 * Takes a part of what JSON allows and never anything else, so who is told false asks a parser.
 */
import { jsonWalk, WALK_BYTES_MAX } from '../../contract/json-walk.js'

const COMMA = 0x2c
const COLON = 0x3a
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const ZERO = 0x30
const NINE = 0x39
const SPACE = 0x20
const TAB = 0x09

/** Serves one text after the other. */
export class JsonScanner {
  /** Where the next byte is read. After false it stands anywhere. */
  at = 0
  readonly #walk = jsonWalk()
  /** The text, and behind it a zero: no text holds one, so what looks for something else ends there. */
  readonly #bytes = Buffer.from(this.#walk.memory.buffer)

  /** Begins with another text; false where it is too long. */
  start(text: Uint8Array): boolean {
    if (text.length > WALK_BYTES_MAX) return false
    this.#bytes.set(text)
    this.#bytes[text.length] = 0
    this.at = 0
    return true
  }

  /** The byte that is read next; 0 at the end. */
  get byte(): number {
    return this.#bytes[this.at] as number
  }

  /** Goes over exactly these bytes. */
  skip(expected: Uint8Array): boolean {
    if (!this.isAt(this.at, expected)) return false
    this.at += expected.length
    return true
  }

  /** Goes over this byte. */
  skipByte(expected: number): boolean {
    if (this.#bytes[this.at] !== expected) return false
    this.at += 1
    return true
  }

  /** True where these bytes stand at `from`. */
  isAt(from: number, expected: Uint8Array): boolean {
    const bytes = this.#bytes
    for (let index = 0; index < expected.length; index += 1) {
      if (bytes[from + index] !== expected[index]) return false
    }
    return true
  }

  /** Goes over a string without escapes, its quotes included. */
  plainString(): boolean {
    this.at = this.#walk.plain_string_end(this.at)
    return this.at !== -1
  }

  /** Goes over a whole number as JSON.stringify writes it; -1 for anything else or more than 15 digits. */
  wholeNumber(): number {
    const bytes = this.#bytes
    const from = this.at
    let value = 0
    let at = from
    for (let byte = bytes[at] as number; byte >= ZERO && byte <= NINE; byte = bytes[at] as number) {
      value = value * 10 + byte - ZERO
      at += 1
    }
    const digits = at - from
    if (digits === 0 || digits > 15 || (digits > 1 && bytes[from] === ZERO)) return -1
    this.at = at
    return value
  }

  /** Goes over one value of any kind. */
  value(): boolean {
    this.at = this.#walk.value_end(this.at)
    return this.at !== -1
  }

  /**
   * Goes over an object, whose keys have no escapes.
   *
   * @param member Told where each key stands between its quotes, when the scanner is at its value; goes over the value.
   */
  object(member: (keyFrom: number, keyTo: number) => boolean): boolean {
    if (!this.skipByte(OPEN_OBJECT)) return false
    this.#space()
    if (this.skipByte(CLOSE_OBJECT)) return true
    for (;;) {
      const keyFrom = this.at + 1
      if (!this.plainString()) return false
      const keyTo = this.at - 1
      this.#space()
      if (!this.skipByte(COLON)) return false
      this.#space()
      if (!member(keyFrom, keyTo)) return false
      this.#space()
      if (this.skipByte(CLOSE_OBJECT)) return true
      if (!this.skipByte(COMMA)) return false
      this.#space()
    }
  }

  /** A line holds no line feed, and a carriage return is refused elsewhere. */
  #space(): void {
    while (this.byte === SPACE || this.byte === TAB) this.at += 1
  }
}
