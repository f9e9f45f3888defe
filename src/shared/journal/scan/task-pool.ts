/**
 * Threads that take tasks one after the other, for who wants what was found in their order.
 *
 * A script serves as its own thread: it makes a pool of itself, and calls {@link serveTasks} where it runs in one.
 */
import { availableParallelism } from 'node:os'
import { parentPort, Worker } from 'node:worker_threads'

const THREADS_MAX = 8

/** As many as there are processors, within bounds. */
export const usualThreads = (): number => Math.min(availableParallelism(), THREADS_MAX)

export interface PoolOptions {
  threads: number
  /** A task is begun when no more than so many before it are still to be asked for; without, as soon as a thread is free. */
  ahead?: number
  /** Called with the bytes gone over so far, over all tasks. */
  onBytes?: (bytes: number) => void
}

/** To a thread. */
interface Given<T> {
  index: number
  task: T
}

/** From a thread: progress within a task, or what was found in it. */
type Told<R> = { index: number; bytes: number } | { index: number; found: R | null }

export class TaskPool<T, R> {
  #tasks: readonly T[] = []
  /** What was asked for is let go. */
  #found: (PromiseWithResolvers<R | null> | undefined)[] = []
  readonly #workers: Worker[]
  readonly #idle: Worker[] = []
  /** Index of the task that a thread is about. */
  readonly #current = new Map<Worker, number>()
  readonly #bytes = new Map<number, number>()
  readonly #ahead: number
  readonly #onBytes: ((bytes: number) => void) | undefined
  #next = 0
  #asked = 0

  /**
   * Starts the threads: while they load, tasks may be planned.
   *
   * @param shared Given to each thread as its `workerData`.
   */
  constructor(script: URL, shared: object, { threads, ahead, onBytes }: PoolOptions) {
    this.#ahead = ahead ?? Number.POSITIVE_INFINITY
    this.#onBytes = onBytes
    this.#workers = Array.from({ length: threads }, () => this.#start(script, shared))
    this.#idle.push(...this.#workers)
  }

  /** Has the threads begin with the tasks, once. */
  begin(tasks: readonly T[]): void {
    this.#tasks = tasks
    this.#found = tasks.map(() => Promise.withResolvers())
    this.#give()
  }

  /** What was found in a task, once; null as well where its thread failed. */
  async found(index: number): Promise<R | null> {
    this.#asked = Math.max(this.#asked, index)
    this.#give()
    const found = await this.#found[index]?.promise
    this.#found[index] = undefined
    return found ?? null
  }

  async stop(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()))
  }

  #start(script: URL, shared: object): Worker {
    const worker = new Worker(script, { workerData: shared })
    worker.on('message', (told: Told<R>) => {
      if ('bytes' in told) {
        this.#tellBytes(told.index, told.bytes)
        return
      }
      this.#found[told.index]?.resolve(told.found)
      this.#current.delete(worker)
      this.#idle.push(worker)
      this.#give()
    })
    // What it would have taken next the others take, where there are any.
    worker.on('error', () => {
      const failed = this.#current.get(worker)
      if (failed !== undefined) this.#found[failed]?.resolve(null)
      remove(this.#workers, worker)
      remove(this.#idle, worker)
      this.#give()
    })
    return worker
  }

  #give(): void {
    if (this.#workers.length === 0) for (const found of this.#found) found?.resolve(null)
    while (this.#next < this.#tasks.length && this.#next <= this.#asked + this.#ahead) {
      const worker = this.#idle.pop()
      if (!worker) return
      const given: Given<T> = { index: this.#next, task: this.#tasks[this.#next] as T }
      this.#current.set(worker, this.#next)
      worker.postMessage(given)
      this.#next += 1
    }
  }

  #tellBytes(index: number, bytes: number): void {
    this.#bytes.set(index, bytes)
    let sum = 0
    for (const each of this.#bytes.values()) sum += each
    this.#onBytes?.(sum)
  }
}

function remove<T>(list: T[], item: T): void {
  const at = list.indexOf(item)
  if (at !== -1) list.splice(at, 1)
}

/** In a thread: does the tasks that its pool gives it. */
export function serveTasks<T, R>(run: (task: T, onBytes: (bytes: number) => void) => R | null): void {
  const tell = (told: Told<R>): void => parentPort?.postMessage(told)
  parentPort?.on('message', ({ index, task }: Given<T>) => {
    tell({ index, found: run(task, (bytes) => tell({ index, bytes })) })
  })
}
