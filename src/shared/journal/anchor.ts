/**
 * Heads of a journal, kept in another place than the journal: `seq` and hash as they once were.
 *
 * A chain proves that nothing in its middle was changed alone; it cannot prove that its end was not cut off or that
 * it was not written anew as a whole. Against a head that its changer cannot reach, both show.
 */
import { open } from 'node:fs/promises'
import { parseLine } from './line.js'
import { journalFiles } from './names.js'
import { readLines } from './read.js'

/** One line of an anchor file, or one record of the heads topic. */
export interface AnchoredHead {
  timestamp: string
  /** Whose journal it is, see {@link journalName}. */
  journal: string
  /** Hash of the chain's first line; null where the file with it is gone. */
  chain: string | null
  seq: number
  hash: string
}

/** Name of the journal that a tracker of this consumer group and instance writes. */
export const journalName = (group: string, instance: string | null): string =>
  instance === null ? group : `${group}/${instance}`

/** What tells one chain from another: the hash of its first line, or null where that is not in `files`. */
export function chainOf(files: string[]): string | null {
  const [oldest] = files
  if (oldest === undefined) return null
  const [first] = readLines(oldest)
  const entry = first?.isWhole ? parseLine(first.line) : null
  return entry?.seq === 1 ? entry.hash : null
}

/** The same of the journal at `eventsFile`. */
export const chainAt = (eventsFile: string): string | null => chainOf(journalFiles(eventsFile))

/** Adds a head to an anchor file, durable; the file is opened each time, so that it may be moved or mounted anew. */
export async function appendHead(path: string, head: AnchoredHead): Promise<void> {
  const file = await open(path, 'a', 0o600)
  try {
    await file.appendFile(`${JSON.stringify(head)}\n`)
    await file.datasync()
  } finally {
    await file.close()
  }
}
