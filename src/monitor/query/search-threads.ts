/** Searches parts of the journal in several threads, for who wants what was found newest first. */
import { isMainThread, workerData } from 'node:worker_threads'
import { serveTasks, TaskPool } from '../../shared/journal/scan/task-pool.js'
import type { EventRow } from '../tail/protocol.js'
import { JournalSearch, type SearchFile } from './journal-search.js'
import type { SearchOrder } from './search-client.js'
import { wantedOf } from './wanted.js'

/** What each thread knows. */
interface Shared extends SearchOrder {
  find: 'parts'
}

/** What is found in one part after the other, newest first; null of one that its thread could not read. */
export async function* searchInThreads(
  { text, kind }: SearchOrder,
  parts: readonly SearchFile[],
  threads: number,
): AsyncGenerator<EventRow[] | null> {
  const shared: Shared = { find: 'parts', text, kind }
  const pool = new TaskPool<SearchFile, EventRow[]>(new URL(import.meta.url), shared, {
    threads: Math.min(threads, parts.length),
    ahead: threads * 2,
  })
  pool.begin(parts)
  try {
    for (const index of parts.keys()) yield await pool.found(index)
  } finally {
    await pool.stop()
  }
}

const shared = workerData as Shared | null
if (!isMainThread && shared?.find === 'parts') {
  const { text, kind } = shared
  const wanted = wantedOf(text, kind)
  serveTasks<SearchFile, EventRow[]>((part) => {
    const search = new JournalSearch(wanted, [part], 0)
    const found: EventRow[] = []
    try {
      for (let rows = search.step(); rows !== null; rows = search.step()) found.push(...rows)
      return found
    } catch {
      return null
    } finally {
      search.close()
    }
  })
}
