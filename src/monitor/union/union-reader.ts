/**
 * Reads several journals from their first lines to their ends and on, and says of each record whether it is the
 * first of its place that comes: cluster, topic, partition, epoch and offset.
 *
 * When a journal has to be read anew, all of them are: what it had shown before no longer counts.
 */
import { isRecordEntry, type JournalEntry, type RecordEntry } from '../../shared/contract/journal-entry.js'
import { JournalReader, type LineContext } from '../tail/journal-reader.js'
import { Cover } from './cover.js'
import { RecordPlaces } from './record-places.js'

/** A line of one of the journals. */
export interface UnionLine extends LineContext {
  /** Index of its journal. */
  journal: number
  /** The cluster that its journal was at; null before that was told. */
  clusterId: string | null
}

export interface UnionOwner {
  /** Everything told so far no longer holds; all of it comes again. */
  onRestart(): void
  /** A record that no line before it was of. */
  onRecord(entry: RecordEntry, line: UnionLine): void
  /** A record that another line was of, by now. */
  onRepeated?(entry: RecordEntry, line: UnionLine): void
  /** A line of a journal's own. */
  onOwn?(entry: JournalEntry, line: UnionLine): void
}

/** How far one journal was read. */
export interface JournalProgress {
  clusterId: string | null
  /** First line that was read; null before it. */
  fromSeq: number | null
  /** Last line read; 0 before the first. */
  seq: number
}

interface Followed {
  reader: JournalReader
  places: RecordPlaces
  fromSeq: number | null
  seq: number
}

export class UnionReader {
  readonly #paths: readonly string[]
  readonly #owner: UnionOwner
  #journals: Followed[] = []
  #covers = new Map<string, Cover>()
  /** A journal has begun anew, and the others must. */
  #isStale = false

  constructor(paths: readonly string[], owner: UnionOwner) {
    this.#paths = paths
    this.#owner = owner
    this.#open()
  }

  get journals(): JournalProgress[] {
    return this.#journals.map(({ places, fromSeq, seq }) => ({ clusterId: places.clusterId, fromSeq, seq }))
  }

  /** Share of what was there at the start and has been read, 0 to 1; of the journal that is least far. */
  get progress(): number {
    return Math.min(...this.#journals.map(({ reader }) => reader.progress))
  }

  /** Looks into every journal and reads once; true while there may be more to do at once. */
  step(): boolean {
    let hasMore = false
    for (const { reader } of this.#journals) {
      hasMore = reader.step() || hasMore
      if (this.#isStale) break
    }
    if (!this.#isStale) return hasMore
    this.close()
    this.#owner.onRestart()
    this.#open()
    return true
  }

  close(): void {
    for (const { reader } of this.#journals) reader.close()
  }

  #open(): void {
    this.#isStale = false
    this.#covers = new Map()
    this.#journals = this.#paths.map((path, journal) => this.#follow(path, journal))
  }

  #follow(path: string, journal: number): Followed {
    const followed: Followed = {
      places: new RecordPlaces(),
      fromSeq: null,
      seq: 0,
      reader: new JournalReader(path, {
        onStart: (_open, parts) => {
          if (followed.seq > 0) this.#isStale = true
          return { parts, offset: 0, checkpoint: null }
        },
        onEntry: (entry, context) => {
          if (this.#isStale) return
          followed.fromSeq ??= entry.seq
          followed.seq = entry.seq
          this.#give(followed, entry, { ...context, journal })
        },
      }),
    }
    return followed
  }

  #give({ places }: Followed, entry: JournalEntry, context: Omit<UnionLine, 'clusterId'>): void {
    const place = places.take(entry)
    const line = { ...context, clusterId: places.clusterId }
    if (!isRecordEntry(entry)) this.#owner.onOwn?.(entry, line)
    // Without a cluster nothing tells which other records it is equal to.
    else if (!place || this.#cover(place.key).add(entry.kafka_offset)) this.#owner.onRecord(entry, line)
    else this.#owner.onRepeated?.(entry, line)
  }

  #cover(key: string): Cover {
    let cover = this.#covers.get(key)
    if (!cover) {
      cover = new Cover()
      this.#covers.set(key, cover)
    }
    return cover
  }
}
