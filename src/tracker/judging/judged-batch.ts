/**
 * Decodes the records of a batch, judges them and writes their part of the journal's lines: all that needs nothing but the
 * records themselves. What is left to whoever holds the journal is `seq` and the chain.
 */
import { LINE_BYTES_MAX } from '../../shared/contract/limits.js'
import { ruleOn } from '../../shared/contract/ruling.js'
import { LineBytes } from '../../shared/journal/line-bytes.js'
import { PackedBodies } from '../../shared/journal/packed-body.js'
import { type IncomingRecord, recordBytes, writeRecordBody } from '../../shared/journal/record.js'
import { decodeBatches, type UndecodableRange } from '../../shared/kafka/arrived-batch.js'
import { type PackedBatch, unpackBatch } from './packed-batch.js'
import { addRuling, isPlain, noRulings, type PackedRulings } from './rulings.js'

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
let bodies: PackedBodies | null = null

/** Does the whole of it. */
export function judgeBatch(batch: PackedBatch): JudgedBatch {
  const { topic, partition, from, bytes, memory, room } = batch
  const { records, undecodable } = decodeBatches(unpackBatch(batch), { from })
  const judged = nothingOf(records.length)
  const lines = new LineBytes(Buffer.from(memory), room.front)
  const fields = Buffer.from(bytes)
  bodies ??= new PackedBodies()
  bodies.begin(topic, partition)
  let time = { text: '', ms: 0 }
  for (const [index, fetched] of records.entries()) {
    const { offset, timestampMs, value } = fetched
    const verdict = ruleOn(value)
    addRuling(judged.rulings, index, verdict)
    lines.leave(room.before)
    judged.lineStarts[index] = lines.at
    if (!isPlain(verdict) || !bodies.write(lines, fields, fetched)) {
      const { key, headers } = fetched
      const record: IncomingRecord = { topic, partition, offset, timestampMs, key, headers, value, verdict }
      if (recordBytes(record) <= LINE_BYTES_MAX) writeRecordBody(lines, record)
    }
    judged.lineEnds[index] = lines.at
    lines.leave(room.behind)
    judged.offsets[index] = offset
    // Records of one batch often share a time.
    if (timestampMs !== time.text) time = { text: timestampMs, ms: Number(timestampMs) }
    judged.timestampsMs[index] = time.ms
    if (!Number.isSafeInteger(time.ms)) judged.farTimestamps.set(index, timestampMs)
    judged.valueBytes[index] = value?.length ?? 0
    judged.fieldStarts[index] = fetched.memoryStart
    judged.fieldEnds[index] = fetched.memoryEnd
  }
  return { ...judged, bytes, undecodable, lines: lines.memory.buffer as ArrayBuffer }
}

const nothingOf = (count: number) => ({
  rulings: noRulings(count),
  offsets: new Float64Array(count),
  timestampsMs: new Float64Array(count),
  farTimestamps: new Map<number, string>(),
  valueBytes: new Uint32Array(count),
  fieldStarts: new Uint32Array(count),
  fieldEnds: new Uint32Array(count),
  lineStarts: new Uint32Array(count),
  lineEnds: new Uint32Array(count),
})

/** What is handed over rather than copied when the whole goes to another thread. */
export const memoryOf = ({ rulings, ...judged }: JudgedBatch): ArrayBuffer[] => [
  judged.bytes,
  judged.lines,
  ...[judged.offsets, judged.timestampsMs, judged.valueBytes].map(({ buffer }) => buffer),
  ...[judged.fieldStarts, judged.fieldEnds].map(({ buffer }) => buffer),
  ...[judged.lineStarts, judged.lineEnds].map(({ buffer }) => buffer),
  ...[rulings.kinds, rulings.eventTimesMs].map(({ buffer }) => buffer),
]
