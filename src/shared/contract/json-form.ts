/**
 * Proves over the bytes of a JSON text that it is as a schema says, without parsing it, and picks the few values out of it
 * that somebody looks at.
 *
 * The schema is written as a table into the memory of the walk in `json-walk.wat`. A text that is not surely as the schema
 * says is no worse for that: whoever is told so asks a parser.
 */
import { type JsonWalk, jsonWalk, WALK_BYTES_MAX } from './json-walk.js'
import { RepeatedTexts } from './repeated-texts.js'

/** The part of JSON Schema that is understood; any other word is refused. */
export interface Form {
  type?: string
  minLength?: number
  minItems?: number
  minimum?: number
  exclusiveMinimum?: number
  required?: readonly string[]
  properties?: Readonly<Record<string, Form>>
  items?: Form
}

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
const KINDS: Record<string, number> = { any: 0, string: 1, number: 2, array: 3, object: 4 }
/** Nodes and properties are as long, and so is the alignment of the table. */
const ROW_BYTES = 32
const NAME_AT = 16
const NAME_BYTES_MAX = 16
const PROPERTIES_MAX = 64
const ENTRY_BYTES = 16
const ENTRIES_AT = WALK_BYTES_MAX + 16 * 1024
const TABLE_AT = WALK_BYTES_MAX + ROW_BYTES
const BACKSLASH = 0x5c

/** Told of each value that is picked, in the order of the text. */
export type Visit = (pick: number, found: Found) => void

/** A picked value; good for as long as it is told of. */
export interface Found {
  readonly number: number
  readonly text: string
  /** The same, faster where it has few values. */
  readonly repeatedText: string
}

export class JsonForm implements Found {
  readonly #walk: JsonWalk = jsonWalk()
  readonly #bytes = Buffer.from(this.#walk.memory.buffer)
  readonly #words = new Int32Array(this.#walk.memory.buffer)
  readonly #numbers = new Float64Array(this.#walk.memory.buffer)
  readonly #picks: readonly string[]
  readonly #root: number
  readonly #levels: number
  readonly #texts = new RepeatedTexts()
  #free = TABLE_AT
  /** Byte offset of the entry that is visited. */
  #at = 0

  /**
   * @param picks Paths like `metadata/timestamp` of what is told of; `*` stands for the items of an array.
   * @param levels How deep a text may be nested, 64 at most.
   */
  constructor(form: Form, { picks, levels }: { picks: readonly string[]; levels: number }) {
    this.#picks = picks
    this.#levels = levels
    this.#root = this.#write(form, [])
  }

  /** True where `text`, which is UTF-8, surely is as the form says; its picked values are told then. */
  take(text: Buffer, visit: Visit): boolean {
    const { length } = text
    // What an escape stands for would have to be known; line breaks are no blanks for the walk.
    if (length > WALK_BYTES_MAX || text.includes(BACKSLASH)) return false
    this.#bytes.set(text)
    this.#bytes[length] = 0
    const { entry, entries_end } = this.#walk
    entry.value = ENTRIES_AT
    entries_end.value = this.#bytes.length
    if (this.#walk.value_by(0, this.#root, this.#levels) !== length || entry.value > entries_end.value)
      return false
    const end = entry.value
    for (this.#at = ENTRIES_AT; this.#at < end; this.#at += ENTRY_BYTES) {
      visit(this.#words[this.#at >> 2] as number, this)
    }
    return true
  }

  get number(): number {
    return this.#numbers[(this.#at + 8) >> 3] as number
  }

  get text(): string {
    const word = (this.#at + 8) >> 2
    return this.#bytes.toString('utf8', this.#words[word], this.#words[word + 1])
  }

  get repeatedText(): string {
    const word = (this.#at + 8) >> 2
    return this.#texts.text(this.#bytes, this.#words[word] as number, this.#words[word + 1] as number)
  }

  /** Writes a node, and what it consists of behind it; returns where it stands. */
  #write(form: Form, path: string[]): number {
    const unknown = Object.keys(form).find((word) => !WORDS.includes(word))
    const kind = KINDS[form.type ?? 'any']
    must(unknown === undefined && kind !== undefined, `no walk knows ${unknown ?? form.type}`)
    // More than one character could be fewer than its bytes.
    must((form.minLength ?? 0) <= 1, 'a walk does not count characters')
    const node = this.#row()
    this.#words[node >> 2] = kind
    this.#words[(node + 4) >> 2] = this.#picks.indexOf(path.join('/'))
    if (form.type === 'number') {
      this.#numbers[(node + 8) >> 3] = form.exclusiveMinimum ?? form.minimum ?? Number.NEGATIVE_INFINITY
      this.#words[(node + 16) >> 2] = form.exclusiveMinimum === undefined ? 0 : 1
    } else this.#words[(node + 8) >> 2] = form.minLength ?? form.minItems ?? 0
    if (form.type === 'array') this.#words[(node + 16) >> 2] = this.#write(form.items ?? {}, [...path, '*'])
    if (form.type === 'object') this.#writeProperties(node, form, path)
    return node
  }

  #writeProperties(node: number, { properties = {}, required = [] }: Form, path: string[]): void {
    const entries = Object.entries(properties)
    const names = entries.map(([name]) => name)
    must(
      entries.length <= PROPERTIES_MAX && required.every((name) => names.includes(name)),
      'no table for it',
    )
    const rows = entries.map(() => this.#row())
    this.#words[(node + 8) >> 2] = entries.length
    this.#words[(node + 16) >> 2] = rows[0] ?? 0
    const bits = required.reduce((sum, name) => sum | (1n << BigInt(names.indexOf(name))), 0n)
    this.#bytes.writeBigUInt64LE(bits, node + 24)
    for (const [index, [name, form]] of entries.entries()) {
      const row = rows[index] as number
      const length = Buffer.byteLength(name)
      must(length <= NAME_BYTES_MAX, `${name} is longer than ${NAME_BYTES_MAX} bytes`)
      this.#words[row >> 2] = this.#write(form, [...path, name])
      this.#words[(row + 4) >> 2] = (1 << length) - 1
      this.#bytes.write(name, row + NAME_AT)
    }
  }

  #row(): number {
    const row = this.#free
    this.#free += ROW_BYTES
    must(this.#free <= ENTRIES_AT, 'the table is full')
    return row
  }
}

/** Only a change of the schema in the program itself can fail here. */
function must(holds: boolean, problem: string): asserts holds {
  if (!holds) throw new Error(problem)
}
