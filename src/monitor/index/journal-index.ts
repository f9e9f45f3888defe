/**
 * The derived index of a journal, in memory: read once and extended as the journal grows.
 *
 * It makes the past fast and is never needed to be right: what does not stand in the journal is dropped and read anew.
 */

import type { JournalEntry } from '../../shared/contract/journal-entry.js'
import { usualThreads } from '../../shared/journal/scan/task-pool.js'
import { errnoCode, SuiteError } from '../../shared/runtime/errors.js'
import { ORDER_FIELDS } from '../business/sums.js'
import { JournalText } from '../moment/journal-text.js'
import { lineAt } from '../query/entry-detail.js'
import { readJournalEntry } from '../tail/entry-reader.js'
import { JournalReader, type ReaderOwner } from '../tail/journal-reader.js'
import { firstSeqOf, type OpenFile, openPart } from '../tail/part-file.js'
import { type SealedPart, SealedParts } from '../tail/sealed-parts.js'
import type { StartingPlace } from '../tail/starting-place.js'
import type { IndexStore } from './index-store.js'
import { type IndexWork, indexInThreads } from './index-threads.js'
import { type IndexEntry, SegmentFold } from './segment.js'
import { stripesOf } from './stripes.js'

/** Entries are written down at most this often. */
const SAVE_MS = 5000
/** Bytes that a thread takes at once. */
const STRIPE_BYTES = 32 * 1024 * 1024

/** Who wants to know all that is read. */
export interface IndexOwner {
  /** Line after line comes from now on, or anew, behind these entries; what was told before no longer counts. Not called where it does. */
  onStart?(entries: readonly IndexEntry[]): void
  /** Entries that go on from those before them, found before any line comes. */
  onEntries?(entries: readonly IndexEntry[]): void
  /** A line behind all of them. It is valid until the next one comes. */
  onLine?(entry: JournalEntry): void
}

export interface FillOptions {
  threads?: number
  /** Bytes that a thread takes at once. */
  stripeBytes?: number
}

export class JournalIndex {
  readonly #eventsFile: string
  readonly #store: IndexStore
  readonly #owner: IndexOwner
  #reader: JournalReader
  #isFilling = false
  /** Share of what was there at the start and is known without reading line after line. */
  #filledShare = 0
  #entries: IndexEntry[] = []
  /** How many entries the owner was told of; null where it was told of lines behind them. */
  #toldCount: number | null = 0
  #fold = new SegmentFold(null)
  #isLoaded = false
  #isComplete = false
  #savedMs = Number.NEGATIVE_INFINITY

  constructor(eventsFile: string, store: IndexStore, owner: IndexOwner = {}) {
    this.#eventsFile = eventsFile
    this.#store = store
    this.#owner = owner
    this.#reader = this.#read()
  }

  /** Everything that was there at the start is in the index, up to the last line that has an entry. */
  get isComplete(): boolean {
    return this.#isComplete
  }

  /** Share of what was there at the start and has been read, 0 to 1. */
  get progress(): number {
    if (this.#isComplete) return 1
    return this.#filledShare + (1 - this.#filledShare) * (this.#isFilling ? 0 : this.#reader.progress)
  }

  /** Threads are at work; no step is taken until they are done. */
  get isFilling(): boolean {
    return this.#isFilling
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

  /** Reads what is there of a long journal in several threads, before the first step. */
  async fill({ threads = usualThreads(), stripeBytes = STRIPE_BYTES }: FillOptions = {}): Promise<void> {
    const plan = this.#plan(stripeBytes)
    if (!plan || threads === 1) return
    const { work, from, sizeBytes } = plan
    const onBytes = (bytes: number): void => {
      this.#filledShare = Math.min(1, (from + bytes) / sizeBytes)
    }
    this.#isFilling = true
    for await (const entries of indexInThreads(work, { threads, onBytes })) {
      // It was closed, or dropped by who found a wrong place in it.
      if (!this.#isFilling) return
      this.#entries.push(...entries)
      this.#tellEntries(entries)
    }
    this.#isFilling = false
  }

  /** Reads on; true while there is more to read at once. */
  step(): boolean {
    if (this.#isFilling) return false
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
    this.close()
    this.#filledShare = 0
    this.#entries = []
    this.#isComplete = false
    this.#reader = this.#read()
  }

  close(): void {
    this.#isFilling = false
    this.#reader.close()
  }

  /** What threads can do, behind the last entry that is known already; null where that is little or cannot be told. */
  #plan(stripeBytes: number): { work: IndexWork; from: number; sizeBytes: number } | null {
    const text = new JournalText(this.#eventsFile, new SealedParts(this.#eventsFile))
    try {
      this.#load(text.parts.map(({ firstSeq }) => firstSeq))
      const sizes = text.parts.map((_part, index) => text.file(index).sizeBytes)
      const part = this.#dropToStanding(
        ({ file_first_seq: firstSeq }) => text.indexOf(firstSeq),
        (index, entry) => isStanding(text.file(index), entry),
      )
      const last = this.#entries.at(-1) ?? null
      if (this.#entries.length > 0) this.#tellEntries(this.#entries)
      const stripes = stripesOf(sizes.slice(part), last?.offset ?? 0, stripeBytes)
      const before = sizes.slice(0, part).reduce((sum, size) => sum + size, last?.offset ?? 0)
      const files = text.parts.slice(part)
      const sizeBytes = sizes.reduce((sum, size) => sum + size, 0)
      this.#filledShare = before / Math.max(1, sizeBytes)
      return sizeBytes - before > stripeBytes
        ? { work: { files, stripes, last }, from: before, sizeBytes }
        : null
    } catch (error) {
      if (error instanceof SuiteError || errnoCode(error) !== undefined) return null
      throw error
    } finally {
      text.close()
    }
  }

  /** @param entries The last ones. */
  #tellEntries(entries: readonly IndexEntry[]): void {
    this.#toldCount = this.#entries.length
    this.#owner.onEntries?.(entries)
  }

  /** Once: from then on memory knows more than the disk. */
  #load(firstSeqs: readonly number[]): void {
    if (this.#isLoaded) return
    this.#isLoaded = true
    this.#entries = this.#store.load(firstSeqs)
  }

  /** Drops entries from the end up to one whose line is where it is said to be; answers its file, the first one without any. */
  #dropToStanding(
    fileOf: (entry: IndexEntry) => number,
    stands: (file: number, entry: IndexEntry) => boolean,
  ): number {
    for (let last = this.#entries.at(-1); last; last = this.#entries.at(-1)) {
      const file = fileOf(last)
      if (file !== -1 && stands(file, last)) return file
      this.#entries.pop()
    }
    return 0
  }

  #read(): JournalReader {
    const owner: ReaderOwner = {
      onStart: (open, sealed) => this.#start(open, sealed),
      onEntry: (entry, { fileFirstSeq, line }) => {
        // Reading goes on at the line of the last entry.
        if (entry.seq <= (this.#entries.at(-1)?.seq ?? 0)) return
        this.#toldCount = null
        this.#owner.onLine?.(entry)
        const made = this.#fold.add(entry, { fileFirstSeq, offset: line.start }, line.end)
        if (made) this.#entries.push(made)
      },
    }
    return new JournalReader(this.#eventsFile, owner, ORDER_FIELDS)
  }

  #start(open: OpenFile | null, sealed: readonly SealedPart[]): StartingPlace {
    const openFirstSeq = open ? firstSeqOf(open) : null
    const firstSeqs = sealed.map(({ firstSeq }) => firstSeq)
    if (openFirstSeq !== null) firstSeqs.push(openFirstSeq)
    this.#load(firstSeqs)
    const file = this.#dropToStanding(
      ({ file_first_seq: firstSeq }) => firstSeqs.indexOf(firstSeq),
      (index, entry) => {
        const part = sealed[index]
        return part ? isStandingIn(part, entry) : open !== null && isStanding(open, entry)
      },
    )
    const last = this.#entries.at(-1) ?? null
    this.#fold = new SegmentFold(last)
    // Entries are only taken away meanwhile, so that as many are the same.
    if (this.#toldCount !== this.#entries.length) this.#owner.onStart?.(this.#entries)
    this.#toldCount = this.#entries.length
    return { parts: sealed.slice(file), offset: last?.offset ?? 0 }
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
