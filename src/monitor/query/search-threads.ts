/** Searches parts of the journal in several threads, for who wants what was found newest first. */
import { isMainThread, workerData } from 'node:worker_threads'
import { serveTasks, TaskPool } from '../../shared/journal/scan/task-pool.js'
import type { EventRow } from '../tail/protocol.js'
import { JournalSearch, type SearchFile } from './journal-search.js'
import type { SearchOrder } from './search-client.js'
import { wantedOf } from './wanted.js'

interface Task extends SearchOrder {
  find: 'parts'
  parts: readonly SearchFile[]
}

/** What is found in one part after the other, newest first; null of one that its thread could not read. */
export async function* searchInThreads(
  { text, kind }: SearchOrder,
  parts: readonly SearchFile[],
  threads: number,
): AsyncGenerator<EventRow[] | null> {
  const task: Task = { find: 'parts', text, kind, parts }
  const { length: count } = parts
  const pool = new TaskPool<EventRow[]>(new URL(import.meta.url), task, {
    count,
    threads,
    ahead: threads * 2,
  })
  try {
    for (let index = 0; index < count; index += 1) yield await pool.found(index)
  } finally {
    await pool.stop()
  }
}

const task = workerData as Task | null
if (!isMainThread && task?.find === 'parts') {
  const { text, kind, parts } = task
  const wanted = wantedOf(text, kind)
  serveTasks<EventRow[]>((index) => {
    const part = parts[index]
    if (!part) return null
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
