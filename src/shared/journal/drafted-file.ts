/** The first lines of a journal file, which are there from its first moment: `journal.opened` and a checkpoint. */
import { JOURNAL_FORMAT } from '../contract/limits.js'
import { Draft, NOTHING_SINCE, type OwnFields } from './draft.js'
import { ChainEncoder } from './encoder.js'
import type { CheckpointSigner } from './signature.js'
import { type JournalState, tellsCluster } from './state.js'

export interface NewJournal {
  /** Absolute path of `tracker.events`; its folder must exist. */
  eventsFile: string
  instance: string | null
  writerVersion: string
  /** Signs checkpoints; null leaves them unsigned. */
  signer: CheckpointSigner | null
}

/** What the first line of a file names as the one before it. */
interface Previous {
  file: string
  hash: string
}

/** Fields of `journal.opened`. */
export const openedFields = (
  { instance, writerVersion }: NewJournal,
  previous: Previous | null = null,
): OwnFields => ({
  event_type: 'journal.opened',
  format: JOURNAL_FORMAT,
  instance,
  writer_version: writerVersion,
  previous_file: previous?.file ?? null,
  previous_hash: previous?.hash ?? null,
})

export interface DraftedFile {
  draft: Draft
  bytes: Buffer
}

/** The first lines of a file that goes on from `state`; `previous` is what they name as before them. */
export function draftFile(
  journal: NewJournal,
  now: Date,
  { state, previous }: { state: JournalState; previous: Previous | null },
): DraftedFile {
  const encoder = new ChainEncoder()
  const draft = new Draft({ state, since: NOTHING_SINCE }, encoder, now.toISOString())
  draft.own(openedFields(journal, previous))
  draft.checkpoint(journal.signer)
  // Recovery learns the cluster from the positions, where there are any of it; a reader of a new chain from this line.
  if (state.clusterId !== null && (state.seq === 0 || !tellsCluster(state)))
    draft.own({ event_type: 'journal.cluster', cluster_id: state.clusterId })
  return { draft, bytes: encoder.batch() }
}
