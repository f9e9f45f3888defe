/**
 * What all partitions of a publisher share: the connection, the producer's identity, and the news whether the
 * brokers answer. While they do not, one loop tries to reach them again, for ever, and everybody waits for it.
 */
import { type Clock, sleep, systemClock } from '../runtime/clock.js'
import type { KafkaClient } from './client.js'
import { type Connection, openConnection } from './connection.js'
import { rootError } from './failure.js'
import type { Broker } from './internals.js'
import { readPartitionEnds } from './offsets.js'
import type { ProducerIdentity } from './record-batch.js'

/** Told when the brokers stop answering and when they answer again; never twice the same in a row. */
export type LinkState = { state: 'down'; reason: string } | { state: 'up'; downMs: number }

/** Thrown at everybody who waits when the publisher is closed. */
export class PublisherClosed extends Error {}

const RETRY_MS_MIN = 50
const RETRY_MS_MAX = 1_000
/** A fault shorter than this (a leader that moves) is not worth a line in a log. */
const QUIET_MS = 500
/** A topic that was created just now is known to every broker within this time. */
const TOPIC_DEADLINE_MS = 1_000
/** Only transactions have a timeout; the request wants one all the same. */
const TRANSACTION_TIMEOUT_MS = 60_000

/** Pause before try number `failures` + 1, milliseconds. */
export const retryDelayMs = (failures: number): number =>
  failures === 0 ? 0 : Math.min(RETRY_MS_MIN * 2 ** Math.min(failures - 1, 10), RETRY_MS_MAX)

export class PublisherLink {
  readonly closed: AbortSignal
  readonly #closing = new AbortController()
  readonly #connection: Connection
  readonly #topic: string
  readonly #onState: (state: LinkState) => void
  readonly #clock: Clock
  #identity: Promise<ProducerIdentity> | null = null
  #recovery: Promise<void> | null = null
  #faultySince: number | null = null
  #isDown = false

  private constructor(connection: Connection, topic: string, onState: (state: LinkState) => void) {
    this.#connection = connection
    this.#topic = topic
    this.#onState = onState
    this.#clock = systemClock
    this.closed = this.#closing.signal
  }

  /**
   * Connects and tells where the partitions of `topic` end, before anything is published.
   * @throws {SuiteError} `broker_unavailable` or `topic_missing` (69); the first after `deadlineMs`.
   */
  static async open(
    client: KafkaClient,
    {
      topic,
      deadlineMs,
      onState,
    }: { topic: string; deadlineMs: number; onState: (state: LinkState) => void },
  ): Promise<{ link: PublisherLink; ends: number[] }> {
    const connection = await openConnection(client, { deadlineMs })
    try {
      const ends = await readPartitionEnds(connection, [topic], { deadlineMs: TOPIC_DEADLINE_MS })
      return {
        link: new PublisherLink(connection, topic, onState),
        ends: ends.map(({ end }) => end),
      }
    } catch (error) {
      await connection.close()
      throw error
    }
  }

  /** Resolves while nothing is known to be wrong, else when the brokers answer again. */
  async ready(): Promise<void> {
    while (this.#recovery) await this.unlessClosed(this.#recovery)
    if (this.closed.aborted) throw new PublisherClosed()
  }

  /** The broker that leads `partition`, connected. */
  async leader(partition: number): Promise<Broker> {
    const { cluster } = this.#connection
    await cluster.refreshMetadataIfNecessary()
    const [nodeId] = Object.keys(cluster.findLeaderForPartitions(this.#topic, [partition]))
    if (nodeId === undefined || nodeId === '-1') throw new Error(`${this.#topic}/${partition} has no leader`)
    return await cluster.findBroker({ nodeId })
  }

  /** The identity that batches are sent under: the same object until {@link renewIdentity}. */
  identity(): Promise<ProducerIdentity> {
    this.#identity ??= this.#newIdentity().catch((error) => {
      this.#identity = null
      throw error
    })
    return this.#identity
  }

  /** Gives up `identity`, because the broker no longer takes it or a sequence of it is in doubt. */
  async renewIdentity(identity: ProducerIdentity): Promise<void> {
    if ((await this.#identity) === identity) this.#identity = null
  }

  /** Somebody got an answer: all is well. */
  answered(): void {
    const since = this.#faultySince
    this.#faultySince = null
    if (!this.#isDown || since === null) return
    this.#isDown = false
    this.#onState({ state: 'up', downMs: Math.round(this.#clock.monotonic() - since) })
  }

  /** Somebody got none, or one that may be another in a moment: reads the metadata anew, reconnecting if need be. */
  recover(error: unknown): void {
    this.#fault(error)
    this.#recovery ??= this.#reach().finally(() => {
      this.#recovery = null
    })
  }

  /** Waits for `work`, but not when the publisher closes first. */
  unlessClosed<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const close = (): void => reject(new PublisherClosed())
      if (this.closed.aborted) close()
      this.closed.addEventListener('abort', close, { once: true })
      work.then(resolve, reject).finally(() => this.closed.removeEventListener('abort', close))
    })
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#connection.close()
  }

  async #newIdentity(): Promise<ProducerIdentity> {
    const broker = await this.#connection.cluster.findControllerBroker()
    const { producerId, producerEpoch } = await broker.initProducerId({
      transactionTimeout: TRANSACTION_TIMEOUT_MS,
    })
    return { producerId: BigInt(producerId.toString()), epoch: producerEpoch }
  }

  /** Never rejects: a publisher that cannot deliver waits, visibly. */
  async #reach(): Promise<void> {
    const { cluster } = this.#connection
    for (let failures = 0; !this.closed.aborted; failures += 1) {
      await sleep(retryDelayMs(failures), this.closed)
      try {
        await this.unlessClosed(cluster.connect())
        await this.unlessClosed(cluster.refreshMetadata())
        return
      } catch (error) {
        if (!(error instanceof PublisherClosed)) this.#fault(error)
      }
    }
  }

  #fault(error: unknown): void {
    const now = this.#clock.monotonic()
    this.#faultySince ??= now
    if (this.#isDown || now - this.#faultySince < QUIET_MS) return
    this.#isDown = true
    this.#onState({ state: 'down', reason: rootError(error).message })
  }
}
