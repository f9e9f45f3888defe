/**
 * The records of batches in columns, one for each thing that is told of a record: what is to go through many of them has an
 * object for none.
 */
import { type BatchContent, readThrough, type UndecodableRange } from './arrived-batch.js'
import { type FieldSpans, readRecords } from './record-decoder.js'

/** By record; places are those in the memory behind the batches' bytes. */
export interface RecordColumns {
  offsets: Float64Array<ArrayBuffer>
  /** Milliseconds since 1970, -1 for none. */
  timestampsMs: Float64Array<ArrayBuffer>
  /** The same in decimal: as often as not one text for many records. */
  timestampTexts: string[]
  /** Where key, value and headers of a record stand; see `PackedFields`. */
  fieldStarts: Uint32Array<ArrayBuffer>
  fieldEnds: Uint32Array<ArrayBuffer>
  /** -1 for null. */
  valueStarts: Int32Array<ArrayBuffer>
  /** 0 for null too. */
  valueBytes: Uint32Array<ArrayBuffer>
}

/** Length, attributes, both deltas, the lengths of key and value, and the number of headers. */
const RECORD_BYTES_MIN = 7

/** The records of `batches` from offset `from` on, and what cannot be read of them; both ascending by offset. */
export function columnsOf(
  batches: readonly BatchContent[],
  from: number,
): { records: RecordColumns; undecodable: UndecodableRange[] } {
  const table = new ColumnTable(batches.reduce((sum, batch) => sum + countMax(batch), 0))
  const undecodable: UndecodableRange[] = []
  for (const batch of batches) {
    const { bytes, count, context } = batch
    const first = table.count
    const range = readThrough(batch, () =>
      readRecords(bytes, { count, context }, (spans, offset, timestampMs) => {
        if (offset >= from) table.add(bytes.byteOffset, spans, { offset, timestampMs })
      }),
    )
    if (!range) continue
    table.count = first
    undecodable.push(range)
  }
  return { records: table.columns(), undecodable }
}

/** No header is believed to have more records behind it than fit there. */
const countMax = ({ bytes, count }: BatchContent): number =>
  Math.max(0, Math.min(count, Math.floor(bytes.length / RECORD_BYTES_MIN)))

class ColumnTable {
  /** Records so far; to lower it takes the last ones back. */
  count = 0
  readonly #columns: RecordColumns

  constructor(countMax: number) {
    this.#columns = {
      offsets: new Float64Array(countMax),
      timestampsMs: new Float64Array(countMax),
      timestampTexts: new Array<string>(countMax),
      fieldStarts: new Uint32Array(countMax),
      fieldEnds: new Uint32Array(countMax),
      valueStarts: new Int32Array(countMax),
      valueBytes: new Uint32Array(countMax),
    }
  }

  /** @param base Where the bytes begin, in which the spans are places. */
  add(
    base: number,
    { start, end, valueStart, valueEnd }: FieldSpans,
    { offset, timestampMs }: { offset: number; timestampMs: string },
  ): void {
    const { offsets, timestampsMs, timestampTexts, fieldStarts, fieldEnds, valueStarts, valueBytes } =
      this.#columns
    const index = this.count
    this.count += 1
    offsets[index] = offset
    timestampsMs[index] =
      timestampMs === timestampTexts[index - 1] ? (timestampsMs[index - 1] as number) : Number(timestampMs)
    timestampTexts[index] = timestampMs
    fieldStarts[index] = base + start
    fieldEnds[index] = base + end
    valueStarts[index] = valueStart === -1 ? -1 : base + valueStart
    valueBytes[index] = valueStart === -1 ? 0 : valueEnd - valueStart
  }

  columns(): RecordColumns {
    const { count } = this
    const all = this.#columns
    return {
      offsets: all.offsets.subarray(0, count),
      timestampsMs: all.timestampsMs.subarray(0, count),
      timestampTexts: all.timestampTexts.slice(0, count),
      fieldStarts: all.fieldStarts.subarray(0, count),
      fieldEnds: all.fieldEnds.subarray(0, count),
      valueStarts: all.valueStarts.subarray(0, count),
      valueBytes: all.valueBytes.subarray(0, count),
    }
  }
}
