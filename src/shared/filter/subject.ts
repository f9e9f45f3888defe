/**
 * What an expression is about: one record of a topic, or one line of a journal.
 *
 * Every variable is worked out when it is asked for first, so that a filter that looks at the partition alone
 * never parses a payload.
 */
import type { EntryError } from '../contract/journal-entry.js'

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
