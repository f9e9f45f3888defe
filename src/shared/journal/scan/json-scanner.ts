/**
 * Walks over JSON text as bytes and proves its form, without building what it means: a tenth of what a parser costs.
 *
 * Takes a part of what JSON allows and never anything else, so who is told false asks a parser.
 */

/** Arrays and objects inside each other; what is deeper is left to a parser. */
const DEPTH_MAX = 128

const QUOTE = 0x22
const COMMA = 0x2c
const MINUS = 0x2d
const DOT = 0x2e
const COLON = 0x3a
const BACKSLASH = 0x5c
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const ZERO = 0x30
const NINE = 0x39
const SPACE = 0x20
const TAB = 0x09

/** 1 for a byte that ends the plain run of a string: quote, backslash, control character. */
const ENDS_RUN = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < SPACE || byte === QUOTE || byte === BACKSLASH ? 1 : 0,
)
/** 1 for what may follow a backslash, beside `u`. */
const ESCAPED = Uint8Array.from({ length: 256 }, (_, byte) =>
  '"\\/bfnrt'.includes(String.fromCharCode(byte)) ? 1 : 0,
)
const HEX = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[0-9a-fA-F]/.test(String.fromCharCode(byte)) ? 1 : 0,
)
const LETTER_U = 0x75

/** Text below U+0100 as the scanner compares it. */
export const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'))
const TRUE = bytesOf('true')
const FALSE = bytesOf('false')
const NULL = bytesOf('null')

export class JsonScanner {
  /** Where the next byte is read. After false it stands anywhere. */
  at = 0
  #bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** Begins anew with other bytes, so that one scanner serves every line. */
  start(bytes: Uint8Array, at: number): void {
    this.#bytes = bytes
    this.at = at
  }

  /** Goes over exactly these bytes. */
  skip(expected: Uint8Array): boolean {
    const bytes = this.#bytes
    const from = this.at
    for (let index = 0; index < expected.length; index += 1) {
      if (bytes[from + index] !== expected[index]) return false
    }
    this.at = from + expected.length
    return true
  }

  /** The same, where they stand here; stays in its place where they do not. */
  skipIf(expected: Uint8Array): boolean {
    const from = this.at
    if (this.skip(expected)) return true
    this.at = from
    return false
  }

  /** Goes over a string without escapes, its quotes included. */
  plainString(): boolean {
    if (this.#bytes[this.at] !== QUOTE) return false
    this.#toRunEnd(this.at + 1)
    if (this.#bytes[this.at] !== QUOTE) return false
    this.at += 1
    return true
  }

  /** Goes over a string with any escapes, its quotes included. */
  string(): boolean {
    const bytes = this.#bytes
    if (bytes[this.at] !== QUOTE) return false
    this.#toRunEnd(this.at + 1)
    while (bytes[this.at] === BACKSLASH) {
      const escaped = bytes[this.at + 1] ?? 0
      if (ESCAPED[escaped] === 1) this.#toRunEnd(this.at + 2)
      else if (escaped === LETTER_U && this.#isHex(this.at + 2)) this.#toRunEnd(this.at + 6)
      else return false
    }
    if (bytes[this.at] !== QUOTE) return false
    this.at += 1
    return true
  }

  /** Goes over a whole number as JSON.stringify writes it; -1 for anything else or more than 15 digits. */
  wholeNumber(): number {
    const bytes = this.#bytes
    const from = this.at
    let value = 0
    let at = from
    for (let byte = bytes[at] ?? 0; byte >= ZERO && byte <= NINE; byte = bytes[at] ?? 0) {
      value = value * 10 + byte - ZERO
      at += 1
    }
    const digits = at - from
    if (digits === 0 || digits > 15 || (digits > 1 && bytes[from] === ZERO)) return -1
    this.at = at
    return value
  }

  /** Goes over one value of any kind. */
  value(depth = 0): boolean {
    const byte = this.#bytes[this.at]
    switch (byte) {
      case QUOTE:
        return this.string()
      case OPEN_OBJECT:
        return this.object(depth + 1, null)
      case OPEN_ARRAY:
        return this.#array(depth + 1)
      case 0x74:
        return this.skip(TRUE)
      case 0x66:
        return this.skip(FALSE)
      case 0x6e:
        return this.skip(NULL)
      default:
        return this.#number()
    }
  }

  /**
   * Goes over an object.
   *
   * @param member Told where each key stands between its quotes, when the scanner is at its value; goes over the value.
   */
  object(depth: number, member: ((keyFrom: number, keyTo: number) => boolean) | null): boolean {
    if (this.#bytes[this.at] !== OPEN_OBJECT || depth > DEPTH_MAX) return false
    this.at += 1
    this.#space()
    if (this.#bytes[this.at] === CLOSE_OBJECT) {
      this.at += 1
      return true
    }
    for (;;) {
      const keyFrom = this.at + 1
      if (!this.string()) return false
      const keyTo = this.at - 1
      this.#space()
      if (this.#bytes[this.at] !== COLON) return false
      this.at += 1
      this.#space()
      if (!(member ? member(keyFrom, keyTo) : this.value(depth))) return false
      this.#space()
      const next = this.#bytes[this.at]
      if (next !== COMMA && next !== CLOSE_OBJECT) return false
      this.at += 1
      if (next === CLOSE_OBJECT) return true
      this.#space()
    }
  }

  #array(depth: number): boolean {
    if (depth > DEPTH_MAX) return false
    this.at += 1
    this.#space()
    if (this.#bytes[this.at] === CLOSE_ARRAY) {
      this.at += 1
      return true
    }
    for (;;) {
      if (!this.value(depth)) return false
      this.#space()
      const next = this.#bytes[this.at]
      if (next !== COMMA && next !== CLOSE_ARRAY) return false
      this.at += 1
      if (next === CLOSE_ARRAY) return true
      this.#space()
    }
  }

  #number(): boolean {
    if (this.#bytes[this.at] === MINUS) this.at += 1
    const from = this.at
    if (!this.#digits() || (this.#bytes[from] === ZERO && this.at > from + 1)) return false
    if (this.#bytes[this.at] === DOT) {
      this.at += 1
      if (!this.#digits()) return false
    }
    const exponent = this.#bytes[this.at]
    if (exponent !== 0x65 && exponent !== 0x45) return true
    this.at += 1
    const sign = this.#bytes[this.at]
    if (sign === 0x2b || sign === MINUS) this.at += 1
    return this.#digits()
  }

  #digits(): boolean {
    const bytes = this.#bytes
    const from = this.at
    let at = from
    for (let byte = bytes[at] ?? 0; byte >= ZERO && byte <= NINE; byte = bytes[at] ?? 0) at += 1
    this.at = at
    return at > from
  }

  /** A line holds no line feed, and a carriage return is refused elsewhere. */
  #space(): void {
    const bytes = this.#bytes
    while (bytes[this.at] === SPACE || bytes[this.at] === TAB) this.at += 1
  }

  /** To the next byte that is a quote, a backslash or a control character, or to the end. */
  #toRunEnd(from: number): void {
    const bytes = this.#bytes
    const { length } = bytes
    let at = from
    while (at < length && ENDS_RUN[bytes[at] as number] === 0) at += 1
    this.at = at
  }

  #isHex(from: number): boolean {
    for (let at = from; at < from + 4; at += 1) if (HEX[this.#bytes[at] ?? 0] !== 1) return false
    return true
  }
}
