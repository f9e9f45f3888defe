/** Starts a worker that reads the journal for as long as the monitor is open. */
import { Worker } from 'node:worker_threads'

/** Lines become garbage as soon as they are folded; by default V8 would keep many times as much of it. */
const YOUNG_MEGABYTES_MAX = 16

/** `onCrash` is told of what the worker did not catch; its messages are the caller's to listen to. */
export function startReader(url: URL, order: object, { onCrash }: { onCrash(error: Error): void }): Worker {
  const worker = new Worker(url, {
    workerData: order,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES_MAX },
  })
  worker.on('error', (error) => onCrash(error instanceof Error ? error : new Error(String(error))))
  return worker
}
