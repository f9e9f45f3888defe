/** The thread's entry: judges one batch after the other, and answers in the order in which they came. */
import { parentPort } from 'node:worker_threads'
import { judgeBatch, memoryOf } from './judged-batch.js'
import type { PackedBatch } from './packed-batch.js'

parentPort?.on('message', (batch: PackedBatch) => {
  const judged = judgeBatch(batch)
  parentPort?.postMessage(judged, memoryOf(judged))
})
