/** The records of a fetched batch as the journal takes them, with what was made of them ahead. */
import { judge, type Ruling } from '../../shared/contract/verdict.js'
import type { IncomingRecord, LineBody } from '../../shared/journal/record.js'
import type { FetchedBatch, PartitionRef } from '../../shared/kafka/consumer.js'
import type { PackedRecord } from '../../shared/kafka/record-decoder.js'
import type { JudgedBatch } from './judged-batch.js'
import { rulingAt } from './rulings.js'

/** Its key, value and headers are made when they are asked for: of a record whose body is there, few ever are. */
class JudgedRecord implements IncomingRecord {
  readonly topic: string
  readonly partition: number
  readonly verdict: Ruling
  readonly body: LineBody | null
  readonly #fetched: PackedRecord

  constructor(
    { topic, partition }: PartitionRef,
    fetched: PackedRecord,
    { verdict, body }: { verdict: Ruling; body: LineBody | null },
  ) {
    this.topic = topic
    this.partition = partition
    this.verdict = verdict
    this.body = body
    this.#fetched = fetched
  }

  get offset(): number {
    return this.#fetched.offset
  }

  get timestampMs(): string {
    return this.#fetched.timestampMs
  }

  get key(): Buffer | null {
    return this.#fetched.key
  }

  get headers(): PackedRecord['headers'] {
    return this.#fetched.headers
  }

  get value(): Buffer | null {
    return this.#fetched.value
  }
}

/**
 * Records of `batch` from index `begin` up to `end` (exclusive), one by one: what a payload is parsed to is many times
 * as large, and may go as soon as its line is made.
 *
 * @param judged On all records of the batch, where they were judged ahead.
 */
export function* judgedRecords(
  batch: FetchedBatch,
  judged: JudgedBatch | null,
  { begin, end }: { begin: number; end: number },
): Generator<IncomingRecord, void> {
  const lines = judged && Buffer.from(judged.lines)
  for (let index = begin; index < end; index += 1) {
    const fetched = batch.records[index] as PackedRecord
    if (judged && lines) {
      const verdict = rulingAt(judged.rulings, index)
      yield new JudgedRecord(batch, fetched, { verdict, body: bodyAt(lines, judged.lineEnds, index) })
    } else yield new JudgedRecord(batch, fetched, { verdict: judge(fetched.value), body: null })
  }
}

function bodyAt(bytes: Buffer, ends: Uint32Array, index: number): LineBody | null {
  const start = index === 0 ? 0 : (ends[index - 1] as number)
  const end = ends[index] as number
  return end === start ? null : { bytes, start, end }
}
