/**
 * The journal as its one writer sees it: opens or recovers the file, appends durable lines, closes it.
 *
 * Here is kept that a record is journaled once and that no offset is passed over unsaid: what is already
 * journaled is dropped, a hole becomes a `journal.gap`. State moves only when the bytes are on the disk.
 */
import type { EpochReason, Position } from '../contract/journal-entry.js'
import {
  CHECKPOINT_BYTES_MAX,
  CHECKPOINT_INTERVAL_MS,
  CHECKPOINT_LINES_MAX,
  JOURNAL_FORMAT,
} from '../contract/limits.js'
import type { Clock } from '../runtime/clock.js'
import { AppendFile } from './append-file.js'
import { createJournalFile } from './create.js'
import { Draft, type SinceCheckpoint } from './draft.js'
import { checkEarlier, type EarlierCheck } from './earlier.js'
import { ChainEncoder } from './encoder.js'
import { type JournalLock, takeLock } from './lock.js'
import { lockFolder, realEventsFile } from './names.js'
import { partitionKey, type RecentRecords } from './recent.js'
import type { IncomingRecord } from './record.js'
import { type Recovered, recover } from './recover.js'
import { epochOf, type JournalState, listedPositions, positionKey, positionOf } from './state.js'

export interface JournalOptions {
  /** Absolute path of `tracker.events`; its folder must exist. */
  eventsFile: string
  instance: string | null
  writerVersion: string
  clock: Clock
  /** Takes a lock whose holder cannot be proven gone. */
  breakLock?: boolean
}

export interface AppendResult {
  /** Records that were journaled now. */
  appended: IncomingRecord[]
  /** Records that stood in the journal already. */
  dropped: number
}

interface PartitionRef {
  topic: string
  partition: number
}

export class Journal {
  readonly eventsFile: string
  /** What recovery set aside, if anything. */
  readonly torn: Recovered['torn']
  readonly recent: RecentRecords
  /** Resolves when what opening did not look at has been verified; rejects with `journal_integrity` (76). */
  readonly earlier: EarlierCheck
  readonly #file: AppendFile
  readonly #lock: JournalLock
  readonly #clock: Clock
  readonly #encoder = new ChainEncoder()
  #state: JournalState
  /** By position key: offsets below were fetched and hold nothing more. Becomes a gap when it is written down. */
  readonly #reached = new Map<string, number>()
  #since: SinceCheckpoint
  #checkpointAt: number
  #tail: Promise<unknown> = Promise.resolve()

  private constructor(options: JournalOptions, lock: JournalLock, recovered: Recovered) {
    this.eventsFile = options.eventsFile
    this.torn = recovered.torn
    this.recent = recovered.recent
    this.earlier = checkEarlier(options.eventsFile, recovered.unverifiedBytes)
    this.#file = new AppendFile(options.eventsFile, recovered.durableBytes)
    this.#lock = lock
    this.#clock = options.clock
    this.#state = recovered.state
    this.#since = recovered.since
    this.#checkpointAt = options.clock.monotonic()
  }

  /**
   * Takes the lock, recovers or creates the file, and writes `journal.opened`.
   *
   * @throws {SuiteError} `journal_held` (75), `journal_integrity` (76) or `journal_file` (74).
   */
  static async open(given: JournalOptions): Promise<Journal> {
    const options = { ...given, eventsFile: realEventsFile(given.eventsFile) }
    const lock = takeLock(lockFolder(options.eventsFile), { breakLock: options.breakLock ?? false })
    try {
      const now = new Date(options.clock.now())
      const recovered = recover(options.eventsFile, now)
      if (!recovered) return new Journal(options, lock, createJournalFile(options, now))
      const journal = new Journal(options, lock, recovered)
      await journal.#write((draft) =>
        draft.own({
          event_type: 'journal.opened',
          format: JOURNAL_FORMAT,
          instance: options.instance,
          writer_version: options.writerVersion,
          previous_file: null,
          previous_hash: null,
        }),
      )
      return journal
    } catch (error) {
      lock.release()
      throw error
    }
  }

  /** Head, positions and totals of what is durable. Not to be changed. */
  get state(): Readonly<JournalState> {
    return this.#state
  }

  /** The first offset that is not journaled yet, or null where the journal knows nothing of the partition. */
  nextOffset({ topic, partition }: PartitionRef): number | null {
    return positionOf(this.#state, topic, partition)?.next_offset ?? null
  }

  epoch({ topic, partition }: PartitionRef): number {
    return epochOf(this.#state, topic, partition)
  }

  position({ topic, partition }: PartitionRef): Readonly<Position> | undefined {
    return positionOf(this.#state, topic, partition)
  }

  /** Where a partition begins that the journal does not know yet. */
  startAt({ topic, partition }: PartitionRef, offset: number): void {
    const { clusterId, positions } = this.#state
    const key = positionKey(clusterId, topic, partition)
    if (positions.has(key)) return
    const epoch = epochOf(this.#state, topic, partition)
    const place = { cluster_id: clusterId ?? '', topic, partition }
    positions.set(key, { ...place, epoch, next_offset: offset, dlq_next: offset })
  }

  /**
   * Writes `journal.cluster` where the id is not the journal's last. A change begins a new epoch of each partition
   * that the journal knows, in the same write.
   *
   * @param earliest First offset of each partition on the cluster.
   * @returns The id of the cluster before, or null where there was none or it is the same.
   */
  async enterCluster(
    clusterId: string,
    earliest: (PartitionRef & { offset: number })[],
  ): Promise<string | null> {
    const previous = this.#state.clusterId
    if (previous === clusterId) return null
    await this.#write((draft) => {
      const known = new Set(
        [...draft.state.positions.values()].map((at) => partitionKey(at.topic, at.partition)),
      )
      draft.own({ event_type: 'journal.cluster', cluster_id: clusterId })
      if (previous === null) return
      for (const { topic, partition, offset } of earliest) {
        if (known.has(partitionKey(topic, partition)))
          draft.epoch({ topic, partition }, 'cluster_changed', offset)
      }
    })
    if (previous !== null) for (const { topic, partition } of earliest) this.recent.forget(topic, partition)
    return previous
  }

  /** The same offsets come again with other content: a new epoch of the partition, beginning at `from`. */
  async startEpoch({ topic, partition }: PartitionRef, reason: EpochReason, from: number): Promise<void> {
    await this.#write((draft) => draft.epoch({ topic, partition }, reason, from))
    this.recent.forget(topic, partition)
    this.#reached.delete(positionKey(this.#state.clusterId, topic, partition))
  }

  /** Retention took the offsets from the position up to `to` (exclusive) before they were journaled. */
  async skipRetained(ref: PartitionRef, to: number): Promise<void> {
    await this.#write((draft) => draft.gap({ ...ref, to, reason: 'retention' }))
  }

  /** The partition came from another instance, which had journaled everything below `from`. */
  async takeOver(
    { topic, partition }: PartitionRef,
    from: number,
    previousInstance: string | null,
  ): Promise<void> {
    await this.#write((draft) =>
      draft.own({
        event_type: 'journal.assigned',
        kafka_topic: topic,
        kafka_partition: partition,
        from_offset: from,
        previous_instance: previousInstance,
      }),
    )
  }

  /** Notes that everything below `next` was fetched, records that are not for the journal included. */
  reach({ topic, partition }: PartitionRef, next: number): void {
    const key = positionKey(this.#state.clusterId, topic, partition)
    if (next > (this.#reached.get(key) ?? 0)) this.#reached.set(key, next)
  }

  /** Notes that the rejected records below `next` are dead-lettered; the next checkpoint carries it. */
  deadLettered({ topic, partition }: PartitionRef, next: number): void {
    const position = positionOf(this.#state, topic, partition)
    if (position && next > position.dlq_next) position.dlq_next = next
  }

  /**
   * Journals `records` of one partition, ascending by offset; resolves when they are durable.
   *
   * @throws {SuiteError} `journal_disk_full`: nothing was journaled, the same call may be made again.
   */
  async append(records: IncomingRecord[]): Promise<AppendResult> {
    const appended: IncomingRecord[] = []
    await this.#write((draft) => {
      appended.length = 0
      for (const record of records) {
        const next = positionOf(draft.state, record.topic, record.partition)?.next_offset ?? 0
        if (record.offset < next) continue
        draft.record(record)
        appended.push(record)
        this.#checkpointIfDue(draft)
      }
      this.#checkpointIfDue(draft)
    })
    this.recent.add(appended)
    return { appended, dropped: records.length - appended.length }
  }

  /** Writes a checkpoint where a minute has passed since the last one and there were records. */
  async checkpointIfDue(): Promise<void> {
    const isDue = this.#clock.monotonic() - this.#checkpointAt >= CHECKPOINT_INTERVAL_MS
    if (!isDue || this.#since.records === 0) return
    await this.#write((draft) => this.#checkpoint(draft))
  }

  /** Writes the gaps that are known and `journal.closed`, and gives the lock back. */
  async close(): Promise<void> {
    try {
      await this.#write((draft) => {
        this.#writeReached(draft)
        draft.own({ event_type: 'journal.closed', positions: listedPositions(draft.state) })
      })
    } finally {
      await this.abandon()
    }
  }

  /** Lets go of file and lock without writing; for a journal that cannot be written any more. */
  async abandon(): Promise<void> {
    await this.earlier.stop()
    await this.#file.close().catch(() => {})
    this.#lock.release()
  }

  #checkpointIfDue(draft: Draft): void {
    const { lines, bytes } = draft.since
    if (lines >= CHECKPOINT_LINES_MAX || bytes >= CHECKPOINT_BYTES_MAX) this.#checkpoint(draft)
  }

  #checkpoint(draft: Draft): void {
    this.#writeReached(draft)
    draft.checkpoint()
    this.#checkpointAt = this.#clock.monotonic()
  }

  #writeReached(draft: Draft): void {
    for (const position of listedPositions(draft.state)) {
      const { cluster_id, topic, partition, next_offset } = position
      if (cluster_id !== (draft.state.clusterId ?? '')) continue
      const to = this.#reached.get(positionKey(draft.state.clusterId, topic, partition)) ?? 0
      if (to > next_offset) draft.gap({ topic, partition, to, reason: 'compacted_or_transactional' })
    }
  }

  /** One write after the other; each starts from the state that the one before it left. */
  #write(fill: (draft: Draft) => void): Promise<void> {
    const write = this.#tail.then(async () => {
      try {
        const timestamp = new Date(this.#clock.now()).toISOString()
        const draft = new Draft({ state: this.#state, since: this.#since }, this.#encoder, timestamp)
        fill(draft)
        if (this.#encoder.batchBytes === 0) return
        await this.#file.append(this.#encoder.batch())
        this.#state = draft.state
        this.#since = draft.since
      } finally {
        this.#encoder.clear()
      }
    })
    this.#tail = write.catch(() => {})
    return write
  }
}
