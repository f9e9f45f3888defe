/**
 * What was found changed although it never may: sealed files, and lines that the tracker had made durable.
 *
 * What is found here stays until a person has seen it.
 */
import type { JournalFold } from './journal-fold.js'
import type { Tamper } from './protocol.js'

/** Something that goes on for ever must not fill the memory. */
const FOUND_MAX = 20

/** The last line that a metrics line vouched for. */
export interface DurableLine {
  seq: number
  hash: string
}

export class TamperWatch {
  #found: Tamper[] = []
  #count = 0
  #expected: DurableLine | null = null

  /** Oldest first. */
  get found(): readonly Tamper[] {
    return this.#found
  }

  add(texts: readonly string[]): void {
    for (const text of texts) {
      this.#count += 1
      this.#found = [...this.#found, { id: this.#count, text }].slice(-FOUND_MAX)
    }
  }

  /** The journal is read anew: what was durable before must be found again. */
  expect(line: DurableLine | null): void {
    this.#expected = line ?? this.#expected
  }

  /** Call when the journal has been read to its end. */
  settle(fold: JournalFold): void {
    const expected = this.#expected
    if (!expected || fold.seq === 0) return
    this.#expected = null
    if (fold.seq < expected.seq) {
      this.add([`lines ${fold.seq + 1} to ${expected.seq} were durable and are gone`])
      return
    }
    const hash = fold.hashAt(expected.seq)
    if (hash !== null && hash !== expected.hash) {
      this.add([`line ${expected.seq} was durable and is another now`])
    }
  }
}
