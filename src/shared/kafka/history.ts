/** Reads single records that are on a topic, beside any consumer group. */
import { decodeBatches } from './arrived-batch.js'
import type { Connection } from './connection.js'
import { errorFromCode, READ_COMMITTED } from './internals.js'
import type { PackedRecord } from './record-decoder.js'

/** Enough for any batch header; the broker always returns at least one whole batch. */
const FETCH_BYTES = 64 * 1024

export interface TopicRecord {
  offset: number
  timestampMs: string
  key: Buffer | null
  value: Buffer | null
}

/**
 * The record at exactly `offset`, or null where none is there (compacted, aborted, a control record, unreadable).
 *
 * The offset must lie between the partition's earliest and end.
 */
export async function readRecord(
  { cluster }: Connection,
  { topic, partition }: { topic: string; partition: number },
  offset: number,
): Promise<TopicRecord | null> {
  await cluster.addMultipleTargetTopics([topic])
  const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]))
  if (nodeId === undefined) throw errorFromCode(5)
  const broker = await cluster.findBroker({ nodeId })
  const { responses } = await broker.fetch({
    isolationLevel: READ_COMMITTED,
    maxWaitTime: 100,
    minBytes: 1,
    maxBytes: FETCH_BYTES,
    topics: [{ topic, partitions: [{ partition, fetchOffset: String(offset), maxBytes: FETCH_BYTES }] }],
  })
  const batches =
    responses[0]?.partitions[0]?.messages.filter(({ isControlRecord }) => !isControlRecord) ?? []
  const [found] = decodeBatches(batches, { from: offset, to: offset + 1 }).records
  return found ? asTopicRecord(found) : null
}

const asTopicRecord = ({ offset, timestampMs, key, value }: PackedRecord): TopicRecord => ({
  offset,
  timestampMs,
  key,
  value,
})
