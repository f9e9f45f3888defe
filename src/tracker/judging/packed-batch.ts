/** The records of a fetched batch, packed for the way to the thread that judges them. */
import type { FetchedBatch } from '../../shared/kafka/consumer.js'

/** The records of a batch in plain memory, which is handed from thread to thread rather than copied. */
export interface PackedBatch {
  topic: string
  partition: number
  /** Keys, values and headers as Kafka packs them, one record behind the other. */
  fields: ArrayBuffer
  /** By record: where its fields end. */
  fieldEnds: Uint32Array<ArrayBuffer>
  offsets: Float64Array<ArrayBuffer>
  /** As records have them. */
  timestampsMs: string[]
  /** What the lines are written to; they go elsewhere where it is too small. */
  memory: ArrayBuffer
}

/** A line is longer than its record: names of fields and headers, quotes and brackets. */
const LINE_FACTOR = 1.5

/** @param memoryOf Memory of at least so many bytes. */
export function packBatch(
  { topic, partition, records }: FetchedBatch,
  memoryOf: (bytes: number) => ArrayBuffer,
): PackedBatch {
  const size = records.reduce((sum, { packedBytes }) => sum + packedBytes, 0)
  const fields = memoryOf(size)
  const target = Buffer.from(fields)
  const fieldEnds = new Uint32Array(records.length)
  const offsets = new Float64Array(records.length)
  let end = 0
  for (const [index, record] of records.entries()) {
    record.copyTo(target, end)
    end += record.packedBytes
    fieldEnds[index] = end
    offsets[index] = record.offset
  }
  const timestampsMs = records.map(({ timestampMs }) => timestampMs)
  const memory = memoryOf(Math.ceil(size * LINE_FACTOR))
  return { topic, partition, fields, fieldEnds, offsets, timestampsMs, memory }
}
