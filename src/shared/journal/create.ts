/**
 * Makes a new journal file whose first two lines are there from its first moment: `journal.opened` and a checkpoint.
 *
 * The file is written and synced under another name and then renamed, so a crash leaves no file or a whole one.
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { JOURNAL_FORMAT } from '../contract/limits.js'
import { syncDirectory, writeFully } from '../runtime/files.js'
import { Draft, NOTHING_SINCE, type OwnFields } from './draft.js'
import { ChainEncoder } from './encoder.js'
import { asideFile } from './names.js'
import { RecentRecords } from './recent.js'
import type { Recovered } from './recover.js'
import type { CheckpointSigner } from './signature.js'
import { emptyState, type JournalState, tellsCluster } from './state.js'

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

/** Writes a whole file, durable up to its name. */
export function writeAside(path: string, bytes: Buffer): void {
  const fd = openSync(path, 'w', 0o600)
  try {
    writeFully(fd, bytes)
    fsyncSync(fd)
  } catch (error) {
    // On a full disk the room is needed elsewhere.
    rmSync(path, { force: true })
    throw error
  } finally {
    closeSync(fd)
  }
}

/**
 * @param torn What recovery set aside, if anything.
 * @throws the system's error where the file cannot be made.
 */
export function createJournalFile(journal: NewJournal, now: Date, torn: Recovered['torn']): Recovered {
  const { eventsFile } = journal
  const { draft, bytes } = draftFile(journal, now, { state: emptyState(), previous: null })
  placeFile(eventsFile, bytes)
  return {
    state: draft.state,
    recent: new RecentRecords(),
    durableBytes: bytes.length,
    torn,
    unverifiedBytes: 0,
    since: NOTHING_SINCE,
  }
}

/** Makes the open file of a journal that has none. */
export function placeFile(eventsFile: string, bytes: Buffer): void {
  const aside = asideFile(eventsFile)
  writeAside(aside, bytes)
  renameSync(aside, eventsFile)
  syncDirectory(dirname(eventsFile))
}
