/** The main thread's end of the tail: starts the worker, hands its reports on, ends it. */
import { Worker } from 'node:worker_threads'
import type { TailUpdate } from './protocol.js'
import type { TailFiles } from './tail-session.js'

export interface TailListener {
  onUpdate(update: TailUpdate): void
  /** The worker died: a bug, after which nothing more comes. */
  onCrash(error: Error): void
}

export interface TailClient {
  close(): Promise<void>
}

/** Lines become garbage as soon as they are folded; by default V8 would keep many times as much of it. */
const YOUNG_MEGABYTES_MAX = 16

export function startTail(files: TailFiles, listener: TailListener): TailClient {
  const worker = new Worker(new URL('./worker.js', import.meta.url), {
    workerData: files,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES_MAX },
  })
  worker.on('message', (update: TailUpdate) => listener.onUpdate(update))
  worker.on('error', (error) => listener.onCrash(error instanceof Error ? error : new Error(String(error))))
  return {
    close: async () => {
      await worker.terminate()
    },
  }
}
