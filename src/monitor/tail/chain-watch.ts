/**
 * Checks the hash chain of the lines as they are read: each must follow from its content and the line before.
 *
 * The first line after a start or a hole is taken at its word; `orderscope journal verify` proves the rest.
 */
import type { JournalEntry } from '../../shared/contract/journal-entry.js'
import { checkLine } from '../../shared/journal/line.js'
import type { ChainState } from './protocol.js'

export class ChainWatch {
  #previousHash: string | null = null
  #state: ChainState = { fromSeq: null, toSeq: null, breaks: 0, firstBreakSeq: null }

  get state(): ChainState {
    return this.#state
  }

  /** `line` is without its line end; `follows` is false where lines are missing before it. */
  add({ seq, hash }: JournalEntry, line: Buffer, follows: boolean): void {
    const { fromSeq, breaks, firstBreakSeq } = this.#state
    const isBroken = follows && this.#previousHash !== null && !checkLine(line, this.#previousHash).ok
    this.#previousHash = hash
    this.#state = {
      fromSeq: fromSeq === null || isBroken || !follows ? seq : fromSeq,
      toSeq: seq,
      breaks: breaks + (isBroken ? 1 : 0),
      firstBreakSeq: firstBreakSeq ?? (isBroken ? seq : null),
    }
  }
}
