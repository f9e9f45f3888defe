/** Names of the files that belong to a journal, beside the open file `tracker.events`. */
import { readdirSync, realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { exists } from '../runtime/files.js'

const SEALED = /^\.(\d{6})(\.zst)?$/

/** What the name of a compressed sealed file ends in. */
export const COMPRESSED_ENDING = '.zst'

/**
 * Sealed files of the journal at `eventsFile`, oldest first; anything else beside it is not part of the journal.
 * Where a file stands plain and compressed, its compression was interrupted, and the plain one counts.
 */
export function sealedFiles(eventsFile: string): string[] {
  const folder = dirname(eventsFile)
  const name = basename(eventsFile)
  if (!exists(folder)) return []
  const files = readdirSync(folder).filter(
    (file) => file.startsWith(name) && SEALED.test(file.slice(name.length)),
  )
  const all = new Set(files)
  return files
    .filter(
      (file) => !(file.endsWith(COMPRESSED_ENDING) && all.has(file.slice(0, -COMPRESSED_ENDING.length))),
    )
    .sort()
    .map((file) => join(folder, file))
}

/** Every file of the journal, oldest first, the open one last where it exists. */
export function journalFiles(eventsFile: string): string[] {
  const files = sealedFiles(eventsFile)
  if (exists(eventsFile)) files.push(eventsFile)
  return files
}

/** The name under which the open file is sealed next. */
export function nextSealedFile(eventsFile: string): string {
  const last = sealedFiles(eventsFile).at(-1)
  const number =
    last === undefined ? 0 : Number(SEALED.exec(basename(last).slice(basename(eventsFile).length))?.[1])
  return `${eventsFile}.${String(number + 1).padStart(6, '0')}`
}

/** A file of the journal in the making; not part of it until it is renamed. */
export const asideFile = (eventsFile: string): string => `${eventsFile}.new`

/** Where a torn tail is set aside; the time makes the name new each time. */
export const tornFile = (eventsFile: string, now: Date): string => `${eventsFile}.torn-${compact(now)}`

/** Where the files of a damaged journal are moved. */
export const quarantineFolder = (eventsFile: string, now: Date): string => `${eventsFile}.bad-${compact(now)}`

const compact = (time: Date): string => time.toISOString().replace(/[-:]/g, '')

export const lockFolder = (realEventsFile: string): string => `${realEventsFile}.lock`

/** The file behind any symbolic links, so that two names of one journal share one lock. */
export function realEventsFile(eventsFile: string): string {
  return exists(eventsFile)
    ? realpathSync(eventsFile)
    : join(realpathSync(dirname(eventsFile)), basename(eventsFile))
}
