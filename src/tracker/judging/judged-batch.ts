/**
 * Judges the records of a batch and writes their part of the journal's lines: all that needs nothing but the records
 * themselves. What is left to whoever holds the journal is `seq` and the chain.
 */
import { LINE_BYTES_MAX } from '../../shared/contract/limits.js'
import { ruleOn } from '../../shared/contract/ruling.js'
import { LineBytes } from '../../shared/journal/line-bytes.js'
import { type IncomingRecord, recordBytes, writeRecordBody } from '../../shared/journal/record.js'
import { PackedFields } from '../../shared/kafka/record-decoder.js'
import type { PackedBatch } from './packed-batch.js'
import { addRuling, noRulings, type PackedRulings } from './rulings.js'

export interface JudgedBatch {
  rulings: PackedRulings
  /** Bodies of records one behind the other. */
  lines: ArrayBuffer
  /** By record: where its body ends; where the one before it does, when no line can hold it. */
  lineEnds: Uint32Array<ArrayBuffer>
}

/** Does the whole of it; `fields` of the batch stay as they are. */
export function judgeBatch(batch: PackedBatch): JudgedBatch {
  const { topic, partition, fields, fieldEnds, offsets, timestampsMs } = batch
  const bytes = Buffer.from(fields)
  const rulings = noRulings(fieldEnds.length)
  const lineEnds = new Uint32Array(fieldEnds.length)
  const lines = new LineBytes(Buffer.from(batch.memory))
  let start = 0
  for (const [index, end] of fieldEnds.entries()) {
    const { key, value, headers } = new PackedFields(bytes, start, end)
    const verdict = ruleOn(value)
    addRuling(rulings, index, verdict)
    const offset = offsets[index] as number
    const timestampMs = timestampsMs[index] as string
    const record: IncomingRecord = { topic, partition, offset, timestampMs, key, headers, value, verdict }
    if (recordBytes(record) <= LINE_BYTES_MAX) writeRecordBody(lines, record)
    lineEnds[index] = lines.at
    start = end
  }
  return { rulings, lines: lines.memory.buffer as ArrayBuffer, lineEnds }
}
