/**
 * A batch of lines in the making: encodes them and folds them into a copy of the state.
 *
 * The copy becomes the journal's state only when the bytes are durable, so a batch that could not be written
 * can be made again as if nothing had happened.
 */
import assert from 'node:assert'
import type { EpochReason, GapReason, JournalEntry, OwnEntry, Position } from '../contract/journal-entry.js'
import { LINE_BYTES_MAX } from '../contract/limits.js'
import type { ChainEncoder } from './encoder.js'
import { type IncomingRecord, recordBytes, writeRecordBody } from './record.js'
import type { CheckpointSigner } from './signature.js'
import {
  copyState,
  epochOf,
  foldEntry,
  type JournalState,
  listedPositions,
  type PartitionRef,
  positionOf,
  setPosition,
} from './state.js'
import { countRecord } from './totals.js'

/** The fields of a line of the journal's own, without what every line has. */
export type OwnFields = OwnEntry extends infer E
  ? E extends OwnEntry
    ? Omit<E, 'timestamp' | 'seq' | 'hash'>
    : never
  : never

/** What another instance committed: it is where this one goes on. */
export interface Handover {
  offset: number
  /** Its name; null for a tracker without one. */
  instance: string | null
  /** Epoch of the partition as it counts them. */
  epoch: number
}

/** What was written since the last checkpoint; a checkpoint is due when one of them is large. */
export interface SinceCheckpoint {
  lines: number
  bytes: number
  records: number
}

export const NOTHING_SINCE: Readonly<SinceCheckpoint> = { lines: 0, bytes: 0, records: 0 }

/** More than `"seq":N` and the hash behind it ever take. */
const SEAL_BYTES_MAX = 128

export class Draft {
  readonly #state: JournalState
  /** A text of it is made when one is asked for: each record's line has one, and hardly anybody wants it. */
  #isHashOld = false
  readonly since: SinceCheckpoint
  readonly #encoder: ChainEncoder
  readonly #timestamp: string
  /** Of the record written last; a line of the journal's own may put another in its place. */
  #lastPosition: Position | undefined

  /** @param timestamp RFC 3339 with milliseconds, for every line of the batch. */
  constructor(
    from: { state: JournalState; since: SinceCheckpoint },
    encoder: ChainEncoder,
    timestamp: string,
  ) {
    this.#state = copyState(from.state)
    encoder.begin(this.#state.hash, timestamp)
    this.since = { ...from.since }
    this.#encoder = encoder
    this.#timestamp = timestamp
    const { timeMax } = this.#state
    if (timeMax === null || timestamp > timeMax) this.#state.timeMax = timestamp
  }

  /** With what was drafted so far. */
  get state(): JournalState {
    if (this.#isHashOld) this.#state.hash = this.#encoder.hash
    this.#isHashOld = false
    return this.#state
  }

  /** The position of a partition, if the journal has one. */
  position({ topic, partition }: PartitionRef): Position | undefined {
    const last = this.#lastPosition
    // Asked for each record, and the key of a look-up is a text to be joined.
    if (last?.topic === topic && last.partition === partition) return last
    this.#lastPosition = positionOf(this.#state, topic, partition)
    return this.#lastPosition
  }

  /** Adds a line of the journal's own. */
  own(fields: OwnFields): void {
    const { state } = this
    this.#lastPosition = undefined
    this.#encoder.line()
    this.#encoder.text(`${JSON.stringify(fields).slice(1, -1)},`)
    const seq = state.seq + 1
    this.#seal(seq)
    const { hash } = this.#encoder
    const problem = foldEntry(state, { timestamp: this.#timestamp, ...fields, seq, hash } as JournalEntry)
    assert(problem === null, `own line ${problem}`)
  }

  /**
   * Adds a record's line; a hole before it becomes a gap first. The record must not be journaled already.
   *
   * @returns False where no line can hold the record, and a gap stands for it.
   */
  record(record: IncomingRecord): boolean {
    const state = this.#state
    const { topic, partition, offset, verdict } = record
    let position = this.position(record)
    if (position && offset > position.next_offset) {
      this.gap({ topic, partition, to: offset, reason: 'compacted_or_transactional' })
      position = this.position(record)
    }
    if (position && offset !== position.next_offset)
      throw new Error(`offset ${offset} of ${topic}/${partition} is out of order`)
    if (!this.#writeBody(record)) {
      if (!position) this.#begin(record, offset)
      this.gap({ topic, partition, to: offset + 1, reason: 'too_large' })
      return false
    }
    state.seq += 1
    this.#seal(state.seq)
    this.#isHashOld = true
    this.since.records += 1
    if (position) position.next_offset = offset + 1
    else this.#begin(record, offset + 1)
    countRecord(state.totals, {
      bytes: record.body?.valueBytes ?? record.value?.length ?? 0,
      rejection: verdict.rejection?.code ?? null,
      orderEventType: verdict.deserialized ? verdict.eventType : null,
    })
    return true
  }

  /** Says that the offsets from the position up to `to` (exclusive) hold nothing for the journal. */
  gap(gap: { topic: string; partition: number; to: number; reason: GapReason }): void {
    const from = positionOf(this.state, gap.topic, gap.partition)?.next_offset
    assert(from !== undefined && gap.to > from, `no gap from ${from} to ${gap.to}`)
    this.own({
      event_type: 'journal.gap',
      kafka_topic: gap.topic,
      kafka_partition: gap.partition,
      from_offset: from,
      to_offset: gap.to,
      reason: gap.reason,
    })
  }

  /** Begins the next epoch of a partition at offset `from`, or the one that another instance counts. */
  epoch(
    { topic, partition, epoch }: { topic: string; partition: number; epoch?: number },
    reason: EpochReason,
    from: number,
  ): void {
    this.own({
      event_type: 'journal.epoch',
      kafka_topic: topic,
      kafka_partition: partition,
      epoch: epoch ?? epochOf(this.state, topic, partition) + 1,
      reason,
      from_offset: from,
    })
  }

  /** Says that a partition came from another instance. */
  assigned({ topic, partition }: PartitionRef, { offset, instance }: Handover): void {
    this.own({
      event_type: 'journal.assigned',
      kafka_topic: topic,
      kafka_partition: partition,
      from_offset: offset,
      previous_instance: instance,
    })
  }

  /** Adds a checkpoint, signed where there is a key. */
  checkpoint(signer: CheckpointSigner | null): void {
    const { state } = this
    const positions = listedPositions(state)
    const signed = { seq: state.seq + 1, previousHash: state.hash, positions }
    this.own({
      event_type: 'journal.checkpoint',
      positions,
      totals: state.totals,
      time_max: state.timeMax,
      ...(signer ? { signature: signer(signed) } : {}),
    })
    Object.assign(this.since, NOTHING_SINCE)
  }

  #seal(seq: number): void {
    const before = this.#encoder.batchBytes
    this.#encoder.seal(seq)
    this.since.lines += 1
    this.since.bytes += this.#encoder.batchBytes - before
  }

  /** False where the record's line would be too long; then nothing was added. */
  #writeBody(record: IncomingRecord): boolean {
    const { body } = record
    if (!body && recordBytes(record) > LINE_BYTES_MAX) return false
    if (body) this.#encoder.lineAround(body.bytes, body.start, body.end)
    else {
      this.#encoder.line()
      writeRecordBody(this.#encoder, record)
    }
    return this.#encoder.bodyBytes <= LINE_BYTES_MAX - SEAL_BYTES_MAX
  }

  /** The first record of a partition that nobody said the beginning of. */
  #begin({ topic, partition, offset }: IncomingRecord, next: number): void {
    const epoch = epochOf(this.state, topic, partition)
    setPosition(this.state, { topic, partition, epoch, next_offset: next, dlq_next: offset })
  }
}
