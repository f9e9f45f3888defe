/**
 * Tells the walk in `json-walk.wat` what a text has to be, as a table in its memory, and reads what it found.
 *
 * The memory holds a text of up to {@link WALK_BYTES_MAX} bytes, the table, what is found, and behind it a window for who
 * reads files right into it: texts that stand there are walked over where they are.
 */
import { type JsonWalk, jsonWalk } from './json-walk.js'
import { RepeatedTexts } from './repeated-texts.js'

/** The part of JSON Schema that is understood, any other word is refused; and what else a line of the journal holds. */
export interface Form {
  /** `whole`: a number of 15 digits at most; `pairs`: an array of pairs of strings, without blanks. */
  type?: string
  minLength?: number
  minItems?: number
  minimum?: number
  exclusiveMinimum?: number
  required?: readonly string[]
  properties?: Readonly<Record<string, Form>>
  items?: Form
}

/** ASCII that must stand there, and a value behind it; paths in it begin with the name, if it has one. */
export type Part = readonly [text: string, form?: Form, name?: string]

/** The note for the value at this path, where `*` stands for the items of an array; -1 for none. */
export type NoteOf = (path: readonly string[]) => number

const WORDS = [
  'type',
  'minLength',
  'minItems',
  'minimum',
  'exclusiveMinimum',
  'required',
  'properties',
  'items',
]
/** In the order of the functions of `$kinds`. */
const KINDS = ['any', 'string', 'number', 'array', 'object', 'whole', 'string or null', 'pairs']
/** Parts, nodes and properties are as long, and so is the alignment of the table. */
const ROW_BYTES = 32
const NAME_AT = 16
/** The longest name of a property, bytes. */
const NAME_BYTES_MAX = 16
/** Of one object. */
export const PROPERTIES_MAX = 64
const ENTRY_BYTES = 16
const ENTRY_WORDS = ENTRY_BYTES / 4
const PAGE_BYTES = 64 * 1024

/** The longest text outside of the window, bytes. */
export const WALK_BYTES_MAX = 1024 * 1024
const TABLE_AT = WALK_BYTES_MAX + ROW_BYTES
const ENTRIES_AT = WALK_BYTES_MAX + PAGE_BYTES / 4
const WINDOW_AT = WALK_BYTES_MAX + PAGE_BYTES
const FIRST_WORD = ENTRIES_AT / 4
/** What `bytes_in` tells of. */
const [HIGH_BYTES, BACKSLASHES] = [1, 2]
const QUOTE = 0x22
const BACKSLASH = 0x5c
const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const NINE = 0x39

export interface WalkOptions {
  levels: number
  windowBytes?: number
}

/** Walks over one text after the other; what it tells of one is good until the next. */
export class WalkTable {
  /** To be filled with texts of one line, each with its LF behind it. */
  readonly window: Buffer
  readonly #program: JsonWalk = jsonWalk()
  readonly #bytes: Buffer
  readonly #words: Int32Array
  readonly #numbers: Float64Array
  readonly #texts: RepeatedTexts
  readonly #part: number
  readonly #count: number
  readonly #levels: number
  #free = TABLE_AT

  /**
   * @param parts What a text consists of.
   * @param levels How deep each value may be nested, 64 at most.
   * @param windowBytes Length of the window.
   */
  constructor(parts: readonly Part[], noteOf: NoteOf, { levels, windowBytes = 0 }: WalkOptions) {
    const { memory } = this.#program
    // The zeros behind the window stop each walk, and 16 of them may be looked at.
    if (windowBytes > 0) memory.grow(Math.ceil((windowBytes + ENTRY_BYTES) / PAGE_BYTES))
    this.#bytes = Buffer.from(memory.buffer)
    this.#texts = new RepeatedTexts(this.#bytes)
    this.#words = new Int32Array(memory.buffer)
    this.#numbers = new Float64Array(memory.buffer)
    this.window = this.#bytes.subarray(WINDOW_AT, WINDOW_AT + windowBytes)
    this.#levels = levels
    this.#count = parts.length
    this.#part = this.#rows(parts.length)
    for (const [index, part] of parts.entries()) this.#writePart(this.#part + index * ROW_BYTES, part, noteOf)
  }

  /** The number of values that were noted, in the order of the text; -1 where it is not surely what it has to be. */
  walk(text: Buffer): number {
    const { length } = text
    let at = text.byteOffset
    if (text.buffer !== this.#bytes.buffer) {
      if (length > WALK_BYTES_MAX) return -1
      this.#bytes.set(text)
      this.#bytes[length] = 0
      at = 0
    }
    return this.#behind(at) === at + length ? this.noted() : -1
  }

  /** Behind the text that begins in the window at `at`; -1 where there is not surely one. Both are bytes of the window. */
  walkAt(at: number): number {
    const end = this.#behind(WINDOW_AT + at)
    return end === -1 ? -1 : end - WINDOW_AT
  }

  /** As {@link walk} of the text that stands in the window from `from` to `to`, whatever stands behind it. */
  walkWindow(from: number, to: number): number {
    const bytes = this.#bytes
    const end = WINDOW_AT + to
    const behind = bytes[end] as number
    bytes[end] = 0
    const isWhole = this.#behind(WINDOW_AT + from) === end
    bytes[end] = behind
    return isWhole ? this.noted() : -1
  }

  /** The number of values that were noted of the last text. */
  noted(): number {
    return this.#program.entries_made()
  }

  /** Whether something stands in the window from `from` to `to` that makes more of a text than its characters. */
  bytesIn(from: number, to: number): { hasHighBytes: boolean; hasBackslash: boolean } {
    const found = this.#program.bytes_in(WINDOW_AT + from, WINDOW_AT + to)
    return { hasHighBytes: (found & HIGH_BYTES) !== 0, hasBackslash: (found & BACKSLASHES) !== 0 }
  }

  /** What the value has for a note. */
  note(index: number): number {
    return this.#words[FIRST_WORD + index * ENTRY_WORDS] as number
  }

  /** The value as a number, which it is by its form. */
  number(index: number): number {
    return this.#numbers[FIRST_WORD / 2 + index * 2 + 1] as number
  }

  /** Bytes of the value, which is no number by its form. */
  length(index: number): number {
    return this.#end(index) - this.#begin(index)
  }

  /** What stands between the quotes of the value, which is a string without escapes. */
  text(index: number): string {
    return this.#bytes.toString('utf8', this.#begin(index) + 1, this.#end(index) - 1)
  }

  /** The same, faster where it has few values. */
  repeatedText(index: number): string {
    return this.#texts.text(this.#begin(index) + 1, this.#end(index) - 1)
  }

  /** What `holds` says of the bytes from which {@link text} is made. */
  test(index: number, holds: (bytes: Uint8Array, from: number, to: number) => boolean): boolean {
    return holds(this.#bytes, this.#begin(index) + 1, this.#end(index) - 1)
  }

  /** What the value means, of any form but a number's. */
  parsed(index: number): unknown {
    const [from, to] = [this.#begin(index), this.#end(index)]
    const first = this.#bytes[from] as number
    if (first === QUOTE && !hasEscape(this.#bytes, from, to)) return this.repeatedText(index)
    const number = decimalIn(this.#bytes, from, to)
    return Number.isNaN(number) ? JSON.parse(this.#bytes.toString('utf8', from, to)) : number
  }

  #behind(at: number): number {
    return this.#program.parts_end(at, this.#part, this.#count, this.#levels, ENTRIES_AT, WINDOW_AT)
  }

  #begin(index: number): number {
    return this.#words[FIRST_WORD + index * ENTRY_WORDS + 1] as number
  }

  #end(index: number): number {
    return this.#words[FIRST_WORD + index * ENTRY_WORDS + 2] as number
  }

  #writePart(row: number, [text, form, name]: Part, noteOf: NoteOf): void {
    this.#words[row >> 2] = form ? this.#writeNode(form, name === undefined ? [] : [name], noteOf) : 0
    this.#words[(row + 4) >> 2] = text.length
    const at = this.#rows(Math.ceil(text.length / ROW_BYTES))
    this.#words[(row + 8) >> 2] = at
    this.#bytes.write(text, at, 'latin1')
  }

  /** Writes a node, and what it consists of behind it; returns where it stands. */
  #writeNode(form: Form, path: readonly string[], noteOf: NoteOf): number {
    const unknown = Object.keys(form).find((word) => !WORDS.includes(word))
    const kind = KINDS.indexOf(form.type ?? 'any')
    must(unknown === undefined && kind !== -1, `no walk knows ${unknown ?? form.type}`)
    // More than one character could be fewer than its bytes.
    must((form.minLength ?? 0) <= 1, 'a walk does not count characters')
    const node = this.#rows(1)
    this.#words[node >> 2] = kind
    this.#words[(node + 4) >> 2] = noteOf(path)
    if (form.type === 'number') {
      this.#numbers[(node + 8) >> 3] = form.exclusiveMinimum ?? form.minimum ?? Number.NEGATIVE_INFINITY
      this.#words[(node + 16) >> 2] = form.exclusiveMinimum === undefined ? 0 : 1
    } else this.#words[(node + 8) >> 2] = form.minLength ?? form.minItems ?? 0
    if (form.type === 'array')
      this.#words[(node + 16) >> 2] = this.#writeNode(form.items ?? {}, [...path, '*'], noteOf)
    if (form.type === 'object')
      this.#writeProperties(node, form, (name, each) => this.#writeNode(each, [...path, name], noteOf))
    return node
  }

  #writeProperties(
    node: number,
    { properties = {}, required = [] }: Form,
    write: (name: string, form: Form) => number,
  ): void {
    const entries = Object.entries(properties)
    const names = entries.map(([name]) => name)
    must(
      entries.length <= PROPERTIES_MAX && required.every((name) => names.includes(name)),
      'no table for it',
    )
    const first = this.#rows(entries.length)
    this.#words[(node + 8) >> 2] = entries.length
    this.#words[(node + 16) >> 2] = first
    this.#words[(node + 20) >> 2] = names.reduce((sum, name) => sum | (1 << Buffer.byteLength(name)), 0)
    const bits = required.reduce((sum, name) => sum | (1n << BigInt(names.indexOf(name))), 0n)
    this.#bytes.writeBigUInt64LE(bits, node + 24)
    for (const [index, [name, form]] of entries.entries()) {
      const row = first + index * ROW_BYTES
      const length = Buffer.byteLength(name)
      must(isPropertyName(name), `${name} is longer than ${NAME_BYTES_MAX} bytes, or to be escaped`)
      this.#words[row >> 2] = write(name, form)
      this.#words[(row + 4) >> 2] = (1 << length) - 1
      this.#words[(row + 8) >> 2] = length
      this.#bytes.write(name, row + NAME_AT)
    }
  }

  /** So many rows one after the other. */
  #rows(count: number): number {
    const row = this.#free
    this.#free += count * ROW_BYTES
    must(this.#free <= ENTRIES_AT, 'the table is full')
    return row
  }
}

/** Looks for it here: most strings are short, and a call of a buffer's own search takes longer than they do. */
function hasEscape(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (bytes[at] === BACKSLASH) return true
  return false
}

/** A number of so many characters has no more digits than a double holds, and no more places than make such a power of ten. */
const DECIMAL_CHARS_MAX = 15

const isDigit = (byte: number): boolean => byte >= ZERO && byte <= NINE

/** The number that this value is; NaN for any other value, and for a number that only a parser surely reads to the last bit. */
function decimalIn(bytes: Buffer, from: number, to: number): number {
  if (to - from > DECIMAL_CHARS_MAX) return Number.NaN
  let digits = 0
  let scale = 1
  let isBehindPoint = false
  for (let at = bytes[from] === MINUS ? from + 1 : from; at < to; at += 1) {
    const byte = bytes[at] as number
    if (isDigit(byte)) {
      digits = digits * 10 + byte - ZERO
      if (isBehindPoint) scale *= 10
    } else if (byte === POINT) isBehindPoint = true
    else return Number.NaN
  }
  // Both are exact, and the quotient is rounded once.
  return (bytes[from] === MINUS ? -digits : digits) / scale
}

/** True where a property may have this name: as long as there is room for, and with nothing in it that JSON escapes. */
export const isPropertyName = (name: string): boolean =>
  Buffer.byteLength(name) <= NAME_BYTES_MAX && JSON.stringify(name) === `"${name}"`

/** Only a change of the program itself can fail here. */
function must(holds: boolean, problem: string): asserts holds {
  if (!holds) throw new Error(problem)
}
