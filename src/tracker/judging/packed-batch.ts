/** A fetched batch, packed for the way to the thread that judges its records. */
import type { LineRoom } from '../../shared/journal/encoder.js'
import { type BatchContent, byteLength } from '../../shared/kafka/arrived-batch.js'
import type { FetchedBatch } from '../../shared/kafka/consumer.js'

/** A fetched batch in plain memory, which is handed from thread to thread rather than copied. */
export interface PackedBatch {
  topic: string
  partition: number
  /** Records below this offset are not for the journal. */
  from: number
  /** What the batches hold, one behind the other. */
  bytes: ArrayBuffer
  contents: PackedContent[]
  /** What the lines are written to; they go elsewhere where it is too small. */
  memory: ArrayBuffer
  room: LineRoom
}

/** Of one batch, whose bytes end at `end`. */
type PackedContent = Omit<BatchContent, 'bytes'> & { end: number }

/** A line is longer than its record: names of fields and headers, quotes and brackets. */
const LINE_FACTOR = 1.6

/**
 * @param room What is left free around the bodies of records.
 * @param memoryOf Memory of at least so many bytes.
 */
export function packBatch(
  { topic, partition, fetchedFrom, batches }: FetchedBatch,
  room: LineRoom,
  memoryOf: (bytes: number) => ArrayBuffer,
): PackedBatch {
  const size = byteLength(batches)
  const bytes = memoryOf(size)
  const target = Buffer.from(bytes)
  let end = 0
  const contents = batches.map((batch) => {
    end += batch.bytes.copy(target, end)
    return { context: batch.context, count: batch.count, problem: batch.problem, end }
  })
  return {
    topic,
    partition,
    from: fetchedFrom,
    bytes,
    contents,
    memory: memoryOf(Math.ceil(size * LINE_FACTOR)),
    room,
  }
}

/** The batches again, in the memory they came in. */
export function unpackBatch({ bytes, contents }: PackedBatch): BatchContent[] {
  let start = 0
  return contents.map(({ end, ...content }) => {
    const unpacked = { ...content, bytes: Buffer.from(bytes, start, end - start) }
    start = end
    return unpacked
  })
}
