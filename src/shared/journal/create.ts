/**
 * Makes a new journal file whose first two lines are there from its first moment: `journal.opened` and a checkpoint.
 *
 * The file is written and synced under another name and then renamed, so a crash leaves no file or a whole one.
 */
import { closeSync, fsyncSync, openSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import { JOURNAL_FORMAT } from '../contract/limits.js'
import { ExitCode, errorText, SuiteError } from '../runtime/errors.js'
import { syncDirectory, writeFully } from '../runtime/files.js'
import { Draft, NOTHING_SINCE } from './draft.js'
import { ChainEncoder } from './encoder.js'
import { RecentRecords } from './recent.js'
import type { Recovered } from './recover.js'
import { emptyState } from './state.js'

export interface NewJournal {
  eventsFile: string
  instance: string | null
  writerVersion: string
}

/** @throws {SuiteError} `journal_file` (exit 74) where the file cannot be made. */
export function createJournalFile({ eventsFile, instance, writerVersion }: NewJournal, now: Date): Recovered {
  const encoder = new ChainEncoder()
  const draft = new Draft({ state: emptyState(), since: NOTHING_SINCE }, encoder, now.toISOString())
  draft.own({
    event_type: 'journal.opened',
    format: JOURNAL_FORMAT,
    instance,
    writer_version: writerVersion,
    previous_file: null,
    previous_hash: null,
  })
  draft.checkpoint()
  const bytes = encoder.batch()
  const aside = `${eventsFile}.new`
  try {
    const fd = openSync(aside, 'w', 0o600)
    try {
      writeFully(fd, bytes)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(aside, eventsFile)
    syncDirectory(dirname(eventsFile))
  } catch (error) {
    throw new SuiteError('journal_file', `cannot make the journal ${eventsFile}: ${errorText(error)}`, {
      exit: ExitCode.file,
      cause: error,
    })
  }
  return {
    state: draft.state,
    recent: new RecentRecords(),
    durableBytes: bytes.length,
    torn: null,
    unverifiedBytes: 0,
    since: NOTHING_SINCE,
  }
}
