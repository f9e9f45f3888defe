/**
 * Proves over the bytes of a JSON text that it is as a schema says, without parsing it, and picks the few values out of it
 * that somebody looks at.
 *
 * A text that is not surely as the schema says is no worse for that: whoever is told so asks a parser.
 */
import { isUtf8 } from 'node:buffer'
import { type Form, WalkTable } from './walk-table.js'

export interface JsonFormOptions {
  /** Paths like `metadata/timestamp` of what is told of; `*` stands for the items of an array. */
  picks: readonly string[]
  /** How deep a text may be nested, 64 at most. */
  levels: number
  /** Length of {@link JsonForm.window}. */
  windowBytes: number
}

export class JsonForm {
  readonly #table: WalkTable

  constructor(form: Form, { picks, levels, windowBytes }: JsonFormOptions) {
    const noteOf = (path: readonly string[]): number => picks.indexOf(path.join('/'))
    this.#table = new WalkTable([['', form]], noteOf, { levels, windowBytes })
  }

  /** To be filled with texts. */
  get window(): Buffer {
    return this.#table.window
  }

  /**
   * The number of values that are picked out of the text that stands in the window from `from` to `to`; -1 where it is not surely
   * UTF-8 and as the form says. They are told by index, in the order of the text, until the next text is taken.
   */
  take(from: number, to: number): number {
    const { hasHighBytes, hasBackslash } = this.#table.bytesIn(from, to)
    // What an escape stands for would have to be known; line breaks are no blanks for the walk.
    if (hasBackslash || (hasHighBytes && !isUtf8(this.window.subarray(from, to)))) return -1
    return this.#table.walkWindow(from, to)
  }

  /** Which of the paths a value was picked by: an index into them. */
  pick(index: number): number {
    return this.#table.note(index)
  }

  number(index: number): number {
    return this.#table.number(index)
  }

  text(index: number): string {
    return this.#table.text(index)
  }

  /** The same, faster where it has few values. */
  repeatedText(index: number): string {
    return this.#table.repeatedText(index)
  }

  /** What `holds` says of the bytes of a text; sooner than a text is made of them. */
  test(index: number, holds: (bytes: Uint8Array, from: number, to: number) => boolean): boolean {
    return this.#table.test(index, holds)
  }
}
