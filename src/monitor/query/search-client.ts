/** The main thread's end of a search: one at a time, in a worker that is ended when it does not answer. */
import { Worker } from 'node:worker_threads'
import { errorText } from '../../shared/runtime/errors.js'
import type { MaskSecret } from '../masking/mask.js'
import type { SearchUpdate } from '../model/search.js'
import type { EventRow } from '../tail/protocol.js'
import type { SearchKind } from './wanted.js'

export interface SearchOrder {
  eventsFile: string
  text: string
  kind: SearchKind
  mask: MaskSecret
}

/** What is the same in every search. */
type SearchedFiles = Pick<SearchOrder, 'eventsFile' | 'mask'>

/** What the worker tells after each window. */
export interface SearchAnswer {
  /** Newest first. */
  rows: EventRow[]
  progress: number
  isDone: boolean
}

/** A pattern can take longer than the world lasts; a window takes milliseconds. */
const SILENT_MS_MAX = 1000
/** Starting a worker on a busy machine takes longer than a window. */
const START_MS_MAX = 5000

export class SearchClient {
  readonly #files: SearchedFiles
  readonly #onUpdate: (update: SearchUpdate) => void
  #worker: Worker | null = null
  #watchdog: NodeJS.Timeout | undefined

  constructor({ eventsFile, mask }: SearchedFiles, onUpdate: (update: SearchUpdate) => void) {
    this.#files = { eventsFile, mask }
    this.#onUpdate = onUpdate
  }

  /** Ends the search before and begins another. */
  start({ queryId, text, kind }: { queryId: number; text: string; kind: SearchKind }): void {
    this.stop()
    const order: SearchOrder = { ...this.#files, text, kind }
    const worker = new Worker(new URL('./search-worker.js', import.meta.url), { workerData: order })
    this.#worker = worker
    const fail = (problem: string): void => {
      if (this.#worker !== worker) return
      this.stop()
      this.#onUpdate({ queryId, rows: [], progress: 1, isDone: true, problem })
    }
    const expectWithin = (ms: number): void => {
      clearTimeout(this.#watchdog)
      this.#watchdog = setTimeout(() => fail('the pattern takes too long'), ms)
    }
    expectWithin(START_MS_MAX)
    worker.on('message', (answer: SearchAnswer) => {
      if (this.#worker !== worker) return
      if (answer.isDone) this.stop()
      else expectWithin(SILENT_MS_MAX)
      this.#onUpdate({ queryId, ...answer, problem: null })
    })
    worker.on('error', (error) => fail(errorText(error)))
  }

  stop(): void {
    clearTimeout(this.#watchdog)
    const worker = this.#worker
    this.#worker = null
    void worker?.terminate()
  }
}
