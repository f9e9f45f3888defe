/** Asks a journal that another process may be writing: where it stands, and who writes it. Changes nothing. */
import type { Position, Totals } from '../contract/journal-entry.js'
import { exists } from '../runtime/files.js'
import type { ProcessIdentity } from '../runtime/process-identity.js'
import { lockHolder } from './lock.js'
import { journalFiles, lockFolder, realEventsFile } from './names.js'
import { foldTail } from './recover.js'
import { withText } from './sealed/text-file.js'
import { findEnd, readTail } from './tail.js'

export interface JournalHead {
  seq: number
  hash: string
  clusterId: string | null
  positions: Position[]
  totals: Totals
  /** Largest timestamp of a line so far, RFC 3339. */
  timeMax: string | null
}

/**
 * State of the journal's whole lines, from the last checkpoint and what follows it: milliseconds, whatever the size.
 *
 * @returns null where there is no journal yet.
 * @throws {SuiteError} `journal_integrity` (76) where the tail does not verify.
 */
export function readJournalHead(eventsFile: string): JournalHead | null {
  // Between the two renames of a rotation the newest file is a sealed one.
  const newest = journalFiles(eventsFile).at(-1)
  if (newest === undefined) return null
  return withText(newest, (text) => {
    const { wholeBytes } = findEnd(text)
    if (wholeBytes === 0) return null
    const { positions, ...state } = foldTail(text, readTail(text, wholeBytes), newest)
    return { ...state, positions: [...positions.values()] }
  })
}

/** The process that writes the journal, or null where none does. */
export const journalWriter = (eventsFile: string): ProcessIdentity | null =>
  exists(eventsFile) ? lockHolder(lockFolder(realEventsFile(eventsFile))) : null
