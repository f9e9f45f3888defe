/** Where the business figures read from: one journal, or several of which each record counts once. */
import { isRecordEntry, type JournalEntry, type RecordEntry } from '../../shared/contract/journal-entry.js'
import { JournalReader } from '../tail/journal-reader.js'
import type { OpenFile } from '../tail/part-file.js'
import type { SealedPart } from '../tail/sealed-parts.js'
import type { StartingPlace } from '../tail/starting-place.js'
import { UnionReader } from '../union/union-reader.js'
import { ORDER_FIELDS } from './sums.js'

/** What is to be read. */
export interface BusinessInput {
  eventsFiles: readonly string[]
  /** Of several journals, the cluster whose records count; null for all of one journal. */
  clusterId: string | null
}

export interface BusinessOwner {
  /** Reading begins, or begins anew: what was given before no longer counts. */
  onStart(): void
  /** A line was read; `entry` is null of one that does not count. `journal` is the place of its journal. */
  onLine(seq: number, entry: RecordEntry | null, journal: number): void
}

export type BusinessReader = Pick<JournalReader, 'step' | 'progress' | 'close'>

export function openBusinessReader(
  { eventsFiles: [path = '', ...others], clusterId }: BusinessInput,
  owner: BusinessOwner,
): BusinessReader {
  if (others.length > 0) return openUnion([path, ...others], clusterId, owner)
  const reader = {
    onStart: (_open: OpenFile | null, parts: readonly SealedPart[]): StartingPlace => {
      owner.onStart()
      return { parts, offset: 0, checkpoint: null }
    },
    onEntry: (entry: JournalEntry): void => owner.onLine(entry.seq, isRecordEntry(entry) ? entry : null, 0),
  }
  return new JournalReader(path, reader, ORDER_FIELDS)
}

const openUnion = (paths: readonly string[], clusterId: string | null, owner: BusinessOwner): UnionReader =>
  new UnionReader(paths, {
    onRestart: () => owner.onStart(),
    onRecord: (entry, line) =>
      owner.onLine(entry.seq, line.clusterId === clusterId ? entry : null, line.journal),
    onRepeated: ({ seq }, { journal }) => owner.onLine(seq, null, journal),
    onOwn: ({ seq }, { journal }) => owner.onLine(seq, null, journal),
  })
