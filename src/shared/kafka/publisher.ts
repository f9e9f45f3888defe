/**
 * Publishes records to one topic: idempotent, acks=all, in order per partition, one delivery report per batch.
 *
 * Says what became of every record, once: delivered at an offset, failed, or unknown. While the brokers are away it
 * holds what it was given, in a buffer with a bound that the caller asks about, and goes on when they are back.
 */
import type { KafkaClient } from './client.js'
import { partitionOf } from './partitioner.js'
import { type Delivery, Lane } from './publisher-lane.js'
import { type LinkState, PublisherLink } from './publisher-link.js'
import { type OutgoingRecord, recordBytesBound } from './record-batch.js'
import { describeTopics, MESSAGE_BYTES_MAX_DEFAULT } from './topics.js'

export type { Delivery } from './publisher-lane.js'
export type { LinkState } from './publisher-link.js'
export type { OutgoingRecord } from './record-batch.js'

export interface PublisherOptions<C> {
  client: KafkaClient
  topic: string
  /** Called once for every batch, before its records are counted; must not throw for anything but a fault of ours. */
  onDelivery(delivery: Delivery<C>): void
  onLink?: (state: LinkState) => void
  /** What `onDelivery` threw; nothing more is published. */
  onFault(error: unknown): void
  /** Time for the first connection, milliseconds; default 5,000. */
  deadlineMs?: number
  /** Bytes of records whose outcome is open; default 32 MiB. */
  bufferBytesMax?: number
  /** Bytes of a batch; default 256,000, and never more than the topic's `max.message.bytes`. */
  batchBytesMax?: number
}

export interface PublisherCounts {
  deliveredTotal: number
  failedTotal: number
  unknownTotal: number
  /** Records that were given and of which the outcome is open. */
  buffered: number
}

const DEADLINE_MS = 5_000
const CLOSE_MS = 1_000
const BUFFER_BYTES_MAX = 32 * 1024 * 1024
/** Large enough for the broker's cost per batch not to matter, small enough to keep several on their way. */
const BATCH_BYTES_MAX = 256_000
/** A broker ends the connection at a request above 100 MB, and a client that sends it again never gets on. */
const RECORD_BYTES_MAX = 64 * 1024 * 1024

/**
 * Connects to the brokers and to `topic`.
 * @throws {SuiteError} `broker_unavailable` or `topic_missing` (69), `authentication_failed`, `tls_failed` (78).
 */
export async function openPublisher<C>(options: PublisherOptions<C>): Promise<Publisher<C>> {
  const { client, topic } = options
  const { link, ends } = await PublisherLink.open(client, {
    topic,
    deadlineMs: options.deadlineMs ?? DEADLINE_MS,
    onState: options.onLink ?? (() => {}),
  })
  try {
    const [description] = await describeTopics(client, [topic])
    const batchBytesMax = Math.min(
      options.batchBytesMax ?? BATCH_BYTES_MAX,
      description?.messageBytesMax ?? MESSAGE_BYTES_MAX_DEFAULT,
    )
    return new Publisher({ ...options, batchBytesMax }, link, ends)
  } catch (error) {
    await link.close()
    throw error
  }
}

export class Publisher<C> {
  readonly #options: PublisherOptions<C>
  readonly #link: PublisherLink
  readonly #lanes: Lane<C>[]
  readonly #bufferBytesMax: number
  readonly #counts: PublisherCounts = { deliveredTotal: 0, failedTotal: 0, unknownTotal: 0, buffered: 0 }
  readonly #waiting: (() => void)[] = []
  readonly #touched = new Set<Lane<C>>()
  #bufferedBytes = 0
  #nextUnkeyed = 0

  /** Use {@link openPublisher}. */
  constructor(options: PublisherOptions<C> & { batchBytesMax: number }, link: PublisherLink, ends: number[]) {
    const { topic, batchBytesMax } = options
    this.#options = options
    this.#link = link
    this.#bufferBytesMax = options.bufferBytesMax ?? BUFFER_BYTES_MAX
    const onDelivery = (delivery: Delivery<C>, bytes: number): void => this.#settle(delivery, bytes)
    this.#lanes = ends.map(
      (end, partition) => new Lane({ link, topic, partition, end, batchBytesMax, onDelivery }),
    )
  }

  counts(): Readonly<PublisherCounts> {
    return { ...this.#counts }
  }

  /** False while the buffer is full; a caller that goes on all the same fills the memory. */
  get hasRoom(): boolean {
    return this.#bufferedBytes < this.#bufferBytesMax
  }

  /** Resolves when there is room, or when `signal` aborts. */
  async room(signal: AbortSignal): Promise<void> {
    while (!this.hasRoom && !signal.aborted) await this.#nextDelivery(signal)
  }

  /** Takes `record`; `context` comes back with its delivery. Records with the same key keep their order. */
  publish(record: OutgoingRecord, context: C): void {
    const bound = recordBytesBound(record)
    this.#counts.buffered += 1
    this.#bufferedBytes += bound
    const partition = this.#partition(record.key)
    if (bound > RECORD_BYTES_MAX) {
      const message = `a record of about ${bound} bytes; at most ${RECORD_BYTES_MAX} can be sent`
      const { topic } = this.#options
      this.#settle(
        { topic, partition, contexts: [context], outcome: 'failed', code: 'record_too_large', message },
        bound,
      )
      return
    }
    const lane = this.#lanes[partition]!
    lane.add(record, bound, context)
    // What is published in one go is sent in one go.
    if (this.#touched.size === 0) setImmediate(() => this.#start())
    this.#touched.add(lane)
  }

  /**
   * Waits until every outcome is known, or `signal` aborts.
   * @returns False when outcomes are still open.
   */
  async flush(signal: AbortSignal): Promise<boolean> {
    while (this.#counts.buffered > 0 && !signal.aborted) await this.#nextDelivery(signal)
    return this.#counts.buffered === 0
  }

  /** Reports what is still open as failed or unknown, and disconnects. */
  async close(): Promise<void> {
    this.#start()
    const disconnected = this.#link.close()
    // The lanes see that the link is closed and report; nothing of it waits for a broker.
    await this.flush(AbortSignal.timeout(CLOSE_MS))
    await disconnected
  }

  #nextDelivery(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        signal.removeEventListener('abort', wake)
        resolve()
      }
      signal.addEventListener('abort', wake, { once: true })
      this.#waiting.push(wake)
    })
  }

  #partition(key: string | Buffer | null): number {
    if (key === null) {
      this.#nextUnkeyed += 1
      return this.#nextUnkeyed % this.#lanes.length
    }
    return partitionOf(key, this.#lanes.length)
  }

  #start(): void {
    for (const lane of this.#touched) lane.run().catch((error) => this.#options.onFault(error))
    this.#touched.clear()
  }

  #settle(delivery: Delivery<C>, bytes: number): void {
    const { length } = delivery.contexts
    this.#options.onDelivery(delivery)
    if (delivery.outcome === 'delivered') this.#counts.deliveredTotal += length
    else if (delivery.outcome === 'failed') this.#counts.failedTotal += length
    else this.#counts.unknownTotal += length
    this.#counts.buffered -= length
    this.#bufferedBytes -= bytes
    for (const wake of this.#waiting.splice(0)) wake()
  }
}
