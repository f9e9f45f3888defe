/**
 * Decodes and judges records and writes their part of the journal's lines in a thread of its own, while the main one
 * fetches, chains and writes.
 *
 * That is the larger part of the work on a record and needs nothing but its bytes. A few records are judged sooner
 * than a thread is told of them, so those are left to the caller.
 */
import { Worker } from 'node:worker_threads'
import type { LineRoom } from '../../shared/journal/encoder.js'
import type { FetchedBatch } from '../../shared/kafka/consumer.js'
import type { JudgedBatch } from './judged-batch.js'
import { JudgedAhead, type JudgedRecords } from './judged-records.js'
import { packBatch } from './packed-batch.js'

/** Fewer are judged in less than 1 ms. */
const RECORDS_MIN = 128
/** A payload becomes garbage as soon as it is judged; by default V8 would keep many times as much of it. */
const YOUNG_MEGABYTES_MAX = 16
/** Memory above this is given back after use rather than kept. */
const KEEP_BYTES_MAX = 8 * 1024 * 1024
/** Memory comes in so many bytes, so that the next batch fits too. */
const MEMORY_STEP_BYTES = 512 * 1024
/** More pieces of memory than are in hand at a time are not kept. */
const KEEP_MAX = 8

export class Judges {
  #worker: Worker | null = null
  /** In the order of their batches. */
  #waiting: PromiseWithResolvers<JudgedBatch>[] = []
  #spare: ArrayBuffer[] = []

  /**
   * Begins to judge the records of a batch; null where they are too few for that. A batch that owns its memory holds
   * nothing from then on.
   *
   * @param room What is left free around the bodies of records.
   * @returns Rejects where the thread failed; the next batch gets a new one.
   */
  judge(batch: FetchedBatch, room: LineRoom): Promise<JudgedRecords> | null {
    if (batch.batches.reduce((sum, { count }) => sum + count, 0) < RECORDS_MIN) return null
    this.#worker ??= this.#start()
    const packed = packBatch(batch, room, (bytes) => this.#memory(bytes))
    const waiting = Promise.withResolvers<JudgedBatch>()
    this.#waiting.push(waiting)
    this.#worker.postMessage(packed, [packed.bytes, packed.memory])
    return waiting.promise.then((judged) => {
      const { bytes, lines } = judged
      const own = packed.isCopy ? [bytes, lines] : [lines]
      return new JudgedAhead(batch, judged, () => this.#reuse(own))
    })
  }

  /** Takes memory back that is not needed any more. */
  #reuse(own: ArrayBuffer[]): void {
    for (const memory of own)
      if (memory.byteLength <= KEEP_BYTES_MAX && this.#spare.length < KEEP_MAX) this.#spare.push(memory)
  }

  /** Ends the thread; what it has not answered rejects. */
  async stop(): Promise<void> {
    await this.#worker?.terminate()
  }

  #start(): Worker {
    const worker = new Worker(new URL('./worker.js', import.meta.url), {
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES_MAX },
    })
    worker.unref()
    let failure = new Error('the judging thread was stopped')
    worker.on('message', (judged: JudgedBatch) => this.#waiting.shift()?.resolve(judged))
    worker.on('error', (error) => {
      failure = new Error('the judging thread failed', { cause: error })
    })
    worker.on('exit', () => {
      this.#worker = null
      for (const { reject } of this.#waiting.splice(0)) reject(failure)
    })
    return worker
  }

  #memory(size: number): ArrayBuffer {
    const at = this.#spare.findIndex(({ byteLength }) => byteLength >= size)
    // One that is too small for this is too small for most.
    const [spare] = this.#spare.splice(Math.max(at, 0), 1)
    return at !== -1 && spare
      ? spare
      : new ArrayBuffer(Math.ceil(size / MEMORY_STEP_BYTES) * MEMORY_STEP_BYTES)
  }
}
