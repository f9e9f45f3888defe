/** The main thread's end of the past: starts the worker with the first question, and ends it. */
import type { Worker } from 'node:worker_threads'
import type { MaskSecret } from '../masking/mask.js'
import { startReader } from '../start-reader.js'
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
    const worker = startReader(new URL('./worker.js', import.meta.url), this.#order, this.#listener)
    worker.on('message', (answer: MomentAnswer) => this.#listener.onAnswer(answer))
    return worker
  }
}
