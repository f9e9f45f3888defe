/**
 * Makes a new journal file whose first two lines are there from its first moment: `journal.opened` and a checkpoint.
 *
 * The file is written and synced under another name and then renamed, so a crash leaves no file or a whole one.
 */
import { closeSync, fsyncSync, openSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import { JOURNAL_FORMAT } from '../contract/limits.js'
import { syncDirectory, writeFully } from '../runtime/files.js'
import { Draft, NOTHING_SINCE, type OwnFields } from './draft.js'
import { ChainEncoder } from './encoder.js'
import { RecentRecords } from './recent.js'
import type { Recovered } from './recover.js'
import { emptyState } from './state.js'

export interface NewJournal {
  /** Absolute path of `tracker.events`; its folder must exist. */
  eventsFile: string
  instance: string | null
  writerVersion: string
}

/** Fields of `journal.opened` where no file came before. */
export const openedFields = ({ instance, writerVersion }: NewJournal): OwnFields => ({
  event_type: 'journal.opened',
  format: JOURNAL_FORMAT,
  instance,
  writer_version: writerVersion,
  previous_file: null,
  previous_hash: null,
})

/**
 * @param torn What recovery set aside, if anything.
 * @throws the system's error where the file cannot be made.
 */
export function createJournalFile(journal: NewJournal, now: Date, torn: Recovered['torn']): Recovered {
  const { eventsFile } = journal
  const encoder = new ChainEncoder()
  const draft = new Draft({ state: emptyState(), since: NOTHING_SINCE }, encoder, now.toISOString())
  draft.own(openedFields(journal))
  draft.checkpoint()
  const bytes = encoder.batch()
  const aside = `${eventsFile}.new`
  const fd = openSync(aside, 'w', 0o600)
  try {
    writeFully(fd, bytes)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  renameSync(aside, eventsFile)
  syncDirectory(dirname(eventsFile))
  return {
    state: draft.state,
    recent: new RecentRecords(),
    durableBytes: bytes.length,
    torn,
    unverifiedBytes: 0,
    since: NOTHING_SINCE,
  }
}
