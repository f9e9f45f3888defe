/**
 * One life of a consumer in its group: from joining until it crashes or is stopped.
 *
 * Commits only what it is told to and never resolves an offset by itself. When kafkajs gives up, the life is over:
 * the caller begins a new one with a new client, because restarted consumers of kafkajs are known to stall.
 */
import type { Batch, Consumer, EachBatchPayload } from 'kafkajs'
import { atMost } from '../runtime/clock.js'
import type { SuiteError } from '../runtime/errors.js'
import type { ArrivedBatch } from './arrived-batch.js'
import type { KafkaClient } from './client.js'
import { kafkaFailure } from './failure.js'
import { topicMissing } from './offsets.js'

export interface PartitionRef {
  topic: string
  partition: number
}

export interface FetchedBatch extends PartitionRef {
  /** What it consists of; `decodeBatches` has the records. The first may begin below the offset that was asked for. */
  batches: ArrivedBatch[]
  /** Offset that was asked for. */
  fetchedFrom: number
  /** Offset after the last one fetched, records that are filtered out included. */
  next: number
  /** True once the partition was moved elsewhere: the rest is not to be worked on. */
  isStale(): boolean
  /** Marks everything below `next` as done; the following fetch goes on there. */
  resolve(): void
  /** Keeps the membership; throws when the group rebalances, and the batch must be left then. */
  heartbeat(): Promise<void>
}

export interface ConsumerHandlers {
  /** Synchronous: where each partition of a new assignment is to be read from; null leaves it to the group. */
  onAssigned(assignment: PartitionRef[], memberId: string): (number | null)[]
  /** Must not throw for what records contain. */
  onBatch(batch: FetchedBatch): Promise<void>
  /** A fetch of nothing but control or aborted records: everything below `next` was seen. */
  onPassedOver(partition: PartitionRef, next: number): void
  /** A fetch came back, with or without records. */
  onFetch(): void
}

export interface CommitOffset extends PartitionRef {
  offset: number
  metadata: string
}

/** A member of the group, as the coordinator describes it. */
export interface GroupMember {
  memberId: string
  clientId: string
  clientHost: string
}

export interface ConsumerLife {
  /** Resolves with the reason when the consumer is over without having been stopped. */
  ended: Promise<SuiteError>
  seek(partition: PartitionRef, offset: number): void
  commit(offsets: CommitOffset[]): Promise<void>
  members(): Promise<GroupMember[]>
  /** Leaves the group; gives up waiting after `deadlineMs`. Never throws. The client is to be abandoned then. */
  stop(deadlineMs: number): Promise<void>
}

/** Shortest that the broker allows by default; a killed member is replaced by its stored id long before. */
const SESSION_TIMEOUT_MS = 10_000
const REBALANCE_TIMEOUT_MS = 15_000
/** A member that is alone has nobody to give a partition to; among several, the others wait for its next heartbeat. */
const HEARTBEAT_INTERVAL_MS = { alone: 3_000, amongSeveral: 1_000 }
/** A fetch waits this long for records. */
const FETCH_WAIT_MS = 500
const PARTITION_BYTES_MAX = 1024 * 1024
const FETCH_BYTES_MAX = 16 * 1024 * 1024
/** Partitions added to a topic are noticed within this time. */
const METADATA_AGE_MAX_MS = 30_000

/**
 * Joins `group` and consumes `topics` from now on.
 *
 * @throws {SuiteError} `broker_unavailable` (69) and its kin where the group cannot be joined.
 */
export async function startConsumer(
  client: KafkaClient,
  { group, topics, instance }: { group: string; topics: string[]; instance: string | null },
  handlers: ConsumerHandlers,
): Promise<ConsumerLife> {
  const consumer = client.kafka.consumer({
    groupId: group,
    sessionTimeout: SESSION_TIMEOUT_MS,
    rebalanceTimeout: REBALANCE_TIMEOUT_MS,
    heartbeatInterval: HEARTBEAT_INTERVAL_MS[instance === null ? 'alone' : 'amongSeveral'],
    maxWaitTimeInMs: FETCH_WAIT_MS,
    maxBytesPerPartition: PARTITION_BYTES_MAX,
    maxBytes: FETCH_BYTES_MAX,
    metadataMaxAge: METADATA_AGE_MAX_MS,
    allowAutoTopicCreation: false,
    // A crash is never restarted by kafkajs itself; see the head of this file.
    retry: { retries: 3, maxRetryTime: 1_000, restartOnFailure: async () => false },
  })
  const ended = new Promise<SuiteError>((resolve) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      const failure = kafkaFailure(payload.error, client.brokers)
      const isMissing = failure.code === 'topic_missing'
      resolve(isMissing ? topicMissing(topics, client.brokers, payload.error) : failure)
    })
  })
  listen(consumer, handlers)
  try {
    await consumer.connect()
    await consumer.subscribe({ topics, fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 1,
      eachBatch: (payload) => handlers.onBatch(asFetchedBatch(payload)),
    })
  } catch (error) {
    void consumer.disconnect().catch(() => {})
    throw kafkaFailure(error, client.brokers)
  }
  return {
    ended,
    seek: ({ topic, partition }, offset) => consumer.seek({ topic, partition, offset: String(offset) }),
    commit: (offsets) =>
      consumer.commitOffsets(offsets.map((commit) => ({ ...commit, offset: String(commit.offset) }))),
    members: async () => (await consumer.describeGroup()).members,
    stop: async (deadlineMs) => {
      const stopped = consumer.stop().catch(() => {})
      client.endFetches()
      // It may hang for ever when the broker is away.
      await atMost(deadlineMs, stopped)
    },
  }
}

function listen(consumer: Consumer, handlers: ConsumerHandlers): void {
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    const assignment = Object.entries(payload.memberAssignment).flatMap(([topic, partitions]) =>
      partitions.map((partition) => ({ topic, partition })),
    )
    // A seek holds only when it is made before the first fetch, inside this listener.
    for (const [index, offset] of handlers.onAssigned(assignment, payload.memberId).entries()) {
      const partition = assignment[index]
      if (partition && offset !== null) consumer.seek({ ...partition, offset: String(offset) })
    }
  })
  consumer.on(consumer.events.FETCH, () => handlers.onFetch())
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
    if (payload.batchSize > 0) return
    handlers.onPassedOver(
      { topic: payload.topic, partition: payload.partition },
      Number(payload.lastOffset) + 1,
    )
  })
}

function asFetchedBatch({
  batch,
  resolveOffset,
  heartbeat,
  isRunning,
  isStale,
}: EachBatchPayload): FetchedBatch {
  // Not what kafkajs' type tells: each stands for a batch; see batch-decoder.ts.
  const batches = batch.messages as unknown as ArrivedBatch[]
  return {
    topic: batch.topic,
    partition: batch.partition,
    batches,
    fetchedFrom: Number((batch as Batch & { fetchedOffset: string }).fetchedOffset),
    next: Number(batch.lastOffset()) + 1,
    isStale: () => isStale() || !isRunning(),
    // kafkajs moves on over control records behind the last one only when exactly that one is resolved.
    resolve: () => resolveOffset(String(batches.at(-1)?.offset ?? batch.lastOffset())),
    heartbeat,
  }
}
