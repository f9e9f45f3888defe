/**
 * Makes the index of what is there of a long journal in several threads, stripe by stripe, the oldest first.
 *
 * Whatever the threads cannot do, or do not agree on, is left to the reader that takes line after line.
 */
import { isMainThread, workerData } from 'node:worker_threads'
import { serveTasks, TaskPool } from '../../shared/journal/scan/task-pool.js'
import { giveWay } from '../../shared/runtime/thread-priority.js'
import type { IndexEntry } from './segment.js'
import {
  type FoundStripe,
  indexStripe,
  joins,
  type Stripe,
  type StripeFile,
  type StripeOrder,
} from './stripes.js'

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

/** What each thread knows. */
interface Shared extends Pick<IndexWork, 'files'> {
  index: 'stripes'
}

type Task = Omit<StripeOrder, 'files'>

/** Entries of one stripe after the other, for as long as each goes on from those before it. */
export async function* indexInThreads(
  { files, stripes, last: begin }: IndexWork,
  { threads, onBytes }: IndexThreads,
): AsyncGenerator<IndexEntry[]> {
  const shared: Shared = { index: 'stripes', files }
  const pool = new TaskPool<Task, FoundStripe>(new URL(import.meta.url), shared, {
    threads: Math.min(threads, stripes.length),
    onBytes,
  })
  pool.begin(stripes.map((stripe, index) => (index === 0 ? { stripe, last: begin } : { stripe })))
  let last = begin
  try {
    for (const index of stripes.keys()) {
      const found = await pool.found(index)
      if (!found || !joins(found, last)) return
      last = found.entries.at(-1) ?? last
      yield found.entries
    }
  } finally {
    await pool.stop()
  }
}

const shared = workerData as Shared | null
if (!isMainThread && shared?.index === 'stripes') {
  // People look at the live screen meanwhile.
  giveWay()
  const { files } = shared
  serveTasks<Task, FoundStripe>((task, onBytes) => {
    try {
      return indexStripe({ files, ...task }, onBytes)
    } catch {
      return null
    }
  })
}
