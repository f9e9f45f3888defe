/** The main thread's end of the past: starts the worker with the first question, and ends it. */
import { Worker } from 'node:worker_threads'
import type { MomentAnswer, MomentFiles, NumberedQuestion } from './moment-session.js'

export interface MomentListener {
  onAnswer(answer: MomentAnswer): void
  /** The worker died: a bug, after which nothing more comes. */
  onCrash(error: Error): void
}

/** As for the tail: lines become garbage as soon as they are folded. */
const YOUNG_MEGABYTES_MAX = 16

export class MomentClient {
  readonly #files: MomentFiles
  readonly #listener: MomentListener
  #worker: Worker | null = null

  constructor({ eventsFile, logFile, indexFolders }: MomentFiles, listener: MomentListener) {
    this.#files = { eventsFile, logFile, indexFolders }
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
      workerData: this.#files,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES_MAX },
    })
    worker.on('message', (answer: MomentAnswer) => this.#listener.onAnswer(answer))
    worker.on('error', (error) => {
      this.#listener.onCrash(error instanceof Error ? error : new Error(String(error)))
    })
    return worker
  }
}
