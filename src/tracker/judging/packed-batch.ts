/** A fetched batch, packed for the way to the thread that judges its records. */
import type { LineRoom } from '../../shared/journal/encoder.js'
import { type ArrivedBatch, type BatchContent, byteLength } from '../../shared/kafka/arrived-batch.js'
import type { FetchedBatch } from '../../shared/kafka/consumer.js'

/** What batches hold, in plain memory, which is handed from thread to thread rather than copied. */
interface PackedContents {
  bytes: ArrayBuffer
  contents: PackedContent[]
  /** The batches still have what they hold. */
  isCopy: boolean
}

/** Of one batch, whose bytes stand from `start` to `end`. */
type PackedContent = Omit<BatchContent, 'bytes'> & { start: number; end: number }

/** A fetched batch for the thread. */
export interface PackedBatch extends PackedContents {
  topic: string
  partition: number
  /** Records below this offset are not for the journal. */
  from: number
  /** What the lines are written to; they go elsewhere where it is too small. */
  memory: ArrayBuffer
  room: LineRoom
}

/** A line is longer than its record: names of fields and headers, quotes and brackets. */
const LINE_FACTOR = 1.6

/**
 * Takes the memory of batches that own theirs, which hold nothing any more when it was handed on, and copies others.
 *
 * @param room What is left free around the bodies of records.
 * @param memoryOf Memory of at least so many bytes.
 */
export function packBatch(
  { topic, partition, fetchedFrom, batches }: FetchedBatch,
  room: LineRoom,
  memoryOf: (bytes: number) => ArrayBuffer,
): PackedBatch {
  return {
    topic,
    partition,
    from: fetchedFrom,
    ...(batches.every(({ ownsMemory }) => ownsMemory) ? asTheyAre(batches) : copied(batches, memoryOf)),
    memory: memoryOf(Math.ceil(byteLength(batches) * LINE_FACTOR)),
    room,
  }
}

/** Of batches that came in one answer. */
function asTheyAre(batches: readonly ArrivedBatch[]): PackedContents {
  const bytes = batches[0]?.bytes.buffer as ArrayBuffer
  const contents = batches.map((batch) => packed(batch, batch.bytes.byteOffset))
  return { bytes, contents, isCopy: false }
}

/** One behind the other. */
function copied(batches: readonly ArrivedBatch[], memoryOf: (bytes: number) => ArrayBuffer): PackedContents {
  const bytes = memoryOf(byteLength(batches))
  const target = Buffer.from(bytes)
  let end = 0
  const contents = batches.map((batch) => {
    const start = end
    end += batch.bytes.copy(target, start)
    return packed(batch, start)
  })
  return { bytes, contents, isCopy: true }
}

const packed = ({ context, count, problem, bytes }: BatchContent, start: number): PackedContent => ({
  context,
  count,
  problem,
  start,
  end: start + bytes.length,
})

/** The batches again, in the memory they came in. */
export const unpackBatch = ({ bytes, contents }: PackedContents): BatchContent[] =>
  contents.map(({ start, end, ...content }) => ({
    ...content,
    bytes: Buffer.from(bytes, start, end - start),
  }))
