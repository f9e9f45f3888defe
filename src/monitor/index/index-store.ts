/**
 * The derived index on the disk: a file of entries for each file of the journal, which may be deleted at any time.
 *
 * Nothing here is believed: a line that does not end in its own checksum, or does not go on from the line before,
 * ends what is read. Where nothing can be written the index lives in memory alone.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { realEventsFile } from '../../shared/journal/names.js'
import { errnoCode } from '../../shared/runtime/errors.js'
import { readTextIfAny, replaceFile } from '../../shared/runtime/files.js'
import type { IndexEntry } from './segment.js'

/** Of another version nothing is read. */
const HEADER = '{"format":2}'
const PREFIX = '{"entry":'
const CHECKSUM_CHARS = 64
const NAME = /^(\d+)\.ndjson$/

export class IndexStore {
  readonly #eventsFile: string
  readonly #folders: readonly string[]
  /** Entries of each file that are on the disk, by the `seq` of its first line. */
  readonly #saved = new Map<number, number>()

  /** `folders`: where to keep it, the first that can be written to. */
  constructor(eventsFile: string, folders: readonly string[]) {
    this.#eventsFile = eventsFile
    this.#folders = folders
  }

  /** Entries of the journal whose files begin at `firstSeqs`, ascending, as far as they go on without a hole. */
  load(firstSeqs: readonly number[]): IndexEntry[] {
    this.#saved.clear()
    const found = firstSeqs.flatMap((firstSeq) => {
      const entries = this.#read(firstSeq)
      this.#saved.set(firstSeq, entries.length)
      return entries
    })
    const hole = found.findIndex(
      (entry, index) => index > 0 && entry.from_seq !== (found[index - 1]?.seq ?? 0) + 1,
    )
    const whole = hole === -1 ? found : found.slice(0, hole)
    return (whole[0]?.from_seq ?? 0) <= (firstSeqs[0] ?? 0) ? whole : []
  }

  /**
   * Writes what is new, a file at a time, once there is so much of it that rewriting pays.
   * Files of a journal file that is gone are removed.
   */
  save(entries: readonly IndexEntry[]): void {
    const byFile = Map.groupBy(entries, ({ file_first_seq: firstSeq }) => firstSeq)
    const due = [...byFile].filter(([firstSeq, all]) => isDue(all.length, this.#saved.get(firstSeq) ?? 0))
    if (due.length === 0) return
    for (const folder of this.#folders) {
      if (this.#write(this.#pathIn(folder), due, byFile)) break
    }
    // What could not be written anywhere is not tried again before there is more of it.
    for (const [firstSeq, all] of due) this.#saved.set(firstSeq, all.length)
  }

  #read(firstSeq: number): IndexEntry[] {
    for (const folder of this.#folders) {
      const text = textIfReadable(join(this.#pathIn(folder), `${firstSeq}.ndjson`))
      if (text !== null) return readEntries(text)
    }
    return []
  }

  #write(folder: string, due: [number, IndexEntry[]][], kept: ReadonlyMap<number, unknown>): boolean {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      for (const [firstSeq, all] of due) replaceFile(join(folder, `${firstSeq}.ndjson`), indexText(all))
      for (const name of readdirSync(folder)) {
        const [, firstSeq] = NAME.exec(name) ?? []
        if (firstSeq !== undefined && !kept.has(Number(firstSeq))) rmSync(join(folder, name), { force: true })
      }
      return true
    } catch (error) {
      if (errnoCode(error) === undefined) throw error
      return false
    }
  }

  /** Journals of one name in different places share a cache. */
  #pathIn(folder: string): string {
    const path = realPathOf(this.#eventsFile)
    const place = createHash('sha256').update(path).digest('hex').slice(0, 12)
    return join(folder, `${basename(path)}-${place}`)
  }
}

/** So that a file that grows is rewritten a few times, not at every entry. */
const isDue = (count: number, saved: number): boolean => count < saved || count - saved > saved / 16

function realPathOf(eventsFile: string): string {
  try {
    return realEventsFile(eventsFile)
  } catch (error) {
    if (errnoCode(error) === undefined) throw error
    return eventsFile
  }
}

function textIfReadable(path: string): string | null {
  try {
    return readTextIfAny(path)
  } catch (error) {
    if (errnoCode(error) === undefined) throw error
    return null
  }
}

const checksum = (json: string): string => createHash('sha256').update(json).digest('hex')

/** The file: a header, then a line for each entry with the checksum of its JSON. */
const indexText = (entries: readonly IndexEntry[]): string =>
  [HEADER, ...entries.map((entry) => lineOf(JSON.stringify(entry))), ''].join('\n')

const lineOf = (json: string): string => `${PREFIX}${json},"sha256":"${checksum(json)}"}`

function readEntries(text: string): IndexEntry[] {
  const [header, ...lines] = text.split('\n')
  if (header !== HEADER) return []
  const entries: IndexEntry[] = []
  for (const line of lines) {
    const json = line.slice(PREFIX.length, -(CHECKSUM_CHARS + ',"sha256":""}'.length))
    if (line === '' || line !== lineOf(json)) break
    entries.push(JSON.parse(json) as IndexEntry)
  }
  return entries
}
