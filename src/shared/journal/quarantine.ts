/**
 * The way out of a journal that does not verify: its files are moved aside and a new chain begins where it was good.
 *
 * Nothing is deleted and nothing is edited. The new chain's first line names the old head, and its positions are the
 * last that verified, so records behind them are read from the topic again.
 */
import { linkSync, mkdirSync, renameSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { GENESIS_HASH } from '../contract/journal-entry.js'
import { syncDirectory, writeDurably } from '../runtime/files.js'
import { draftFile, type NewJournal } from './drafted-file.js'
import { takeLock } from './lock.js'
import { asideFile, journalFiles, lockFolder, quarantineFolder } from './names.js'
import { emptyState } from './state.js'
import type { Verification } from './verification.js'
import { verifyFiles } from './verify.js'

export interface Quarantine {
  /** What is wrong with the journal, or `bad: null` where nothing is. */
  found: Verification
  /** Where the files are now; null where nothing was moved. */
  folder: string | null
}

export interface QuarantineOptions {
  now: Date
  /** False only looks. */
  confirm: boolean
  breakLock: boolean
}

/**
 * Verifies the journal and, where it does not verify, moves all its files to a folder beside it.
 *
 * @param journal With the real path of the open file.
 * @throws {SuiteError} `journal_held` (75); the system's error where a file cannot be moved.
 */
export function quarantine(journal: NewJournal, { now, confirm, breakLock }: QuarantineOptions): Quarantine {
  const lock = takeLock(lockFolder(journal.eventsFile), { breakLock })
  try {
    const found = verifyFiles(journalFiles(journal.eventsFile))
    if (!found.bad || !confirm) return { found, folder: null }
    return { found, folder: moveAside(journal, found, now) }
  } finally {
    lock.release()
  }
}

/** There is an open file at every moment: a crash leaves the old one or the new one, never none. */
function moveAside(journal: NewJournal, { files, state }: Verification, now: Date): string {
  const { eventsFile } = journal
  const folder = quarantineFolder(eventsFile, now)
  mkdirSync(folder, { mode: 0o700 })
  const hasHead = state.hash !== GENESIS_HASH
  const file = `${basename(folder)}/${basename(eventsFile)}`
  const { bytes } = draftFile(journal, now, {
    state: { ...emptyState(), clusterId: state.clusterId, positions: state.positions },
    previous: hasHead ? { file, hash: state.hash } : null,
  })
  writeDurably(asideFile(eventsFile), bytes)
  for (const each of files) {
    const moved = join(folder, basename(each))
    if (each === eventsFile) linkSync(each, moved)
    else renameSync(each, moved)
  }
  syncDirectory(folder)
  renameSync(asideFile(eventsFile), eventsFile)
  syncDirectory(dirname(eventsFile))
  return folder
}
