/**
 * Searches the whole journal, the newest lines first: those here, because that is done before a thread has started, and all
 * others in threads.
 */
import { statSync } from 'node:fs'
import { journalFiles } from '../../shared/journal/names.js'
import { partsOf } from '../../shared/journal/scan/parts.js'
import { usualThreads } from '../../shared/journal/scan/task-pool.js'
import { errnoCode, SuiteError } from '../../shared/runtime/errors.js'
import { firstSeqOf, openPart } from '../tail/part-file.js'
import { type EventRow, FOUND_MAX } from '../tail/protocol.js'
import { JournalSearch, type SearchFile } from './journal-search.js'
import type { SearchAnswer, SearchOrder } from './search-client.js'
import { searchInThreads } from './search-threads.js'
import { wantedOf } from './wanted.js'

const PART_BYTES = 4 * 1024 * 1024
/** Parts that are searched here. */
const PARTS_HERE = 6

export interface SearchPlace {
  eventsFile: string
  /** Text that a thread takes at once, bytes. */
  partBytes?: number
}

/**
 * Tells what is found, part by part, and at last that it is done.
 *
 * @throws {SyntaxError | SuiteError} as `wantedOf`; {SuiteError} where a file cannot be read.
 */
export async function searchWhole(
  { eventsFile, partBytes = PART_BYTES }: SearchPlace,
  order: SearchOrder,
  tell: (answer: SearchAnswer) => void,
): Promise<void> {
  const paths = journalFiles(eventsFile).reverse()
  const totalBytes = paths.reduce((sum, path) => sum + statSync(path).size, 0)
  const parts = paths.flatMap((path) => searchFiles(path, partBytes))
  const wanted = wantedOf(order.text, order.kind)
  let found = 0
  /** False when there is as much as anybody looks at. */
  const take = (rows: readonly EventRow[], progress: number): boolean => {
    const shown = rows.slice(0, FOUND_MAX - found)
    found += shown.length
    tell({ rows: shown, progress, isDone: false })
    return found < FOUND_MAX
  }
  const takeHere = (files: readonly SearchFile[], progress: number): boolean => {
    const search = new JournalSearch(wanted, files, totalBytes)
    for (let rows = search.step(); rows !== null; rows = search.step()) {
      if (take(rows, progress + search.progress)) continue
      search.close()
      return false
    }
    return true
  }
  const others = parts.slice(PARTS_HERE)
  let isGoingOn = takeHere(parts.slice(0, PARTS_HERE), 0)
  if (isGoingOn && others.length > 0) {
    let done = 0
    tell({ rows: [], progress: PARTS_HERE / parts.length, isDone: false, isStarting: true })
    for await (const rows of searchInThreads(order, others, usualThreads())) {
      const progress = (PARTS_HERE + done) / parts.length
      isGoingOn = rows ? take(rows, progress) : takeHere(others.slice(done, done + 1), progress)
      if (!isGoingOn) break
      done += 1
    }
  }
  tell({ rows: [], progress: 1, isDone: true })
}

/** Reads every line that it is tried on, and is true of none. */
const REHEARSED = 'order.total >= 0 && order.total != order.total'

/** Does what a search begins with, so that it is loaded and compiled when somebody waits for it. */
export function rehearse({ eventsFile }: SearchPlace): void {
  const path = journalFiles(eventsFile).at(-1)
  if (path === undefined) return
  const whole = { path, firstSeq: 1, from: 0, to: Number.POSITIVE_INFINITY }
  const search = new JournalSearch(wantedOf(REHEARSED, 'filter'), [whole], 0)
  try {
    search.step()
  } catch (error) {
    // The search itself will tell.
    if (!(error instanceof SuiteError) && errnoCode(error) === undefined) throw error
  } finally {
    search.close()
  }
}

/** The parts of a file, newest first. */
function searchFiles(path: string, partBytes: number): SearchFile[] {
  const file = openPart(path)
  let firstSeq: number | null
  try {
    firstSeq = firstSeqOf(file)
  } finally {
    file.close()
  }
  if (firstSeq === null) return []
  return partsOf([path], partBytes)
    .map(({ from, to }) => ({ path, firstSeq, from, to }))
    .reverse()
}
