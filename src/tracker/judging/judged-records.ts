/** The records of a fetched batch as the journal takes them, with what was made of them ahead where that was done. */
import { judge, type Ruling } from '../../shared/contract/verdict.js'
import type { IncomingRecord, LineBody } from '../../shared/journal/record.js'
import {
  type DecodedBatches,
  decodeBatches,
  type UndecodableRange,
} from '../../shared/kafka/arrived-batch.js'
import type { FetchedBatch, PartitionRef } from '../../shared/kafka/consumer.js'
import { PackedFields, type PackedRecord } from '../../shared/kafka/record-decoder.js'
import type { JudgedBatch } from './judged-batch.js'
import { rulingAt } from './rulings.js'

/** A record as the journal takes it. */
export interface JudgedRecord extends IncomingRecord {
  /** Its time as a number, to reckon with: not exact beyond what a double holds. */
  timeMs: number
}

export interface JudgedRecords {
  count: number
  /** Offsets between them that cannot be read, ascending. */
  undecodable: readonly UndecodableRange[]
  /** Index of the first record at or behind `offset`. */
  indexFrom(offset: number): number
  /**
   * Records from index `begin` up to `end` (exclusive), one by one: what a payload is parsed to is many times as large, and
   * may go as soon as its line is made.
   */
  stretch(begin: number, end: number): Iterable<JudgedRecord>
  /** Time of the last record, milliseconds since 1970; null where there is no record. */
  lastTimestampMs: number | null
  /** Says that none of the records is needed any more, nor the memory they stand in. */
  release(): void
}

/** Judges the records when they are asked for. */
export class JudgedHere implements JudgedRecords {
  readonly #ref: PartitionRef
  readonly #decoded: DecodedBatches

  constructor(batch: FetchedBatch) {
    this.#ref = batch
    this.#decoded = decodeBatches(batch.batches, { from: batch.fetchedFrom })
  }

  get count(): number {
    return this.#decoded.records.length
  }

  get undecodable(): UndecodableRange[] {
    return this.#decoded.undecodable
  }

  get lastTimestampMs(): number | null {
    const last = this.#decoded.records.at(-1)
    return last ? Number(last.timestampMs) : null
  }

  indexFrom(offset: number): number {
    const index = this.#decoded.records.findIndex((record) => record.offset >= offset)
    return index === -1 ? this.count : index
  }

  release(): void {}

  *stretch(begin: number, end: number): Generator<JudgedRecord, void> {
    const { topic, partition } = this.#ref
    for (let index = begin; index < end; index += 1) {
      const { offset, timestampMs, key, value, headers } = this.#decoded.records[index] as PackedRecord
      const place = { topic, partition, offset, timestampMs, timeMs: Number(timestampMs) }
      yield { ...place, key, value, headers, verdict: judge(value) }
    }
  }
}

/** Of records that a thread has judged. */
export class JudgedAhead implements JudgedRecords {
  readonly #ref: PartitionRef
  readonly #judged: JudgedBatch
  readonly #lines: Buffer
  readonly release: () => void

  /** @param release Called when the memory is not needed any more. */
  constructor(ref: PartitionRef, judged: JudgedBatch, release: () => void) {
    this.#ref = ref
    this.#judged = judged
    this.release = release
    this.#lines = Buffer.from(judged.lines)
  }

  get count(): number {
    return this.#judged.offsets.length
  }

  get undecodable(): UndecodableRange[] {
    return this.#judged.undecodable
  }

  get lastTimestampMs(): number | null {
    return this.#judged.timestampsMs.at(-1) ?? null
  }

  indexFrom(offset: number): number {
    const index = this.#judged.offsets.findIndex((each) => each >= offset)
    return index === -1 ? this.count : index
  }

  *stretch(begin: number, end: number): Generator<JudgedRecord, void> {
    for (let index = begin; index < end; index += 1)
      yield new RecordJudgedAhead(this.#ref, this.#judged, { index, body: this.#body(index) })
  }

  #body(index: number): LineBody | null {
    const { lineStarts, lineEnds, valueBytes } = this.#judged
    const start = lineStarts[index] as number
    const end = lineEnds[index] as number
    return end === start ? null : { bytes: this.#lines, start, end, valueBytes: valueBytes[index] as number }
  }
}

/** Its key, value and headers are made when they are asked for: of a record whose body is there, few ever are. */
class RecordJudgedAhead implements JudgedRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly timeMs: number
  readonly verdict: Ruling
  readonly body: LineBody | null
  readonly #judged: JudgedBatch
  readonly #index: number

  constructor(
    { topic, partition }: PartitionRef,
    judged: JudgedBatch,
    { index, body }: { index: number; body: LineBody | null },
  ) {
    this.topic = topic
    this.partition = partition
    this.offset = judged.offsets[index] as number
    this.timeMs = judged.timestampsMs[index] as number
    this.verdict = rulingAt(judged.rulings, index)
    this.body = body
    this.#judged = judged
    this.#index = index
  }

  get timestampMs(): string {
    return this.#judged.farTimestamps.get(this.#index) ?? String(this.timeMs)
  }

  get key(): Buffer | null {
    return this.#fields.key
  }

  get headers(): PackedRecord['headers'] {
    return this.#fields.headers
  }

  get value(): Buffer | null {
    return this.#fields.value
  }

  get #fields(): PackedFields {
    const { bytes, fieldStarts, fieldEnds } = this.#judged
    return PackedFields.read(
      Buffer.from(bytes),
      fieldStarts[this.#index] as number,
      fieldEnds[this.#index] as number,
    )
  }
}
