/**
 * Proves over the bytes of a JSON text that it is as a schema says, without parsing it, and picks the few values out of it
 * that somebody looks at.
 *
 * A text that is not surely as the schema says is no worse for that: whoever is told so asks a parser.
 */
import { type Form, WalkTable } from './walk-table.js'

const BACKSLASH = 0x5c

export class JsonForm {
  readonly #table: WalkTable

  /**
   * @param picks Paths like `metadata/timestamp` of what is told of; `*` stands for the items of an array.
   * @param levels How deep a text may be nested, 64 at most.
   */
  constructor(form: Form, { picks, levels }: { picks: readonly string[]; levels: number }) {
    this.#table = new WalkTable([['', form]], (path) => picks.indexOf(path.join('/')), { levels })
  }

  /**
   * The number of values that are picked out of `text`, which is UTF-8; -1 where it is not surely as the form says. They are told
   * by index, in the order of the text, until the next text is taken.
   */
  take(text: Buffer): number {
    // What an escape stands for would have to be known; line breaks are no blanks for the walk.
    return text.includes(BACKSLASH) ? -1 : this.#table.walk(text)
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
