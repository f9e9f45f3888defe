/** The main thread's end of the past: starts the worker with the first question, and ends it. */
import { Worker } from 'node:worker_threads'
import type { MaskSecret } from '../masking/mask.js'
import type { MomentAnswer, MomentFiles, NumberedQuestion } from './moment-session.js'

export interface MomentListener {
  onAnswer(answer: MomentAnswer): void
  /** The worker died: a bug, after which nothing more comes. */
  onCrash(error: Error): void
}

/** What the worker reads, and how it tells of it. */
export interface MomentOrder extends MomentFiles {
  mask: MaskSecret
}

/** As for the tail: lines become garbage as soon as they are folded. */
const YOUNG_MEGABYTES_MAX = 16

export class MomentClient {
  readonly #order: MomentOrder
  readonly #listener: MomentListener
  #worker: Worker | null = null

  constructor({ eventsFile, logFile, indexFolders, mask }: MomentOrder, listener: MomentListener) {
    this.#order = { eventsFile, logFile, indexFolders, mask }
    this.#listener = listener
  }

  ask({ queryId, target, scope }: NumberedQuestion): void {
    this.#worker ??= this.#start()
    this.#worker.postMessage({ queryId, target, scope })
  }

  async close(): Promise<void> {
    await this.#worker?.terminate()
  }

  #start(): Worker {
    const worker = new Worker(new URL('./worker.js', import.meta.url), {
      workerData: this.#order,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES_MAX },
    })
    worker.on('message', (answer: MomentAnswer) => this.#listener.onAnswer(answer))
    worker.on('error', (error) => {
      this.#listener.onCrash(error instanceof Error ? error : new Error(String(error)))
    })
    return worker
  }
}
