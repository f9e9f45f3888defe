/** The thread's entry: judges one batch after the other, and gives the memory back with the answer. */
import { parentPort } from 'node:worker_threads'
import { type PackedRulings, type PackedValues, rulingsOn } from './rulings.js'

/** What the thread answers; batches are answered in the order in which they came. */
export interface JudgedBatch {
  rulings: PackedRulings
  /** The memory of the values, to be used again. */
  bytes: ArrayBuffer
}

parentPort?.on('message', (values: PackedValues) => {
  const rulings = rulingsOn(values)
  const answer: JudgedBatch = { rulings, bytes: values.bytes }
  parentPort?.postMessage(answer, [values.bytes, rulings.kinds.buffer, rulings.eventTimesMs.buffer])
})
