/** The thread's entry: judges one batch after the other, and gives the memory back with the answer. */
import { parentPort } from 'node:worker_threads'
import { type JudgedBatch, judgeBatch } from './judged-batch.js'
import type { PackedBatch } from './packed-batch.js'

/** What the thread answers; batches are answered in the order in which they came. */
export interface Answer {
  judged: JudgedBatch
  /** The memory that the records came in, to be used again. */
  fields: ArrayBuffer
}

parentPort?.on('message', (batch: PackedBatch) => {
  const judged = judgeBatch(batch)
  const { rulings, lines, lineEnds } = judged
  const answer: Answer = { judged, fields: batch.fields }
  const handedOver = [lines, lineEnds.buffer, rulings.kinds.buffer, rulings.eventTimesMs.buffer]
  parentPort?.postMessage(answer, [batch.fields, ...handedOver])
})
