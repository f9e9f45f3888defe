/**
 * Makes the index of what is there of a long journal in several threads, stripe by stripe, the oldest first.
 *
 * Whatever the threads cannot do, or do not agree on, is left to the reader that takes line after line.
 */
import { isMainThread, workerData } from 'node:worker_threads'
import { serveTasks, TaskPool } from '../../shared/journal/scan/task-pool.js'
import { giveWay } from '../../shared/runtime/thread-priority.js'
import type { IndexEntry } from './segment.js'
import { type FoundStripe, indexStripe, joins, type Stripe, type StripeFile } from './stripes.js'

export interface IndexWork {
  /** Oldest first. */
  files: readonly StripeFile[]
  stripes: readonly Stripe[]
  /** What the first stripe goes on from; null at the beginning of the journal. */
  last: IndexEntry | null
}

export interface IndexThreads {
  threads: number
  /** Called with the bytes gone over so far. */
  onBytes: (bytes: number) => void
}

interface Task extends IndexWork {
  index: 'stripes'
}

/** Entries of one stripe after the other, for as long as each goes on from those before it. */
export async function* indexInThreads(
  work: IndexWork,
  { threads, onBytes }: IndexThreads,
): AsyncGenerator<IndexEntry[]> {
  const task: Task = { index: 'stripes', ...work }
  const { length: count } = work.stripes
  const pool = new TaskPool<FoundStripe>(new URL(import.meta.url), task, { count, threads, onBytes })
  let { last } = work
  try {
    for (let index = 0; index < count; index += 1) {
      const found = await pool.found(index)
      if (!found || !joins(found, last)) return
      last = found.entries.at(-1) ?? last
      yield found.entries
    }
  } finally {
    await pool.stop()
  }
}

const task = workerData as Task | null
if (!isMainThread && task?.index === 'stripes') {
  // People look at the live screen meanwhile.
  giveWay()
  const { files, stripes, last } = task
  serveTasks<FoundStripe>((index, onBytes) => {
    const stripe = stripes[index]
    if (!stripe) return null
    try {
      return indexStripe({ files, stripe, ...(index === 0 ? { last } : {}) }, onBytes)
    } catch {
      return null
    }
  })
}
