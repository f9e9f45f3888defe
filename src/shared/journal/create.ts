/**
 * Makes a new journal file.
 *
 * It is written and synced under another name and then renamed, so a crash leaves no file or a whole one.
 */
import { renameSync } from 'node:fs'
import { dirname } from 'node:path'
import { syncDirectory, writeDurably } from '../runtime/files.js'
import { NOTHING_SINCE } from './draft.js'
import { draftFile, type NewJournal } from './drafted-file.js'
import { asideFile } from './names.js'
import { RecentRecords } from './recent.js'
import type { Recovered } from './recover.js'
import { emptyState } from './state.js'

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
  writeDurably(aside, bytes)
  renameSync(aside, eventsFile)
  syncDirectory(dirname(eventsFile))
}
