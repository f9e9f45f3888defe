/** The main thread's end of a search: one at a time, in a worker that is ended when it does not answer. */
import type { Worker } from 'node:worker_threads'
import { errorText } from '../../shared/runtime/errors.js'
import type { MaskSecret } from '../masking/mask.js'
import type { SearchUpdate } from '../model/search.js'
import { startReader } from '../start-reader.js'
import type { EventRow } from '../tail/protocol.js'
import type { SearchKind } from './wanted.js'

/** What is the same in every search. */
export interface SearchedFiles {
  eventsFile: string
  mask: MaskSecret
}

/** What a worker is started with. */
export interface SearchWork extends SearchedFiles {
  /** Its order comes later, when a text was typed. */
  isEarly: boolean
}

export interface SearchOrder {
  text: string
  kind: SearchKind
}

/** What the worker tells after each window. */
export interface SearchAnswer {
  /** Newest first. */
  rows: EventRow[]
  progress: number
  isDone: boolean
  /** What comes next has to wait until threads have started. */
  isStarting?: true
}

/** A pattern can take longer than the world lasts; a window takes milliseconds. */
const SILENT_MS_MAX = 1000
/** Starting threads on a busy machine takes longer than a window. */
const START_MS_MAX = 5000
/** So long a worker waits for a text to be typed. */
const SPARE_MS_MAX = 60_000

export class SearchClient {
  readonly #files: SearchedFiles
  readonly #onUpdate: (update: SearchUpdate) => void
  #worker: Worker | null = null
  /** Started before it is known what is to be searched for. */
  #spare: Worker | null = null
  #watchdog: NodeJS.Timeout | undefined
  #spareTimer: NodeJS.Timeout | undefined

  constructor({ eventsFile, mask }: SearchedFiles, onUpdate: (update: SearchUpdate) => void) {
    this.#files = { eventsFile, mask }
    this.#onUpdate = onUpdate
  }

  /** Gets ready for a search, so that it begins at once when its text is typed. */
  prepare(): void {
    this.#spare ??= this.#open({ isEarly: true })
    clearTimeout(this.#spareTimer)
    this.#spareTimer = setTimeout(() => void this.#takeSpare()?.terminate(), SPARE_MS_MAX).unref()
  }

  /** Ends the search before and begins another. */
  start({ queryId, text, kind }: { queryId: number; text: string; kind: SearchKind }): void {
    this.stop()
    const worker = this.#takeSpare() ?? this.#open({ isEarly: false })
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
    worker.on('message', ({ isStarting, ...answer }: SearchAnswer) => {
      if (this.#worker !== worker) return
      if (answer.isDone) this.stop()
      else expectWithin(isStarting ? START_MS_MAX : SILENT_MS_MAX)
      this.#onUpdate({ queryId, ...answer, problem: null })
    })
    worker.on('error', (error) => fail(errorText(error)))
    const order: SearchOrder = { text, kind }
    worker.postMessage(order)
  }

  stop(): void {
    clearTimeout(this.#watchdog)
    const worker = this.#worker
    this.#worker = null
    void worker?.terminate()
  }

  /** Ends the search, and gets no longer ready for another. */
  async close(): Promise<void> {
    this.stop()
    await this.#takeSpare()?.terminate()
  }

  #takeSpare(): Worker | null {
    clearTimeout(this.#spareTimer)
    const spare = this.#spare
    this.#spare = null
    return spare
  }

  #open({ isEarly }: Pick<SearchWork, 'isEarly'>): Worker {
    const work: SearchWork = { ...this.#files, isEarly }
    const worker = startReader(new URL('./search-worker.js', import.meta.url), work, {
      // Of one that searches, its search tells.
      onCrash: () => {
        if (this.#spare === worker) this.#takeSpare()
      },
    })
    return worker
  }
}
