/**
 * The main thread's end of the business figures: starts the worker when they are first asked for, and ends it. What it
 * tells before anybody listens is held until then.
 */
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
  #listener: BusinessListener | null = null
  /** The newest figures say all that those before them said. */
  #heldUpdate: BusinessUpdate | null = null
  #heldCrash: Error | null = null
  #worker: Worker | null = null

  constructor(files: BusinessFiles) {
    this.#files = files
  }

  /** Hands on what was told so far, and from now on everything as it comes; once. */
  listen(listener: BusinessListener): void {
    this.#listener = listener
    if (this.#heldUpdate) listener.onUpdate(this.#heldUpdate)
    if (this.#heldCrash) listener.onCrash(this.#heldCrash)
    this.#heldUpdate = null
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
    const onCrash = (error: Error): void => {
      if (this.#listener) this.#listener.onCrash(error)
      else this.#heldCrash = error
    }
    const worker = startReader(new URL('./worker.js', import.meta.url), order, { onCrash })
    worker.on('message', (update: BusinessUpdate) => {
      if (this.#listener) this.#listener.onUpdate(update)
      else this.#heldUpdate = update
    })
    return worker
  }
}
