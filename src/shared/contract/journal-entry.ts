/**
 * Types of the lines of `tracker.events`, exactly as they stand on disk.
 *
 * Names are snake_case because there is no renaming layer between the file and the code that reads it.
 * docs/formats.md says what each field means.
 */

/** Bytes that are UTF-8 as text, others as base64; Kafka allows a header without a value. */
export type HeaderValue = string | { base64: string } | null

export interface EntryError {
  code: string
  message: string
  /** JSON pointer into the payload; absent where the payload could not be parsed. */
  pointer?: string
}

interface Sealed {
  timestamp: string
  seq: number
  /** 64 lowercase hex digits. */
  hash: string
}

/** One Kafka record. */
export interface RecordEntry extends Sealed {
  event_type:
    | 'message.received'
    | 'message.received.deserialization_error'
    | 'message.received.validation_error'
  kafka_topic: string
  kafka_partition: number
  kafka_offset: number
  kafka_timestamp: string | null
  /** Milliseconds as a decimal string, only where `kafka_timestamp` cannot hold them. */
  kafka_timestamp_ms?: string
  kafka_key?: string | null
  kafka_key_base64?: string
  kafka_headers: [string, HeaderValue][]
  message_size: number
  deserialized: boolean
  error?: EntryError
  raw_message?: string | null
  raw_base64?: string
  order_full?: Record<string, unknown>
}

/** Where a journal stands in one partition. Keyed by cluster, topic and partition. */
export interface Position {
  cluster_id: string
  topic: string
  partition: number
  epoch: number
  /** Last fetched offset + 1, records that the client filters out included. */
  next_offset: number
  /** Rejected records below this offset have been dead-lettered. */
  dlq_next: number
}

/** Counts of record lines since seq 1. */
export interface Totals {
  records: number
  accepted: number
  /** By `error.code`. */
  rejected: Record<string, number>
  /** Accepted records by the order's `metadata.event_type`; see `shared/journal/totals.ts`. */
  by_event_type: Record<string, number>
  /** Sum of `message_size`. */
  bytes: number
}

export interface OpenedEntry extends Sealed {
  event_type: 'journal.opened'
  format: number
  instance: string | null
  writer_version: string
  previous_file: string | null
  previous_hash: string | null
}

export interface ClusterEntry extends Sealed {
  event_type: 'journal.cluster'
  cluster_id: string
}

export interface CheckpointEntry extends Sealed {
  event_type: 'journal.checkpoint'
  positions: Position[]
  totals: Totals
  /** Largest `timestamp` so far, or null before the first line. */
  time_max: string | null
  /** Ed25519 over seq, previous hash and positions, base64; only where the writer had a key. */
  signature?: string
}

export type GapReason = 'retention' | 'compacted_or_transactional' | 'too_large' | 'undecodable'

export interface GapEntry extends Sealed {
  event_type: 'journal.gap'
  kafka_topic: string
  kafka_partition: number
  from_offset: number
  /** Exclusive. */
  to_offset: number
  reason: GapReason
}

export type EpochReason =
  | 'cluster_changed'
  | 'end_below_next'
  | 'content_differs'
  | 'unverifiable'
  /** Another instance has begun it. */
  | 'other_instance'

export interface EpochEntry extends Sealed {
  event_type: 'journal.epoch'
  kafka_topic: string
  kafka_partition: number
  epoch: number
  reason: EpochReason
  from_offset: number
}

export interface AssignedEntry extends Sealed {
  event_type: 'journal.assigned'
  kafka_topic: string
  kafka_partition: number
  from_offset: number
  previous_instance: string | null
}

export interface ClosedEntry extends Sealed {
  event_type: 'journal.closed'
  positions: Position[]
}

export type OwnEntry =
  | OpenedEntry
  | ClusterEntry
  | CheckpointEntry
  | GapEntry
  | EpochEntry
  | AssignedEntry
  | ClosedEntry

export type JournalEntry = RecordEntry | OwnEntry

/** True for the line of a Kafka record, false for a line of the journal's own. */
export const isRecordEntry = (entry: JournalEntry): entry is RecordEntry =>
  entry.event_type.startsWith('message.received')

/** The hash before the first line of a chain. */
export const GENESIS_HASH = '0'.repeat(64)
