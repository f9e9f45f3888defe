/**
 * A line of a journal as the subject of an expression.
 *
 * It stands apart from records of a topic: the validator that those need is 6 MB of memory in each thread that loads it.
 */
import {
  type EntryError,
  type HeaderValue,
  isRecordEntry,
  type JournalEntry,
} from '../contract/journal-entry.js'
import type { FilterSubject } from './subject.js'

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
