/** The main thread's end of the business figures: starts the worker when they are first asked for, and ends it. */
import type { Worker } from 'node:worker_threads'
import type { MaskSecret } from '../masking/mask.js'
import { startReader } from '../start-reader.js'
import type { BusinessInput } from './business-input.js'
import type { BusinessUpdate } from './business-session.js'
import type { Scope } from './report.js'

export interface BusinessListener {
  onUpdate(update: BusinessUpdate): void
  /** The worker died: a bug, after which nothing more comes. */
  onCrash(error: Error): void
}

/** What the worker reads, and how it tells of it. */
export interface BusinessFiles extends BusinessInput {
  mask: MaskSecret
}

export interface BusinessOrder extends BusinessFiles {
  scope: Scope
}

export class BusinessClient {
  readonly #files: BusinessFiles
  readonly #listener: BusinessListener
  #worker: Worker | null = null

  constructor(files: BusinessFiles, listener: BusinessListener) {
    this.#files = files
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
    const worker = startReader(new URL('./worker.js', import.meta.url), order, this.#listener)
    worker.on('message', (update: BusinessUpdate) => this.#listener.onUpdate(update))
    return worker
  }
}
