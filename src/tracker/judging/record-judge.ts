/**
 * Judges the records of a batch and writes their bodies, in memory of its own.
 *
 * Of nearly every record that takes two looks at its bytes, one for the ruling and one for the body, and no object is made of it.
 * Any other goes the long way, by `verdict.ts` and `record.ts`.
 */
import { LINE_BYTES_MAX } from '../../shared/contract/limits.js'
import { OrderSight } from '../../shared/contract/ruling.js'
import { judge, type Ruling } from '../../shared/contract/verdict.js'
import type { LineRoom } from '../../shared/journal/encoder.js'
import type { LineBytes } from '../../shared/journal/line-bytes.js'
import { PackedBodies } from '../../shared/journal/packed-body.js'
import { recordBytes, writeRecordBody } from '../../shared/journal/record.js'
import type { RecordColumns } from '../../shared/kafka/record-columns.js'
import { PackedFields } from '../../shared/kafka/record-decoder.js'
import { addRuling, isPlain, type PackedRulings } from './rulings.js'
import { SlidingWindow } from './sliding-window.js'

/** A payload that is longer is parsed. */
const WINDOW_BYTES = 1024 * 1024

/** Records of a partition, and the bytes in which they have their places. */
export interface PlacedRecords extends RecordColumns {
  topic: string
  partition: number
  bytes: Buffer
}

/** What is made of records. */
export interface Judgements {
  rulings: PackedRulings
  lines: LineBytes
  /** Where a body begins and ends in the lines: at the same place, when no line can hold it. */
  lineStarts: Uint32Array
  lineEnds: Uint32Array
}

export class RecordJudge {
  readonly #sight = new OrderSight(WINDOW_BYTES)
  readonly #payloads = new SlidingWindow(this.#sight.window)
  readonly #bodies = new PackedBodies()
  readonly #fields = new SlidingWindow(this.#bodies.window)

  /** Judges all of them, and leaves `room` around each body. */
  judge(records: PlacedRecords, { rulings, lines, lineStarts, lineEnds }: Judgements, room: LineRoom): void {
    const bodies = this.#bodies
    this.#payloads.begin(records.bytes)
    this.#fields.begin(records.bytes)
    bodies.begin(lines, records)
    for (let index = 0; index < records.offsets.length; index += 1) {
      const verdict = this.#verdict(records, index)
      addRuling(rulings, index, verdict)
      bodies.leave(room.before)
      lineStarts[index] = bodies.end
      if (!isPlain(verdict) || !this.#writePlain(records, index)) {
        bodies.flush()
        writeBody(lines, records, { index, verdict })
      }
      lineEnds[index] = bodies.end
      bodies.leave(room.behind)
    }
    bodies.flush()
  }

  #verdict({ bytes, valueStarts, valueBytes }: PlacedRecords, index: number): Ruling {
    const start = valueStarts[index] as number
    if (start === -1) return judge(null)
    const length = valueBytes[index] as number
    const at = this.#payloads.place(start, start + length)
    const ruling = at === -1 ? null : this.#sight.accepted(at, at + length)
    return ruling ?? judge(bytes.subarray(start, start + length))
  }

  /** False where the record is long, or its key and headers are not plain. */
  #writePlain({ offsets, timestampTexts, fieldStarts, fieldEnds }: PlacedRecords, index: number): boolean {
    const start = fieldStarts[index] as number
    const end = fieldEnds[index] as number
    const from = this.#fields.place(start, end)
    if (from === -1) return false
    const offset = offsets[index] as number
    const timestampMs = timestampTexts[index] as string
    return this.#bodies.write({ offset, timestampMs, from, to: from + end - start })
  }
}

/** Adds nothing where no line can hold the record. */
function writeBody(
  lines: LineBytes,
  { topic, partition, bytes, offsets, timestampTexts, fieldStarts, fieldEnds }: PlacedRecords,
  { index, verdict }: { index: number; verdict: Ruling },
): void {
  const fields = PackedFields.read(bytes, fieldStarts[index] as number, fieldEnds[index] as number)
  const { key, headers, value } = fields
  const [offset, timestampMs] = [offsets[index] as number, timestampTexts[index] as string]
  const record = { topic, partition, offset, timestampMs, key, headers, value, verdict }
  if (recordBytes(record) <= LINE_BYTES_MAX) writeRecordBody(lines, record)
}
