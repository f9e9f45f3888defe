/**
 * Proves over the bytes of a JSON text that it is as a schema says, without parsing it, and picks the few values out of it
 * that somebody looks at.
 *
 * A text that is not surely as the schema says is no worse for that: whoever is told so asks a parser.
 */
import { type Form, WalkTable } from './walk-table.js'

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
  readonly #table: WalkTable
  /** Index of the value that is visited. */
  #at = 0

  /**
   * @param picks Paths like `metadata/timestamp` of what is told of; `*` stands for the items of an array.
   * @param levels How deep a text may be nested, 64 at most.
   */
  constructor(form: Form, { picks, levels }: { picks: readonly string[]; levels: number }) {
    this.#table = new WalkTable([['', form]], (path) => picks.indexOf(path.join('/')), { levels })
  }

  /** True where `text`, which is UTF-8, surely is as the form says; its picked values are told then. */
  take(text: Buffer, visit: Visit): boolean {
    // What an escape stands for would have to be known; line breaks are no blanks for the walk.
    if (text.includes(BACKSLASH)) return false
    const count = this.#table.walk(text)
    for (this.#at = 0; this.#at < count; this.#at += 1) visit(this.#table.note(this.#at), this)
    return count !== -1
  }

  get number(): number {
    return this.#table.number(this.#at)
  }

  get text(): string {
    return this.#table.text(this.#at)
  }

  get repeatedText(): string {
    return this.#table.repeatedText(this.#at)
  }
}
