/** A record of a topic as the subject of an expression; what is asked of its payload takes a verdict on it. */
import { isUtf8 } from 'node:buffer'
import type { EntryError } from '../contract/journal-entry.js'
import type { RecordHeaders } from '../contract/record-headers.js'
import { eventTypeOf, judge, type Verdict } from '../contract/verdict.js'
import type { FilterSubject } from './subject.js'

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
