/**
 * A record batch as a fetch brought it, and the records in it.
 *
 * kafkajs hands it on as if it were one message, at its last offset. What it holds is decoded where that is asked for, which
 * may be another thread.
 */
import { errorText } from '../runtime/errors.js'
import { type BatchContext, decodeRecords, type PackedRecord } from './record-decoder.js'

/** What is needed of a batch to get at its records; plain, so that a thread can be handed it. */
export interface BatchContent {
  context: BatchContext
  /** As its header has it. */
  count: number
  /** The records one behind the other, decompressed. */
  bytes: Buffer
  /** Why the bytes cannot be had; null where they can. */
  problem: string | null
}

export interface ArrivedBatch extends BatchContent {
  /** Last offset that the batch takes, whether a record is there or compaction took it: a reader goes on behind it. */
  offset: number
  /** Nothing in it is for a reader: markers of transactions, what was aborted, nothing at all. */
  isControlRecord: boolean
  /** Only batches of its partition stand in the memory of its bytes, which may be handed to another thread with them. */
  ownsMemory: boolean
}

/** Bytes of all records in them. */
export const byteLength = (batches: readonly BatchContent[]): number =>
  batches.reduce((sum, { bytes }) => sum + bytes.length, 0)

/** Offsets of a batch that cannot be read, and why not. */
export interface UndecodableRange {
  from: number
  /** Exclusive. */
  to: number
  why: string
}

/** Both ascending by offset. */
export interface DecodedBatches {
  records: PackedRecord[]
  undecodable: UndecodableRange[]
}

/** The records of `batches` from offset `from` up to `to` (exclusive): a batch comes whole, whatever was asked for. */
export function decodeBatches(
  batches: readonly BatchContent[],
  { from, to = Number.POSITIVE_INFINITY }: { from: number; to?: number },
): DecodedBatches {
  const all: DecodedBatches = { records: [], undecodable: [] }
  for (const batch of batches) {
    const { bytes, count, context } = batch
    const range = readThrough(batch, () => {
      for (const record of decodeRecords(bytes, count, context))
        if (record.offset >= from && record.offset < to) all.records.push(record)
    })
    if (range && range.to <= to) all.undecodable.push(range)
  }
  return all
}

/** Has a batch read; tells its offsets where it cannot be, or `read` throws. */
export function readThrough({ context, problem }: BatchContent, read: () => void): UndecodableRange | null {
  if (problem !== null) return unreadable(context, problem)
  try {
    read()
    return null
  } catch (error) {
    return unreadable(context, errorText(error))
  }
}

function unreadable({ firstOffset, lastOffsetDelta }: BatchContext, why: string): UndecodableRange {
  const from = Number(firstOffset)
  return { from, to: from + lastOffsetDelta + 1, why }
}
