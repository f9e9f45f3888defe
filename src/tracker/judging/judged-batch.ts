/**
 * Decodes the records of a batch, judges them and writes their part of the journal's lines: all that needs nothing but the
 * records themselves. What is left to whoever holds the journal is `seq` and the chain.
 */
import { LineBytes } from '../../shared/journal/line-bytes.js'
import type { UndecodableRange } from '../../shared/kafka/arrived-batch.js'
import { columnsOf, type RecordColumns } from '../../shared/kafka/record-columns.js'
import { type PackedBatch, unpackBatch } from './packed-batch.js'
import { RecordJudge } from './record-judge.js'
import { noRulings, type PackedRulings } from './rulings.js'

export interface JudgedBatch {
  rulings: PackedRulings
  /** By record, as all that follows. */
  offsets: Float64Array<ArrayBuffer>
  /** Milliseconds since 1970, -1 for none. */
  timestampsMs: Float64Array<ArrayBuffer>
  /** By index of the record: its time in decimal, where no double holds that. */
  farTimestamps: Map<number, string>
  /** 0 for null too. */
  valueBytes: Uint32Array<ArrayBuffer>
  /** The memory that the batch came in. */
  bytes: ArrayBuffer
  /** Where key, value and headers of a record stand in it; see `PackedFields`. */
  fieldStarts: Uint32Array<ArrayBuffer>
  fieldEnds: Uint32Array<ArrayBuffer>
  /** Bodies of records one behind the other, with room around each. */
  lines: ArrayBuffer
  /** Where a body begins and ends: at the same place, when no line can hold it. */
  lineStarts: Uint32Array<ArrayBuffer>
  lineEnds: Uint32Array<ArrayBuffer>
  undecodable: UndecodableRange[]
}

/** Made when it is first needed: the thread alone has a use for it. */
let judge: RecordJudge | null = null

/** Does the whole of it. */
export function judgeBatch(batch: PackedBatch): JudgedBatch {
  const { topic, partition, bytes, room } = batch
  const { records, undecodable } = columnsOf(unpackBatch(batch), batch.from)
  const { offsets, timestampsMs, fieldStarts, fieldEnds, valueBytes } = records
  const rulings = noRulings(offsets.length)
  const lines = new LineBytes(Buffer.from(batch.memory), room.front)
  const lineStarts = new Uint32Array(offsets.length)
  const lineEnds = new Uint32Array(offsets.length)
  judge ??= new RecordJudge()
  const placed = { ...records, topic, partition, bytes: Buffer.from(bytes) }
  judge.judge(placed, { rulings, lines, lineStarts, lineEnds }, room)
  return {
    ...{ rulings, offsets, timestampsMs, farTimestamps: farTimestampsOf(records) },
    ...{ valueBytes, bytes, fieldStarts, fieldEnds },
    ...{ lines: lines.memory.buffer as ArrayBuffer, lineStarts, lineEnds, undecodable },
  }
}

function farTimestampsOf({ timestampsMs, timestampTexts }: RecordColumns): Map<number, string> {
  const far = new Map<number, string>()
  for (const [index, ms] of timestampsMs.entries())
    if (!Number.isSafeInteger(ms)) far.set(index, timestampTexts[index] as string)
  return far
}

/** What is handed over rather than copied when the whole goes to another thread. */
export const memoryOf = ({ rulings, ...judged }: JudgedBatch): ArrayBuffer[] => [
  judged.bytes,
  judged.lines,
  ...[judged.offsets, judged.timestampsMs, judged.valueBytes].map(({ buffer }) => buffer),
  ...[judged.fieldStarts, judged.fieldEnds].map(({ buffer }) => buffer),
  ...[judged.lineStarts, judged.lineEnds].map(({ buffer }) => buffer),
  ...[rulings.kinds, rulings.eventTimesMs].map(({ buffer }) => buffer),
]
