/**
 * Verifies a long journal in several threads: each checks spans, this one joins them.
 *
 * The answer is the same as that of `verifyFiles`, the memory is bounded, and the process stays open to signals.
 */
import { availableParallelism } from 'node:os'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { type Verification, verifyFiles, type WitnessOptions } from '../verify.js'
import type { Head } from '../witness.js'
import { checkSpan, joinSpans, type SpanResult } from './join.js'
import { planSpans, type SeededSpan } from './spans.js'

const SPAN_BYTES = 32 * 1024 * 1024
const THREADS_MAX = 8

export interface ThreadOptions extends WitnessOptions {
  /** Called now and then with the bytes of text checked so far, and those there are. */
  onProgress?: (bytes: number, textBytes: number) => void
  /** Text that a thread takes at once, bytes. */
  spanBytes?: number
  threads?: number
}

interface Task extends Omit<WitnessOptions, 'heads'> {
  check: 'spans'
  files: string[]
  spans: SeededSpan[]
  heads: Head[]
}

/** From a thread: progress within a span, or what was found in it. */
type Told = { index: number; bytes: number } | { index: number; found: SpanResult | null }

/**
 * @param files Oldest first.
 * @throws {SuiteError} As `verifyFiles`.
 */
export async function verifyInThreads(files: string[], options: ThreadOptions): Promise<Verification> {
  const {
    onProgress,
    spanBytes = SPAN_BYTES,
    threads = Math.min(availableParallelism(), THREADS_MAX),
  } = options
  const { spans, textBytes } = planSpans(files, spanBytes)
  const { publicKey } = options
  const witnesses = { heads: [...(options.heads ?? [])], ...(publicKey ? { publicKey } : {}) }
  const tellBytes = (bytes: number): void => onProgress?.(bytes, textBytes)
  if (spans.length === 1 || threads === 1) return verifyFiles(files, { ...witnesses, onProgress: tellBytes })
  const pool = new SpanPool({ check: 'spans', files, spans, ...witnesses }, threads, tellBytes)
  try {
    return await joinSpans(files, spans, witnesses, (index) => pool.found(index))
  } finally {
    await pool.stop()
  }
}

/** Threads that take the spans of a task one after the other. */
class SpanPool {
  readonly #found: PromiseWithResolvers<SpanResult | null>[]
  readonly #workers: Worker[]
  readonly #bytes = new Map<number, number>()
  readonly #onBytes: (bytes: number) => void
  #next = 0
  #running = 0

  constructor(task: Task, threads: number, onBytes: (bytes: number) => void) {
    this.#onBytes = onBytes
    this.#found = task.spans.map(() => Promise.withResolvers())
    this.#workers = Array.from({ length: Math.min(threads, task.spans.length) }, () => this.#start(task))
  }

  /** What was found in a span; null as well where its thread failed. */
  found(index: number): Promise<SpanResult | null> {
    return this.#found[index]?.promise ?? Promise.resolve(null)
  }

  async stop(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()))
  }

  #start(task: Task): Worker {
    const worker = new Worker(new URL(import.meta.url), { workerData: task })
    let current = this.#give(worker)
    worker.on('message', (told: Told) => {
      if ('bytes' in told) {
        this.#tellBytes(told.index, told.bytes)
        return
      }
      this.#found[told.index]?.resolve(told.found)
      current = this.#give(worker)
    })
    // Its span is checked again by who joins them, and what it would have taken next by the others, where there are any.
    worker.on('error', () => {
      this.#found[current]?.resolve(null)
      this.#running -= 1
      if (this.#running === 0) for (const { resolve } of this.#found) resolve(null)
    })
    this.#running += 1
    return worker
  }

  /** Index of the span that the thread now takes. */
  #give(worker: Worker): number {
    const index = this.#next
    this.#next += 1
    if (index < this.#found.length) worker.postMessage(index)
    return index
  }

  #tellBytes(index: number, bytes: number): void {
    this.#bytes.set(index, bytes)
    let sum = 0
    for (const each of this.#bytes.values()) sum += each
    this.#onBytes(sum)
  }
}

const task = workerData as Task | null
if (!isMainThread && task?.check === 'spans') {
  const { files, spans, ...witnesses } = task
  parentPort?.on('message', (index: number) => {
    const span = spans[index]
    const tell = (told: Told): void => parentPort?.postMessage(told)
    const found =
      span && checkSpan(files, span, { ...witnesses, onProgress: (bytes) => tell({ index, bytes }) })
    tell({ index, found: found ?? null })
  })
}
