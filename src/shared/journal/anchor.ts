/**
 * Heads of a journal, kept in another place than the journal: `seq` and hash as they once were.
 *
 * A chain proves that nothing in its middle was changed alone; it cannot prove that its end was not cut off or that
 * it was not written anew as a whole. Against a head that its changer cannot reach, both show.
 */
import { readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { ExitCode, errorText, SuiteError } from '../runtime/errors.js'
import { HASH_FORM, parseLine, parseObject } from './line.js'
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

/**
 * The heads of an anchor file. A line that no LF ends yet is left out.
 *
 * @throws {SuiteError} exit 74 where the file cannot be read, exit 76 for a line that is no head.
 */
export function readHeads(path: string): AnchoredHead[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new SuiteError('anchor_file', `cannot read the anchor ${path}: ${errorText(error)}`, {
      exit: ExitCode.file,
      cause: error,
    })
  }
  return text
    .split('\n')
    .slice(0, -1)
    .map((line, index) => {
      const head = parseHead(line)
      if (head) return head
      throw new SuiteError(
        'anchor_damaged',
        `line ${index + 1} of the anchor ${path} is not a journal head`,
        {
          exit: ExitCode.journalIntegrity,
        },
      )
    })
}

/** The head that `text` is, or null where it is none. */
export function parseHead(text: string): AnchoredHead | null {
  const head = parseObject(text) as Partial<AnchoredHead> | null
  const isHead =
    typeof head?.journal === 'string' &&
    Number.isSafeInteger(head.seq) &&
    HASH_FORM.test(head.hash ?? '') &&
    (head.chain === null || HASH_FORM.test(head.chain ?? ''))
  return isHead ? (head as AnchoredHead) : null
}

/**
 * The heads to check a journal against: those of its name and of the chain that was anchored last.
 *
 * A journal that was begun anew (the old one quarantined, removed, or written anew by somebody) has a chain of its own,
 * whose `seq` starts again; `before` has the last head of each chain that came before it.
 * @param heads As they were anchored, the oldest first.
 */
export function headsOf(
  heads: AnchoredHead[],
  journal: string,
): { heads: AnchoredHead[]; before: AnchoredHead[] } {
  const own = heads.filter((head) => head.journal === journal)
  const newest = own.findLast(({ chain }) => chain !== null)?.chain ?? null
  // Heads that do not know their chain, because its first file is gone, are of the one that was told last.
  const current = own.slice(
    Math.max(
      0,
      own.findIndex(({ chain }) => chain === newest),
    ),
  )
  const last = new Map(own.map((head) => [head.chain, head]))
  return {
    heads: current.filter(({ chain }) => chain === newest || chain === null),
    before: [...last.values()].filter(({ chain }) => chain !== newest && chain !== null),
  }
}
