/**
 * Reads where partitions begin and end and what a consumer group has committed. Moves and commits nothing.
 *
 * Ends are last stable offsets: an open transaction holds them back, because nobody who reads committed data can
 * pass it.
 */
import { ExitCode, SuiteError } from '../runtime/errors.js'
import type { Connection } from './connection.js'
import { kafkaFailure, retryTransient, rootError } from './failure.js'

export interface PartitionEnds {
  topic: string
  partition: number
  /** First offset that is still there; equal to `end` where nothing is. */
  earliest: number
  /** Last stable offset: the one that the next committed record may get. */
  end: number
}

export interface CommittedOffset {
  topic: string
  partition: number
  /** Offset that the group reads next, or null where it committed none. */
  offset: number | null
  /** Text that was committed with it. */
  metadata: string | null
}

/**
 * Ends of every partition of `topics`, in their order, the number of partitions read anew.
 *
 * Tries again for `deadlineMs` while a leader or a broker is away.
 * @throws {SuiteError} `topic_missing` or `broker_unavailable` (69).
 */
export function readPartitionEnds(
  connection: Connection,
  topics: string[],
  { deadlineMs = 0 }: { deadlineMs?: number } = {},
): Promise<PartitionEnds[]> {
  return answered(connection, topics, deadlineMs, async () => {
    const asked = await partitionsOf(connection, topics)
    // kafkajs asks all leaders at once; the two questions go over one connection, one after the other.
    const earliest = index(
      await connection.cluster.fetchTopicsOffset(asked.map((topic) => ({ ...topic, fromBeginning: true }))),
    )
    const end = index(
      await connection.cluster.fetchTopicsOffset(asked.map((topic) => ({ ...topic, fromBeginning: false }))),
    )
    return asked.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition }) => ({
        topic,
        partition,
        earliest: offsetAt(earliest, topic, partition),
        end: offsetAt(end, topic, partition),
      })),
    )
  })
}

/**
 * What `group` has committed for every partition of `topics`; asking changes nothing for the group.
 * @throws {SuiteError} `topic_missing` or `broker_unavailable` (69).
 */
export function readCommitted(
  connection: Connection,
  group: string,
  topics: string[],
  { deadlineMs = 0 }: { deadlineMs?: number } = {},
): Promise<CommittedOffset[]> {
  return answered(connection, topics, deadlineMs, async () => {
    const asked = await partitionsOf(connection, topics)
    const coordinator = await connection.cluster.findGroupCoordinator({ groupId: group })
    const { responses } = await coordinator.offsetFetch({ groupId: group, topics: asked })
    return responses.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, offset, metadata }) =>
        offset === '-1'
          ? { topic, partition, offset: null, metadata: null }
          : { topic, partition, offset: Number(offset), metadata: metadata || null },
      ),
    )
  })
}

/** Reads the metadata anew, so that partitions added since and leaders that moved are known. */
async function partitionsOf(
  { cluster }: Connection,
  topics: string[],
): Promise<{ topic: string; partitions: { partition: number }[] }[]> {
  await cluster.addMultipleTargetTopics(topics)
  await cluster.refreshMetadata()
  return topics.map((topic) => ({
    topic,
    partitions: cluster
      .findTopicPartitionMetadata(topic)
      .map(({ partitionId }) => ({ partition: partitionId }))
      .sort((a, b) => a.partition - b.partition),
  }))
}

type Offsets = Map<string, Map<number, number>>

const index = (topics: { topic: string; partitions: { partition: number; offset: string }[] }[]): Offsets =>
  new Map(
    topics.map(({ topic, partitions }) => [
      topic,
      new Map(partitions.map(({ partition, offset }) => [partition, Number(offset)])),
    ]),
  )

function offsetAt(offsets: Offsets, topic: string, partition: number): number {
  const offset = offsets.get(topic)?.get(partition)
  if (offset === undefined) throw new Error(`the broker left out the offset of ${topic}/${partition}`)
  return offset
}

async function answered<T>(
  { brokers }: Connection,
  topics: string[],
  deadlineMs: number,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await retryTransient(deadlineMs, work)
  } catch (error) {
    if (rootError(error).type !== 'UNKNOWN_TOPIC_OR_PARTITION') throw kafkaFailure(error, brokers)
    throw topicMissing(topics, brokers, error)
  }
}

/** The error for topics of which at least one is not there. */
export const topicMissing = (topics: string[], brokers: string[], cause?: unknown): SuiteError =>
  new SuiteError(
    'topic_missing',
    `${topics.length === 1 ? `topic ${topics[0]} is` : `one of the topics ${topics.join(', ')} is`} not there on ${brokers.join(', ')}; \`orderscope up\` creates it, or set KAFKA_TOPIC to one that is there`,
    { exit: ExitCode.unavailable, context: { topics, brokers }, cause },
  )
