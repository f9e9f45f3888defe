/** Where reading a topic without a group begins and ends: `earliest`, the last so many offsets, a moment in time. */
import type { Connection } from './connection.js'
import { kafkaFailure, retryTransient } from './failure.js'
import { type PartitionEnds, readPartitionEnds } from './offsets.js'

/** `last`: so many offsets before the end of each partition. `timeMs`: the first record at or after it. */
export type StartAt = 'earliest' | 'latest' | { last: number } | { timeMs: number }

/** One partition and how far it is read. */
export interface Span {
  topic: string
  partition: number
  from: number
  /** Last stable offset when it was asked for. */
  end: number
}

/**
 * Where each partition of `topics` begins for `from`, and where it ends now.
 * @throws {SuiteError} `topic_missing` or `broker_unavailable` (69).
 */
export async function startOffsets(
  connection: Connection,
  topics: string[],
  from: StartAt,
  deadlineMs: number,
): Promise<Span[]> {
  const ends = await readPartitionEnds(connection, topics, { deadlineMs })
  const byTime =
    typeof from === 'object' && 'timeMs' in from ? await offsetsAt(connection, ends, from.timeMs) : []
  return ends.map((place, index) => ({
    topic: place.topic,
    partition: place.partition,
    from: byTime[index] ?? beginning(place, from),
    end: place.end,
  }))
}

function beginning({ earliest, end }: PartitionEnds, from: StartAt): number {
  if (from === 'earliest') return earliest
  return typeof from === 'object' && 'last' in from ? Math.max(earliest, end - from.last) : end
}

/**
 * Offset of the first record of each partition whose timestamp is at or after `timeMs`; the end where there is none.
 * @throws {SuiteError} `broker_unavailable` (69).
 */
export async function offsetsAt(
  { cluster, brokers }: Connection,
  places: { topic: string; partition: number; end: number }[],
  timeMs: number,
): Promise<number[]> {
  const topics = [...new Set(places.map(({ topic }) => topic))].map((topic) => ({
    topic,
    partitions: places.filter((place) => place.topic === topic).map(({ partition }) => ({ partition })),
    fromTimestamp: Math.max(0, timeMs),
  }))
  try {
    const found = await retryTransient(RETRY_DEADLINE_MS, () => cluster.fetchTopicsOffset(topics))
    return places.map(({ topic, partition, end }) => {
      const partitions = found.find((each) => each.topic === topic)?.partitions
      const offset = Number(partitions?.find((each) => each.partition === partition)?.offset ?? -1)
      return offset < 0 ? end : offset
    })
  } catch (error) {
    throw kafkaFailure(error, brokers)
  }
}

/** A leader may move between two questions. */
const RETRY_DEADLINE_MS = 5_000
