/**
 * What an expression is about: one record of a topic, or one line of a journal.
 *
 * Every variable is worked out when it is asked for first, so that a filter that looks at the partition alone
 * never parses a payload.
 */
import { isUtf8 } from 'node:buffer'
import {
  type EntryError,
  type HeaderValue,
  isRecordEntry,
  type JournalEntry,
} from '../contract/journal-entry.js'
import type { RecordHeaders } from '../contract/record-headers.js'
import { eventTypeOf, judge, type Verdict } from '../contract/verdict.js'

/** Variables by the names that expressions use; undefined is "not there". */
export interface FilterSubject {
  /** False for a line of the journal's own, which most expressions say nothing about. */
  readonly isRecord: boolean
  readonly order: Record<string, unknown> | undefined
  /** Null where the record was accepted. */
  readonly error: EntryError | null | undefined
  readonly event_type: string
  readonly topic: string | undefined
  readonly partition: number | undefined
  readonly offset: number | undefined
  /** Bytes that are not UTF-8 as base64. */
  readonly key: string | null | undefined
  /** Of a repeated name the last; bytes that are not UTF-8 as base64. */
  readonly headers: Map<string, string | null> | undefined
  readonly size: number | undefined
  readonly timestamp: Date
  readonly kafka_timestamp: Date | null | undefined
  readonly seq?: number
}

/** A record as readers of a topic have it. */
export interface SubjectRecord {
  offset: number
  /** Milliseconds since 1970 as a decimal string; `-1` for none. */
  timestampMs: string
  key: Buffer | null
  value: Buffer | null
  headers: RecordHeaders
}

const text = (bytes: Buffer): string => bytes.toString(isUtf8(bytes) ? 'utf8' : 'base64')

/** A record of a topic; `timestamp` is when it was read. */
export class TopicSubject implements FilterSubject {
  readonly isRecord = true
  readonly topic: string
  readonly partition: number
  readonly timestamp: Date
  readonly #record: SubjectRecord
  #verdict: Verdict | undefined

  constructor(place: { topic: string; partition: number }, record: SubjectRecord, readAtMs: number) {
    this.topic = place.topic
    this.partition = place.partition
    this.timestamp = new Date(readAtMs)
    this.#record = record
  }

  get verdict(): Verdict {
    this.#verdict ??= judge(this.#record.value)
    return this.#verdict
  }

  get order(): Record<string, unknown> | undefined {
    return this.verdict.deserialized ? this.verdict.payload : undefined
  }

  get error(): EntryError | null {
    return this.verdict.rejection
  }

  get event_type(): string {
    return eventTypeOf(this.verdict)
  }

  get offset(): number {
    return this.#record.offset
  }

  get key(): string | null {
    return this.#record.key && text(this.#record.key)
  }

  get headers(): Map<string, string | null> {
    return new Map(Array.from(this.#record.headers, ([name, value]) => [name, value && text(value)]))
  }

  get size(): number {
    return this.#record.value?.length ?? 0
  }

  get kafka_timestamp(): Date | null {
    const date = new Date(Number(this.#record.timestampMs))
    return this.#record.timestampMs === '-1' || Number.isNaN(date.getTime()) ? null : date
  }
}

const headerText = (value: HeaderValue): string | null =>
  typeof value === 'object' && value !== null ? value.base64 : value

/** One line of a journal; a line of the journal's own has `event_type`, `timestamp` and `seq` alone. */
export class EntrySubject implements FilterSubject {
  readonly #entry: JournalEntry

  constructor(entry: JournalEntry) {
    this.#entry = entry
  }

  /** The entry where it stands for a record. */
  get #record() {
    return isRecordEntry(this.#entry) ? this.#entry : undefined
  }

  get isRecord(): boolean {
    return isRecordEntry(this.#entry)
  }

  get order(): Record<string, unknown> | undefined {
    return this.#record?.order_full
  }

  get error(): EntryError | null | undefined {
    return this.#record && (this.#record.error ?? null)
  }

  get event_type(): string {
    return this.#entry.event_type
  }

  get topic(): string | undefined {
    return this.#record?.kafka_topic
  }

  get partition(): number | undefined {
    return this.#record?.kafka_partition
  }

  get offset(): number | undefined {
    return this.#record?.kafka_offset
  }

  get key(): string | null | undefined {
    return this.#record && (this.#record.kafka_key ?? this.#record.kafka_key_base64 ?? null)
  }

  get headers(): Map<string, string | null> | undefined {
    return (
      this.#record && new Map(this.#record.kafka_headers.map(([name, value]) => [name, headerText(value)]))
    )
  }

  get size(): number | undefined {
    return this.#record?.message_size
  }

  get timestamp(): Date {
    return new Date(this.#entry.timestamp)
  }

  get kafka_timestamp(): Date | null | undefined {
    const at = this.#record?.kafka_timestamp
    return typeof at === 'string' ? new Date(at) : at
  }

  get seq(): number {
    return this.#entry.seq
  }
}
