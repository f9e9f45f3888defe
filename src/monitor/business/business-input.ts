/** Where the business figures read from: the index and the lines of one journal, or several of which each record counts once. */
import { isRecordEntry, type RecordEntry } from '../../shared/contract/journal-entry.js'
import { IndexStore } from '../index/index-store.js'
import { JournalIndex } from '../index/journal-index.js'
import type { IndexEntry } from '../index/segment.js'
import { UnionReader } from '../union/union-reader.js'

/** What is to be read. */
export interface BusinessInput {
  eventsFiles: readonly string[]
  /** Of several journals, the cluster whose records count; null for all of one journal. */
  clusterId: string | null
  /** Where the index of one journal may be kept, the first that can be written to. */
  indexFolders: readonly string[]
}

export interface BusinessOwner {
  /** Reading begins, or begins anew: what was given before no longer counts. */
  onStart(): void
  /** Lines of the first journal, behind those given before, by what they add up to. */
  onEntries(entries: readonly IndexEntry[]): void
  /** A line was read; `entry` is null of one that does not count. `journal` is the place of its journal. */
  onLine(seq: number, entry: RecordEntry | null, journal: number): void
}

export interface BusinessReader {
  /** Share of what was there at the start and has been read, 0 to 1. */
  readonly progress: number
  /** Threads read what is there; until they are done nothing is to be read. */
  readonly isFilling?: boolean
  /** Begins; resolves when there is something to be read by {@link step}. */
  fill?(): Promise<void>
  /** Looks and reads once; true while there may be more to do at once. */
  step(): boolean
  close(): void
}

export function openBusinessReader(
  { eventsFiles: [path = '', ...others], clusterId, indexFolders }: BusinessInput,
  owner: BusinessOwner,
): BusinessReader {
  if (others.length > 0) return openUnion([path, ...others], clusterId, owner)
  return new JournalIndex(path, new IndexStore(path, indexFolders), {
    onStart: (entries) => {
      owner.onStart()
      owner.onEntries(entries)
    },
    onEntries: (entries) => owner.onEntries(entries),
    onLine: (entry) => owner.onLine(entry.seq, isRecordEntry(entry) ? entry : null, 0),
  })
}

const openUnion = (paths: readonly string[], clusterId: string | null, owner: BusinessOwner): UnionReader =>
  new UnionReader(paths, {
    onRestart: () => owner.onStart(),
    onRecord: (entry, line) =>
      owner.onLine(entry.seq, line.clusterId === clusterId ? entry : null, line.journal),
    onRepeated: ({ seq }, { journal }) => owner.onLine(seq, null, journal),
    onOwn: ({ seq }, { journal }) => owner.onLine(seq, null, journal),
  })
