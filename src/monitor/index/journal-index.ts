/**
 * The derived index of a journal, in memory: read once and extended as the journal grows.
 *
 * It makes the past fast and is never needed to be right: what does not stand in the journal is dropped and read anew.
 */

import { SuiteError } from '../../shared/runtime/errors.js'
import { ORDER_FIELDS } from '../business/sums.js'
import { lineAt } from '../query/entry-detail.js'
import { readJournalEntry } from '../tail/entry-reader.js'
import { JournalReader, type ReaderOwner } from '../tail/journal-reader.js'
import { firstSeqOf, type OpenFile, openPart } from '../tail/part-file.js'
import type { SealedPart } from '../tail/sealed-parts.js'
import type { StartingPlace } from '../tail/starting-place.js'
import type { IndexStore } from './index-store.js'
import { type IndexEntry, SegmentFold } from './segment.js'

/** Entries are written down at most this often. */
const SAVE_MS = 5000

export class JournalIndex {
  readonly #eventsFile: string
  readonly #store: IndexStore
  #reader: JournalReader
  #entries: IndexEntry[] = []
  #fold = new SegmentFold(null)
  #isLoaded = false
  #isComplete = false
  #savedMs = Number.NEGATIVE_INFINITY

  constructor(eventsFile: string, store: IndexStore) {
    this.#eventsFile = eventsFile
    this.#store = store
    this.#reader = this.#read()
  }

  /** Everything that was there at the start is in the index, up to the last line that has an entry. */
  get isComplete(): boolean {
    return this.#isComplete
  }

  /** Share of what was there at the start and has been read, 0 to 1. */
  get progress(): number {
    return this.#isComplete ? 1 : this.#reader.progress
  }

  /** Oldest first. */
  get entries(): readonly IndexEntry[] {
    return this.#entries
  }

  /**
   * What happened from the first line of the journal, `firstSeq`, to the line `seq`, which has an entry; null where that is not
   * known yet.
   */
  history(firstSeq: number, seq: number): readonly IndexEntry[] | null {
    // Lines of files that are gone by now count no more.
    const to = this.#entries.findLastIndex((entry) => entry.seq <= seq)
    if (this.#entries[to]?.seq !== seq) return null
    return this.#entries.slice(0, to + 1).filter((entry) => entry.from_seq >= firstSeq)
  }

  /** Reads on; true while there is more to read at once. */
  step(): boolean {
    const hasMore = this.#reader.step()
    if (hasMore) return true
    this.#isComplete = true
    const now = performance.now()
    if (now - this.#savedMs >= SAVE_MS) {
      this.#savedMs = now
      this.#store.save(this.#entries)
    }
    return false
  }

  /** Forgets everything and begins anew. */
  drop(): void {
    this.#reader.close()
    this.#entries = []
    this.#isComplete = false
    this.#reader = this.#read()
  }

  close(): void {
    this.#reader.close()
  }

  #read(): JournalReader {
    const owner: ReaderOwner = {
      onStart: (open, sealed) => this.#start(open, sealed),
      onEntry: (entry, { fileFirstSeq, line }) => {
        // Reading goes on at the line of the last entry.
        if (entry.seq <= (this.#entries.at(-1)?.seq ?? 0)) return
        const made = this.#fold.add(entry, { fileFirstSeq, offset: line.start }, line.end)
        if (made) this.#entries.push(made)
      },
    }
    return new JournalReader(this.#eventsFile, owner, ORDER_FIELDS)
  }

  #start(open: OpenFile | null, sealed: readonly SealedPart[]): StartingPlace {
    const openFirstSeq = open ? firstSeqOf(open) : null
    if (!this.#isLoaded) {
      this.#isLoaded = true
      const firstSeqs = sealed.map(({ firstSeq }) => firstSeq)
      this.#entries = this.#store.load(openFirstSeq === null ? firstSeqs : [...firstSeqs, openFirstSeq])
    }
    for (let last = this.#entries.at(-1); last; last = this.#entries.at(-1)) {
      const part = sealed.findIndex(({ firstSeq }) => firstSeq === last?.file_first_seq)
      const isInOpen = open !== null && last.file_first_seq === openFirstSeq
      const stands = isInOpen
        ? isStanding(open, last)
        : part !== -1 && isStandingIn(sealed[part] as SealedPart, last)
      if (stands) {
        this.#fold = new SegmentFold(last)
        return { parts: isInOpen ? [] : sealed.slice(part), offset: last.offset, checkpoint: null }
      }
      this.#entries.pop()
    }
    this.#fold = new SegmentFold(null)
    return { parts: sealed, offset: 0, checkpoint: null }
  }
}

/** True where the line of an entry is where it is said to be. */
export function isStanding(file: OpenFile, { offset, seq, hash }: IndexEntry): boolean {
  const line = lineAt(file, offset)
  const entry = line && readJournalEntry(line)
  return entry?.seq === seq && entry.hash === hash
}

/** A file that cannot be read holds nothing. */
function isStandingIn({ path }: SealedPart, entry: IndexEntry): boolean {
  try {
    const file = openPart(path)
    try {
      return isStanding(file, entry)
    } finally {
      file.close()
    }
  } catch (error) {
    if (error instanceof SuiteError) return false
    throw error
  }
}
