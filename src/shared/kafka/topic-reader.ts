/**
 * Reads topics without a consumer group: nothing of the reader is left behind on the broker.
 *
 * Every leader has one fetch under way while the caller works on the last; the next one begins when that was taken,
 * so a caller that is slow holds the reading back and at most two fetches per broker are in memory. Leaders that
 * move, brokers that go and come back, partitions that are added and records that retention took away are dealt
 * with here; the caller gets each committed record once and in order per partition.
 */
import { sleep, systemClock } from '../runtime/clock.js'
import type { SuiteError } from '../runtime/errors.js'
import type { UndecodableRange } from './arrived-batch.js'
import type { KafkaClient } from './client.js'
import { type Connection, openConnection } from './connection.js'
import type { PartitionRef } from './consumer.js'
import { isTransient, kafkaFailure, rootError } from './failure.js'
import { type FetchedPartition, READ_COMMITTED } from './internals.js'
import { readPartitionEnds } from './offsets.js'
import { ReadingPlace, type TopicBatch } from './reading-place.js'
import { offsetsAt, type StartAt, startOffsets } from './start-offsets.js'

export type { TopicBatch } from './reading-place.js'

export interface ReadTopicsOptions {
  topics: string[]
  from: StartAt
  /** `end`: where the partitions end when reading begins. `timeMs`: the first record at or after it, also when that is still to come. Default: never. */
  until?: 'end' | { timeMs: number }
  /** Ends the reading soon, without an error. */
  signal?: AbortSignal
  /** Milliseconds to try for at the start while no broker answers; default 5,000. */
  deadlineMs?: number
  /** Partitions added to a topic are noticed within this time, milliseconds; default 30,000. */
  metadataAgeMs?: number
  /** The brokers went away; reading goes on by itself when they are back. */
  onInterruption?: (reason: SuiteError) => void
  /** They are back. */
  onResumption?: () => void
  /** What was to be read next is not there any more: retention, or another topic of the same name. */
  onJump?: (jump: Jump) => void
  /** A batch cannot be decompressed or taken apart; reading goes on behind it. */
  onUndecodable?: (range: PartitionRef & UndecodableRange) => void
}

export interface Jump extends PartitionRef {
  /** Offset that was to be read next. */
  from: number
  /** Offset that is read instead. */
  to: number
}

/** A fetch waits this long for records; with the first one it answers at once. */
const FETCH_WAIT_MS = 500
const PARTITION_BYTES_MAX = 4 * 1024 * 1024
const FETCH_BYTES_MAX = 16 * 1024 * 1024
const RETRY_MS = 100
const DEADLINE_MS = 5_000
const METADATA_AGE_MS = 30_000
/** So many failures in a row are an interruption, although some broker answers. */
const FAILURES_QUIET = 3

type Outcome =
  | { nodeId: string; asked: Map<ReadingPlace, number>; partitions: Map<ReadingPlace, FetchedPartition> }
  | { nodeId: string; error: unknown }

/**
 * Every committed record of `topics` from `from` on, as batches; the last one ends at `until` or at the signal.
 *
 * @throws {SuiteError} `topic_missing` or `broker_unavailable` (69) at the start; later only what no waiting mends.
 */
export async function* readTopics(
  client: KafkaClient,
  options: ReadTopicsOptions,
): AsyncGenerator<TopicBatch, void, undefined> {
  const deadlineMs = options.deadlineMs ?? DEADLINE_MS
  const connection = await openConnection(client, { deadlineMs })
  try {
    const spans = await startOffsets(connection, options.topics, options.from, deadlineMs)
    const stopOf = (end: number): number => (options.until === 'end' ? end : Number.POSITIVE_INFINITY)
    const places = spans.map((span) => new ReadingPlace(span, span.from, stopOf(span.end)))
    yield* new Reading(connection, places, options).batches()
  } finally {
    await connection.close()
  }
}

class Reading {
  readonly #connection: Connection
  readonly #options: ReadTopicsOptions
  readonly #places: ReadingPlace[]
  readonly #fetches = new Map<string, Promise<Outcome>>()
  readonly #aborted: Promise<null>
  #untilMs: number | null
  #metadataReadAt = systemClock.monotonic()
  #clusterId: string | undefined
  #failures = 0
  #isInterrupted = false

  constructor(connection: Connection, places: ReadingPlace[], options: ReadTopicsOptions) {
    this.#connection = connection
    this.#places = places
    this.#options = options
    this.#clusterId = this.#clusterIdNow()
    this.#untilMs = typeof options.until === 'object' ? options.until.timeMs : null
    this.#aborted = new Promise((resolve) => {
      options.signal?.addEventListener('abort', () => resolve(null), { once: true })
    })
  }

  async *batches(): AsyncGenerator<TopicBatch, void, undefined> {
    while (!this.#isAborted) {
      try {
        await this.#lookUp()
        if (this.#places.every(({ isDone }) => isDone)) return
        this.#startFetches()
      } catch (error) {
        await this.#recover(error)
        continue
      }
      const outcome = await Promise.race([...this.#fetches.values(), this.#aborted])
      if (outcome === null) return
      this.#fetches.delete(outcome.nodeId)
      if ('error' in outcome) {
        await this.#recover(outcome.error)
        continue
      }
      this.#recovered()
      const isAlone = outcome.asked.size === 1
      const batches = [...outcome.partitions].flatMap(([place, fetched]) => {
        const batch = place.accept(fetched, { asked: outcome.asked.get(place) ?? -1, isAlone })
        for (const range of batch?.undecodable ?? []) {
          this.#options.onUndecodable?.({ topic: place.topic, partition: place.partition, ...range })
        }
        return batch ? [batch] : []
      })
      // The broker gathers the next records while the caller works on these.
      if (batches.length > 0) this.#startFetches()
      for (const batch of batches) {
        yield batch
        if (this.#isAborted) return
      }
    }
  }

  get #isAborted(): boolean {
    return this.#options.signal?.aborted === true
  }

  /** What time brings: the moment to stop at, and partitions that were added. */
  async #lookUp(): Promise<void> {
    if (this.#untilMs !== null && systemClock.now() >= this.#untilMs) {
      const ends = await readPartitionEnds(this.#connection, this.#options.topics)
      const stops = await offsetsAt(this.#connection, ends, this.#untilMs)
      for (const [index, { topic, partition }] of ends.entries()) {
        const place = this.#places.find((each) => each.topic === topic && each.partition === partition)
        if (place) place.stop = stops[index] ?? place.next
      }
      this.#untilMs = null
    }
    const ageMs = systemClock.monotonic() - this.#metadataReadAt
    if (ageMs < (this.#options.metadataAgeMs ?? METADATA_AGE_MS)) return
    await this.#connection.cluster.refreshMetadata()
    this.#metadataReadAt = systemClock.monotonic()
    if (this.#untilMs !== null || this.#options.until === undefined) this.#addPartitions()
  }

  #addPartitions(): void {
    for (const topic of this.#options.topics) {
      for (const { partitionId } of this.#connection.cluster.findTopicPartitionMetadata(topic)) {
        if (this.#places.some((place) => place.topic === topic && place.partition === partitionId)) continue
        this.#places.push(new ReadingPlace({ topic, partition: partitionId }, 0))
      }
    }
  }

  /** One fetch for every leader that has none under way and partitions left to read. */
  #startFetches(): void {
    const byNode = new Map<string, ReadingPlace[]>()
    for (const place of this.#places.filter(({ isDone }) => !isDone)) {
      const { cluster } = this.#connection
      const [nodeId = '-1'] = Object.keys(cluster.findLeaderForPartitions(place.topic, [place.partition]))
      byNode.set(nodeId, [...(byNode.get(nodeId) ?? []), place])
    }
    for (const [nodeId, places] of byNode) {
      if (this.#fetches.has(nodeId)) continue
      // A broker answers the first partition of a fetch with one batch at least, so alone means truly nothing.
      const hollow = places.find(({ isHollow }) => isHollow)
      this.#fetches.set(nodeId, this.#fetch(nodeId, hollow ? [hollow] : places))
    }
  }

  async #fetch(nodeId: string, places: ReadingPlace[]): Promise<Outcome> {
    const asked = new Map(places.map((place) => [place, place.next]))
    try {
      const broker = await this.#connection.cluster.findBroker({ nodeId })
      const { responses } = await broker.fetch({
        isolationLevel: READ_COMMITTED,
        maxWaitTime: FETCH_WAIT_MS,
        minBytes: 1,
        maxBytes: FETCH_BYTES_MAX,
        topics: places.map(({ topic, partition, next }) => ({
          topic,
          partitions: [{ partition, fetchOffset: String(next), maxBytes: PARTITION_BYTES_MAX }],
        })),
      })
      const partitions = new Map<ReadingPlace, FetchedPartition>()
      for (const { topicName, partitions: fetched } of responses) {
        for (const each of fetched) {
          const place = places.find(
            ({ topic, partition }) => topic === topicName && partition === each.partition,
          )
          if (place) partitions.set(place, each)
        }
      }
      return { nodeId, asked, partitions }
    } catch (error) {
      return { nodeId, error }
    }
  }

  /** Waits until the cluster answers again; throws what waiting does not mend. */
  async #recover(failure: unknown): Promise<void> {
    let error = failure
    while (!this.#isAborted) {
      const isGone = rootError(error).type === 'OFFSET_OUT_OF_RANGE'
      if (!isGone && !isTransient(error)) throw kafkaFailure(error, this.#connection.brokers)
      this.#failures += 1
      try {
        await Promise.race([this.#connection.cluster.refreshMetadata(), this.#aborted])
        this.#metadataReadAt = systemClock.monotonic()
        if (isGone || this.#clusterIdNow() !== this.#clusterId) await this.#moveIntoRange()
        if (this.#failures < FAILURES_QUIET) return
        this.#interrupted(error)
        return await sleep(RETRY_MS, this.#options.signal)
      } catch (next) {
        error = next
        this.#interrupted(error)
        await sleep(RETRY_MS, this.#options.signal)
      }
    }
  }

  /** Goes on at the earliest where the next record is not there any more; another cluster is read from its start. */
  async #moveIntoRange(): Promise<void> {
    const isOther = this.#clusterIdNow() !== this.#clusterId
    const ends = await readPartitionEnds(this.#connection, this.#options.topics)
    for (const { topic, partition, earliest, end } of ends) {
      const place = this.#places.find((each) => each.topic === topic && each.partition === partition)
      if (!place || place.isDone) continue
      if (!isOther && place.next >= earliest && place.next <= end) continue
      this.#options.onJump?.({ topic, partition, from: place.next, to: earliest })
      place.moveTo(earliest)
    }
    this.#clusterId = this.#clusterIdNow()
  }

  #clusterIdNow(): string | undefined {
    return this.#connection.cluster.brokerPool.metadata?.clusterId
  }

  #interrupted(error: unknown): void {
    if (this.#isInterrupted) return
    this.#isInterrupted = true
    this.#options.onInterruption?.(kafkaFailure(error, this.#connection.brokers))
  }

  #recovered(): void {
    this.#failures = 0
    if (!this.#isInterrupted) return
    this.#isInterrupted = false
    this.#options.onResumption?.()
  }
}
