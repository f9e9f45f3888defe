/**
 * Judges records in a thread of its own, while the main one fetches, chains and writes.
 *
 * Parsing and validating is half of the work on a record and needs nothing but its bytes. A few records are judged
 * sooner than a thread is told of them, so those are left to the caller.
 */
import { Worker } from 'node:worker_threads'
import type { FetchedBatchRecord } from '../../shared/kafka/consumer.js'
import { NO_VALUE, type PackedRulings, type PackedValues } from './rulings.js'
import type { JudgedBatch } from './worker.js'

/** Fewer are judged in less than 1 ms. */
const RECORDS_MIN = 128
/** A payload becomes garbage as soon as it is judged; by default V8 would keep many times as much of it. */
const YOUNG_MEGABYTES_MAX = 16
/** Memory above this is given back after use rather than kept. */
const KEEP_BYTES_MAX = 8 * 1024 * 1024

export class Judges {
  #worker: Worker | null = null
  /** In the order of their batches. */
  #waiting: PromiseWithResolvers<PackedRulings>[] = []
  #spare: ArrayBuffer[] = []

  /**
   * Begins to judge the records of a batch; null where they are too few for that.
   *
   * @returns Rejects where the thread failed; the next batch gets a new one.
   */
  rule(records: readonly FetchedBatchRecord[]): Promise<PackedRulings> | null {
    if (records.length < RECORDS_MIN) return null
    this.#worker ??= this.#start()
    const values = this.#pack(records)
    const waiting = Promise.withResolvers<PackedRulings>()
    // It may never be asked for: a batch that is stale is left.
    waiting.promise.catch(() => {})
    this.#waiting.push(waiting)
    this.#worker.postMessage(values, [values.bytes, values.ends.buffer])
    return waiting.promise
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
    worker.on('message', ({ rulings, bytes }: JudgedBatch) => {
      if (bytes.byteLength <= KEEP_BYTES_MAX) this.#spare.push(bytes)
      this.#waiting.shift()?.resolve(rulings)
    })
    worker.on('error', (error) => {
      failure = new Error('the judging thread failed', { cause: error })
    })
    worker.on('exit', () => {
      this.#worker = null
      for (const { reject } of this.#waiting.splice(0)) reject(failure)
    })
    return worker
  }

  #pack(records: readonly FetchedBatchRecord[]): PackedValues {
    const values = records.map(({ value }) => value)
    const size = values.reduce((sum, value) => sum + (value?.length ?? 0), 0)
    const bytes = this.#memory(size)
    const to = Buffer.from(bytes)
    const ends = new Uint32Array(records.length)
    let end = 0
    for (const [index, value] of values.entries()) {
      end += value?.copy(to, end) ?? 0
      ends[index] = value === null ? NO_VALUE : end
    }
    return { bytes, ends }
  }

  #memory(size: number): ArrayBuffer {
    const spare = this.#spare.pop()
    return spare && spare.byteLength >= size ? spare : new ArrayBuffer(size)
  }
}
