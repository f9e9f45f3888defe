/**
 * Verifies a long journal in several threads: each checks spans, this one joins them.
 *
 * The answer is the same as that of `verifyFiles`, the memory is bounded, and the process stays open to signals.
 */
import { isMainThread, workerData } from 'node:worker_threads'
import type { Verification, WitnessOptions } from '../verification.js'
import { verifyFiles } from '../verify.js'
import type { Head } from '../witness.js'
import { checkSpan, joinSpans, type SpanResult } from './join.js'
import { planSpans, type SeededSpan, textBytesOf } from './spans.js'
import { serveTasks, TaskPool, usualThreads } from './task-pool.js'

const SPAN_BYTES = 32 * 1024 * 1024

export interface ThreadOptions extends WitnessOptions {
  /** Called now and then with the bytes of text checked so far, and those there are. */
  onProgress?: (bytes: number, textBytes: number) => void
  /** Text that a thread takes at once, bytes. */
  spanBytes?: number
  threads?: number
}

/** What each thread knows. */
interface Shared extends Omit<WitnessOptions, 'heads'> {
  check: 'spans'
  files: string[]
  heads: Head[]
}

/**
 * @param files Oldest first.
 * @throws {SuiteError} As `verifyFiles`.
 */
export async function verifyInThreads(files: string[], options: ThreadOptions): Promise<Verification> {
  const { onProgress, spanBytes = SPAN_BYTES, threads = usualThreads() } = options
  const textBytes = textBytesOf(files)
  const { publicKey } = options
  const witnesses = { heads: [...(options.heads ?? [])], ...(publicKey ? { publicKey } : {}) }
  const tellBytes = (bytes: number): void => onProgress?.(bytes, textBytes)
  if (textBytes <= spanBytes || threads === 1)
    return verifyFiles(files, { ...witnesses, onProgress: tellBytes })
  const shared: Shared = { check: 'spans', files, ...witnesses }
  const pool = new TaskPool<SeededSpan, SpanResult>(new URL(import.meta.url), shared, {
    threads,
    onBytes: tellBytes,
  })
  try {
    const spans = planSpans(files, spanBytes)
    pool.begin(spans)
    return await joinSpans(files, spans, witnesses, (index) => pool.found(index))
  } finally {
    await pool.stop()
  }
}

const shared = workerData as Shared | null
if (!isMainThread && shared?.check === 'spans') {
  const { files, ...witnesses } = shared
  serveTasks<SeededSpan, SpanResult>((span, onBytes) =>
    checkSpan(files, span, { ...witnesses, onProgress: onBytes }),
  )
}
