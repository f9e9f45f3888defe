/**
 * One partition of a publisher: gathers records into batches and sends them one at a time, in order.
 *
 * A batch is sent again, byte for byte and under the same sequence, until the broker says what became of it; the
 * broker drops what it already has. Where the identity that a batch was sent under is lost meanwhile, the partition
 * is read for it first: it is never sent twice on a guess.
 */
import { sleep } from '../runtime/clock.js'
import { errorFromCode, type KafkaError } from './internals.js'
import { PublisherClosed, type PublisherLink, retryDelayMs } from './publisher-link.js'
import { type OutgoingRecord, type ProducerIdentity, RecordBatch, sequenceAfter } from './record-batch.js'
import { fetchBatches, type ProduceAnswer, produce } from './wire.js'

/** What became of the records of one batch; `contexts` are those given with them, in their order. */
export type Delivery<C> = { topic: string; partition: number; contexts: C[] } & (
  | { outcome: 'delivered' /** Offset of the first; the others follow without a hole. */; baseOffset: number }
  | { outcome: 'failed'; code: string; message: string }
  | { outcome: 'unknown' }
)

export interface LaneOptions<C> {
  link: PublisherLink
  topic: string
  partition: number
  /** End of the partition before anything was published. */
  end: number
  batchBytesMax: number
  onDelivery(delivery: Delivery<C>, bytes: number): void
}

interface Pending<C> {
  batch: RecordBatch
  contexts: C[]
  /** Sum of the bounds its records were counted with. */
  bytes: number
  /** Under which it was sealed last. */
  sealed: { identity: ProducerIdentity; sequence: number; bytes: Buffer } | null
  /** It was sent and no answer said what became of it. */
  isInDoubt: boolean
}

/** Answers after which the batch is in the partition or not, but not yet safely. */
const DOUBTFUL = new Set(['REQUEST_TIMED_OUT', 'NOT_ENOUGH_REPLICAS_AFTER_APPEND', 'NETWORK_EXCEPTION'])
/** Answers that one record, or all together, brought upon the whole batch. */
const DIVISIBLE = /^(MESSAGE_TOO_LARGE|RECORD_LIST_TOO_LARGE|INVALID_RECORD|INVALID_TIMESTAMP)$/
/** The broker no longer knows the identity, or knows something else of it. */
const IDENTITY_LOST = new Set([
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'DUPLICATE_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
])
/** Error numbers that kafkajs does not know and that pass: throttled by quota, fenced by a new leader's epoch. */
const PASSING_CODES = new Set([74, 75, 89])
const PRODUCER_FENCED_CODE = 90

const SEARCH_BYTES = 1024 * 1024
/** Partition tails longer than this are not searched. */
const SEARCH_ROUNDS_MAX = 512
/** Time for a request on its way, and for replicas, before a batch counts as not there. */
const SETTLE_MS = 500
/** Where more stand in a batch they stream in, and the shortest wait, a millisecond, makes the next batches fewer and larger. */
const RECORDS_FEW = 8

export class Lane<C> {
  readonly #options: LaneOptions<C>
  readonly #queue: Pending<C>[] = []
  #open: Pending<C> | null = null
  /** Memory of the last batch, for the next one. */
  #spare: Buffer | null = null
  #isRunning = false
  #identity: ProducerIdentity | null = null
  #sequence = 0
  /** Offset behind the last batch of ours that is known to be there. */
  #tail: number

  constructor(options: LaneOptions<C>) {
    this.#options = options
    this.#tail = options.end
  }

  /** Adds a record; `bound` is its size as counted. */
  add(record: OutgoingRecord, bound: number, context: C): void {
    if (this.#open && this.#open.batch.byteLength + bound > this.#options.batchBytesMax) this.#sealOpen()
    this.#open ??= this.#begin()
    this.#open.batch.append(record, bound)
    this.#open.contexts.push(context)
    this.#open.bytes += bound
  }

  /** Sends what is there until nothing is; a call while it runs changes nothing. */
  async run(): Promise<void> {
    if (this.#isRunning) return
    this.#isRunning = true
    try {
      for (;;) {
        if (this.#queue.length === 0) this.#sealOpen()
        const next = this.#queue[0]
        if (!next) return
        const delivery = await this.#settle(next)
        if (!delivery) continue
        this.#queue.shift()
        this.#spare = next.batch.memory
        this.#options.onDelivery(delivery, next.bytes)
      }
    } finally {
      this.#isRunning = false
    }
  }

  #begin(): Pending<C> {
    const batch = this.#spare ? new RecordBatch(this.#spare) : new RecordBatch()
    this.#spare = null
    return { batch, contexts: [], bytes: 0, sealed: null, isInDoubt: false }
  }

  #sealOpen(): void {
    if (this.#open) this.#queue.push(this.#open)
    this.#open = null
  }

  /** Tries until it is known what became of the batch; null when it was split and its halves stand in the queue. */
  async #settle(pending: Pending<C>): Promise<Delivery<C> | null> {
    const { link } = this.#options
    for (let failures = 0; ; failures += 1) {
      try {
        if (failures > 0 || pending.contexts.length > RECORDS_FEW)
          await sleep(retryDelayMs(failures), link.closed)
        await link.ready()
        const identity = await link.unlessClosed(link.identity())
        if (pending.isInDoubt && pending.sealed?.identity !== identity) {
          const settled = await this.#lookFor(pending)
          if (settled) return settled
        }
        const answer = await this.#send(pending, identity)
        const settled = await this.#judge(pending, answer)
        if (settled !== 'again') return settled
      } catch (error) {
        if (error instanceof PublisherClosed) return this.#abandoned(pending)
        link.recover(error)
      }
    }
  }

  async #send(pending: Pending<C>, identity: ProducerIdentity): Promise<ProduceAnswer> {
    const { link, topic, partition } = this.#options
    if (this.#identity !== identity) {
      this.#identity = identity
      this.#sequence = 0
    }
    if (pending.sealed?.identity !== identity) {
      const sequence = this.#sequence
      pending.sealed = { identity, sequence, bytes: pending.batch.seal(identity, sequence) }
    }
    const leader = await link.unlessClosed(link.leader(partition))
    const wasInDoubt = pending.isInDoubt
    pending.isInDoubt = true
    try {
      const answer = await link.unlessClosed(
        produce(leader, { topic, partition, batch: pending.sealed.bytes }),
      )
      pending.isInDoubt = wasInDoubt
      return answer
    } catch (error) {
      if (wasNeverSent(error)) pending.isInDoubt = wasInDoubt
      throw error
    }
  }

  async #judge(pending: Pending<C>, answer: ProduceAnswer): Promise<Delivery<C> | null | 'again'> {
    const { link } = this.#options
    if (answer.errorCode === 0) {
      link.answered()
      return this.#delivered(pending, answer.baseOffset)
    }
    const error = errorFromCode(answer.errorCode)
    const type = error.type ?? ''
    if (IDENTITY_LOST.has(type) || answer.errorCode === PRODUCER_FENCED_CODE) {
      // A sequence that the broker calls a duplicate or out of order says that an earlier one arrived.
      pending.isInDoubt = true
      await link.renewIdentity(pending.sealed!.identity)
      return 'again'
    }
    if (error.retriable || PASSING_CODES.has(answer.errorCode)) {
      if (DOUBTFUL.has(type)) pending.isInDoubt = true
      link.recover(error)
      return 'again'
    }
    link.answered()
    if (pending.isInDoubt) {
      const settled = await this.#lookFor(pending)
      if (settled) return settled
    }
    if (DIVISIBLE.test(type) && pending.contexts.length > 1) {
      this.#split(pending)
      return null
    }
    return this.#failed(pending, error)
  }

  /**
   * Reads the partition from the last place known to be ours for a batch in doubt.
   *
   * Null when it is not there: then it is in doubt no longer. A batch that cannot be looked for is unknown.
   */
  async #lookFor(pending: Pending<C>): Promise<Delivery<C> | null> {
    const { link, topic, partition } = this.#options
    const { identity, sequence } = pending.sealed!
    let offset = this.#tail
    let hasSettled = false
    for (let round = 0; round < SEARCH_ROUNDS_MAX; round += 1) {
      const leader = await link.unlessClosed(link.leader(partition))
      const answer = await link.unlessClosed(
        fetchBatches(leader, { topic, partition, offset, bytesMax: SEARCH_BYTES }),
      )
      if (answer.errorCode !== 0) {
        const error = errorFromCode(answer.errorCode)
        if (error.retriable) throw error
        break
      }
      const found = answer.batches.find(
        (stored) =>
          stored.producerId === identity.producerId &&
          stored.epoch === identity.epoch &&
          stored.baseSequence === sequence,
      )
      if (found) return this.#delivered(pending, found.baseOffset)
      offset = answer.batches.at(-1)?.nextOffset ?? offset
      if (offset < answer.highWatermark) continue
      if (hasSettled) {
        pending.isInDoubt = false
        return null
      }
      hasSettled = true
      await sleep(SETTLE_MS, link.closed)
    }
    await link.renewIdentity(identity)
    return { ...this.#report(pending), outcome: 'unknown' }
  }

  #delivered(pending: Pending<C>, baseOffset: number): Delivery<C> {
    const { identity, sequence } = pending.sealed!
    const count = pending.contexts.length
    if (identity === this.#identity) this.#sequence = sequenceAfter(sequence, count)
    this.#tail = baseOffset + count
    return { ...this.#report(pending), outcome: 'delivered', baseOffset }
  }

  #failed(pending: Pending<C>, error: KafkaError): Delivery<C> {
    const code = (error.type ?? 'unknown').toLowerCase()
    return { ...this.#report(pending), outcome: 'failed', code, message: error.message }
  }

  #abandoned(pending: Pending<C>): Delivery<C> {
    if (pending.isInDoubt) return { ...this.#report(pending), outcome: 'unknown' }
    return {
      ...this.#report(pending),
      outcome: 'failed',
      code: 'not_sent',
      message: 'stopped before it was sent',
    }
  }

  #report(pending: Pending<C>): { topic: string; partition: number; contexts: C[] } {
    return {
      topic: this.#options.topic,
      partition: this.#options.partition,
      contexts: pending.contexts,
    }
  }

  /** Halves go where the whole stood, so that in the end only what is refused alone has failed. */
  #split(pending: Pending<C>): void {
    const [first, second] = pending.batch.split()
    const half = (batch: RecordBatch, contexts: C[], bytes: number): Pending<C> => ({
      batch,
      contexts,
      bytes,
      sealed: null,
      isInDoubt: false,
    })
    const bytes = Math.floor(pending.bytes / 2)
    this.#queue.splice(
      0,
      1,
      half(first, pending.contexts.slice(0, first.count), bytes),
      half(second, pending.contexts.slice(first.count), pending.bytes - bytes),
    )
  }
}

/** The connection was refused or never came about, so nothing was written to it. */
function wasNeverSent(error: unknown): boolean {
  const { code, message } = error as KafkaError
  return (
    code === 'ECONNREFUSED' || /^(Connection timeout|Failed to connect|Not connected)/.test(message ?? '')
  )
}
