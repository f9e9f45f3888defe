/**
 * The sealed files of the journal: which there are, where each begins, and whether one of them was touched.
 *
 * A sealed file never changes. It may be compressed, and the oldest ones may be removed; anything else is told.
 */

import { type BigIntStats, statSync } from 'node:fs'
import { basename } from 'node:path'
import { sealedFiles } from '../../shared/journal/names.js'
import { errnoCode } from '../../shared/runtime/errors.js'
import { firstSeqOf, openPart } from './part-file.js'

export interface SealedPart {
  path: string
  /** Bytes on the disk. */
  storedBytes: number
  /** `seq` of its first line. */
  firstSeq: number
  /** When it was last written to, milliseconds since 1970. */
  sealedAtMs: number
}

interface Seen {
  path: string
  stat: BigIntStats
  firstSeq: number | null
}

const COMPRESSED = /\.zst$/
/** The name without how it is stored. */
const nameOf = (path: string): string => basename(path).replace(COMPRESSED, '')

export class SealedParts {
  readonly #eventsFile: string
  /** By name without `.zst`, oldest first. */
  #seen = new Map<string, Seen>()

  constructor(eventsFile: string) {
    this.#eventsFile = eventsFile
  }

  /** The sealed files that begin with an entry, oldest first, as of the last {@link refresh}. */
  get list(): SealedPart[] {
    return [...this.#seen.values()].flatMap(({ path, stat, firstSeq }) =>
      firstSeq === null
        ? []
        : [{ path, storedBytes: Number(stat.size), firstSeq, sealedAtMs: Number(stat.mtimeMs) }],
    )
  }

  /** Looks at the directory again; answers a sentence for each sealed file that is not what it was. */
  refresh(): string[] {
    const before = this.#seen
    const now = new Map<string, Seen>()
    const changes: string[] = []
    for (const path of sealedFiles(this.#eventsFile)) {
      const stat = statOf(path)
      const name = nameOf(path)
      // Both forms stand there for a moment while one is compressed.
      if (!stat || now.has(name)) continue
      const known = before.get(name)
      const isKnown = known !== undefined && known.path === path && isSame(known.stat, stat)
      now.set(name, { path, stat, firstSeq: isKnown ? known.firstSeq : firstSeqAt(path) })
      if (known && known.path === path && !isKnown) changes.push(changeText(path, known.stat, stat))
    }
    changes.push(...missingTexts(before, now))
    this.#seen = now
    return changes
  }

  /** Parts that hold lines from `seq` on and begin before `untilSeq`, oldest first. */
  between(seq: number, untilSeq: number): SealedPart[] {
    const before = this.list.filter(({ firstSeq }) => firstSeq < untilSeq)
    const from = before.findLastIndex(({ firstSeq }) => firstSeq <= seq)
    return before.slice(Math.max(0, from))
  }
}

/** Reading changes neither; a copy in another place may have the same of both and is taken for the same. */
const isSame = (one: BigIntStats, other: BigIntStats): boolean =>
  one.size === other.size && one.mtimeNs === other.mtimeNs

function changeText(path: string, before: BigIntStats, after: BigIntStats): string {
  const what =
    before.size === after.size ? 'was written to' : `had ${before.size} bytes and has ${after.size}`
  return `sealed file ${basename(path)} ${what}`
}

/** Removing the oldest ones is housekeeping; removing one from the middle is not. */
function missingTexts(before: Map<string, Seen>, now: Map<string, Seen>): string[] {
  const names = [...before.keys()]
  const oldestKept = names.findIndex((name) => now.has(name))
  if (oldestKept === -1) return []
  return names
    .slice(oldestKept)
    .filter((name) => !now.has(name))
    .map((name) => `sealed file ${name} is gone`)
}

function statOf(path: string): BigIntStats | null {
  return statSync(path, { bigint: true, throwIfNoEntry: false }) ?? null
}

/** Null as well where the file may not be read: what it holds is then not counted on. */
function firstSeqAt(path: string): number | null {
  try {
    const part = openPart(path)
    try {
      return firstSeqOf(part)
    } finally {
      part.close()
    }
  } catch (error) {
    if (errnoCode(error) === undefined) throw error
    return null
  }
}
