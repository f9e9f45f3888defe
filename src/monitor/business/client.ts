/** The main thread's end of the business figures: starts the worker when they are first asked for, and ends it. */
import { Worker } from 'node:worker_threads'
import type { MaskSecret } from '../masking/mask.js'
import type { BusinessUpdate } from './business-session.js'
import type { Scope } from './report.js'

export interface BusinessListener {
  onUpdate(update: BusinessUpdate): void
  /** The worker died: a bug, after which nothing more comes. */
  onCrash(error: Error): void
}

/** What the worker reads, and how it tells of it. */
interface BusinessFiles {
  eventsFile: string
  mask: MaskSecret
}

export interface BusinessOrder extends BusinessFiles {
  scope: Scope
}

/** As for the tail: lines become garbage as soon as they are folded. */
const YOUNG_MEGABYTES_MAX = 16

export class BusinessClient {
  readonly #files: BusinessFiles
  readonly #listener: BusinessListener
  #worker: Worker | null = null

  constructor({ eventsFile, mask }: BusinessFiles, listener: BusinessListener) {
    this.#files = { eventsFile, mask }
    this.#listener = listener
  }

  /** Asks for the figures of a scope; they come again and again as the journal grows. */
  choose(scope: Scope): void {
    if (this.#worker) this.#worker.postMessage(scope)
    else this.#worker = this.#start(scope)
  }

  async close(): Promise<void> {
    await this.#worker?.terminate()
  }

  #start(scope: Scope): Worker {
    const order: BusinessOrder = { ...this.#files, scope }
    const worker = new Worker(new URL('./worker.js', import.meta.url), {
      workerData: order,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES_MAX },
    })
    worker.on('message', (update: BusinessUpdate) => this.#listener.onUpdate(update))
    worker.on('error', (error) => {
      this.#listener.onCrash(error instanceof Error ? error : new Error(String(error)))
    })
    return worker
  }
}
