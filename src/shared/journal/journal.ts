/**
 * The journal as its one writer sees it: opens or recovers the file, appends durable lines, closes it.
 *
 * Here is kept that a record is journaled once and that no offset is passed over unsaid: what is already
 * journaled is dropped, a hole becomes a `journal.gap`. State moves only when the bytes are on the disk.
 */
import type { EpochReason, GapReason, Position } from '../contract/journal-entry.js'
import { CHECKPOINT_BYTES_MAX, CHECKPOINT_INTERVAL_MS, CHECKPOINT_LINES_MAX } from '../contract/limits.js'
import type { Clock } from '../runtime/clock.js'
import { ExitCode, errorText, isSystemError, SuiteError } from '../runtime/errors.js'
import {
  Appending,
  type AppendingOptions,
  type AppendResult,
  type Collector,
  uncollected,
} from './appending.js'
import { createJournalFile } from './create.js'
import type { Draft, Handover } from './draft.js'
import { type NewJournal, openedFields } from './drafted-file.js'
import { checkEarlier, type EarlierCheck } from './earlier.js'
import { type LineRoom, roomFor } from './encoder.js'
import { partitionKey } from './fingerprint.js'
import { type JournalLock, takeLock } from './lock.js'
import { lockFolder, realEventsFile } from './names.js'
import { Reached } from './reached.js'
import type { RecentRecords } from './recent.js'
import type { IncomingRecord } from './record.js'
import { type Recovered, recover } from './recover.js'
import type { CheckpointSigner } from './signature.js'
import {
  epochOf,
  type JournalState,
  listedPositions,
  type PartitionRef,
  positionOf,
  setPosition,
  tellsCluster,
} from './state.js'
import { JournalWriter } from './writer.js'

export interface JournalOptions extends NewJournal {
  clock: Clock
  /** Takes a lock whose holder cannot be proven gone. */
  breakLock?: boolean
}

export class Journal {
  readonly eventsFile: string
  /** What recovery set aside, if anything. */
  readonly torn: Recovered['torn']
  readonly recent: RecentRecords
  /** Resolves when what opening did not look at has been verified; rejects with `journal_integrity` (76). */
  readonly earlier: EarlierCheck
  readonly #writer: JournalWriter
  readonly #lock: JournalLock
  readonly #clock: Clock
  readonly #signer: CheckpointSigner | null
  readonly #reached = new Reached()
  #checkpointAt: number

  private constructor(options: JournalOptions, lock: JournalLock, recovered: Recovered) {
    this.eventsFile = options.eventsFile
    this.torn = recovered.torn
    this.recent = recovered.recent
    this.earlier = checkEarlier(options.eventsFile, recovered.unverifiedBytes)
    this.#writer = new JournalWriter(options, options.clock, recovered)
    this.#lock = lock
    this.#clock = options.clock
    this.#signer = options.signer
    this.#checkpointAt = options.clock.monotonic()
  }

  /**
   * Takes the lock, recovers or creates the file, and writes `journal.opened`.
   *
   * @throws {SuiteError} `journal_held` (75), `journal_integrity` (76) or `journal_file` (74).
   */
  static async open(options: JournalOptions): Promise<Journal> {
    try {
      return await Journal.#open({ ...options, eventsFile: realEventsFile(options.eventsFile) })
    } catch (error) {
      if (!isSystemError(error)) throw error
      const message = `cannot open the journal ${options.eventsFile}: ${errorText(error)}`
      throw new SuiteError('journal_file', message, { exit: ExitCode.file, cause: error })
    }
  }

  static async #open(options: JournalOptions): Promise<Journal> {
    const lock = takeLock(lockFolder(options.eventsFile), { breakLock: options.breakLock ?? false })
    try {
      const now = new Date(options.clock.now())
      const recovered = recover(options.eventsFile, now)
      if (recovered.state === null)
        return new Journal(options, lock, createJournalFile(options, now, recovered.torn))
      const journal = new Journal(options, lock, recovered)
      await journal.#writer.write((draft) => draft.own(openedFields(options)))
      return journal
    } catch (error) {
      lock.release()
      throw error
    }
  }

  /** Head, positions and totals of what is durable. Not to be changed. */
  get state(): Readonly<JournalState> {
    return this.#writer.state
  }

  /** The first offset that is not journaled yet, or null where the journal knows nothing of the partition. */
  nextOffset({ topic, partition }: PartitionRef): number | null {
    return positionOf(this.state, topic, partition)?.next_offset ?? null
  }

  epoch({ topic, partition }: PartitionRef): number {
    return epochOf(this.state, topic, partition)
  }

  position({ topic, partition }: PartitionRef): Readonly<Position> | undefined {
    return positionOf(this.state, topic, partition)
  }

  /** Where a partition begins that the journal does not know yet. */
  startAt({ topic, partition }: PartitionRef, offset: number): void {
    for (const state of this.#writer.states) {
      if (positionOf(state, topic, partition)) continue
      const epoch = epochOf(state, topic, partition)
      setPosition(state, { topic, partition, epoch, next_offset: offset, dlq_next: offset })
    }
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
    const previous = this.state.clusterId
    if (previous === clusterId) return null
    await this.#writer.write((draft) => {
      const known = new Set([...draft.state.positions.values()].map(partitionKey))
      draft.own({ event_type: 'journal.cluster', cluster_id: clusterId })
      if (previous === null) return
      for (const { offset, ...ref } of earliest)
        if (known.has(partitionKey(ref))) draft.epoch(ref, 'cluster_changed', offset)
    })
    if (previous === null) return null
    this.#reached.clear()
    this.recent.clear()
    return previous
  }

  /** The same offsets come again with other content: a new epoch of the partition, beginning at `from`. */
  async startEpoch({ topic, partition }: PartitionRef, reason: EpochReason, from: number): Promise<void> {
    await this.#writer.write((draft) => draft.epoch({ topic, partition }, reason, from))
    this.recent.forget(topic, partition)
    this.#reached.forget(this.state, { topic, partition })
  }

  /** The offsets from the position up to `to` (exclusive) cannot be journaled; `reason` says why. */
  async skip(ref: PartitionRef, to: number, reason: GapReason): Promise<void> {
    await this.#writer.write((draft) => draft.gap({ ...ref, to, reason }))
  }

  /**
   * The partition came from another instance, up to whose commit everything is journaled somewhere.
   *
   * Where that one counts a later epoch, so does this journal from now on: a record is to be told by the same epoch,
   * whichever instance journaled it.
   */
  async takeOver(ref: PartitionRef, handover: Handover): Promise<void> {
    const isLater = handover.epoch > this.epoch(ref)
    await this.#writer.write((draft) => {
      if (isLater) draft.epoch({ ...ref, epoch: handover.epoch }, 'other_instance', handover.offset)
      draft.assigned(ref, handover)
    })
    if (!isLater) return
    this.recent.forget(ref.topic, ref.partition)
    this.#reached.forget(this.state, ref)
  }

  /** Notes that everything below `next` was fetched, records that are not for the journal included. */
  reach(ref: PartitionRef, next: number): void {
    this.#reached.note(this.state, ref, next)
  }

  /** Notes that the rejected records below `next` are dead-lettered; the next checkpoint carries it. */
  deadLettered({ topic, partition }: PartitionRef, next: number): void {
    for (const state of this.#writer.states) {
      const position = positionOf(state, topic, partition)
      if (position && next > position.dlq_next) position.dlq_next = next
    }
  }

  /** Records of one partition to be journaled. */
  appending<R extends IncomingRecord, C extends Collector<R>>(
    options: Omit<AppendingOptions<R, C>, 'afterEach'>,
  ): Appending<R, C> {
    return new Appending({ ...options, afterEach: (draft) => this.#checkpointIfDue(draft) })
  }

  /** What bodies of records that are soon to be journaled leave free for the rest of their lines. */
  get lineRoom(): LineRoom {
    return roomFor(this.state.seq)
  }

  /** Makes the lines of what is to be journaled next while the write before it runs; no more than a head start. */
  ahead(appending: Appending): void {
    this.#writer.ahead(appending.fill)
  }

  /**
   * Journals records of one partition; resolves when they are durable.
   *
   * @throws {SuiteError} `journal_disk_full`: nothing was journaled, the same call may be made again.
   */
  async append(records: Appending | Iterable<IncomingRecord>): Promise<AppendResult> {
    const appending =
      records instanceof Appending
        ? records
        : this.appending({ records: () => records, collect: uncollected })
    await this.appendAll([appending])
    return appending.result
  }

  /** The same of several, in one write. */
  async appendAll(appendings: readonly Appending[]): Promise<void> {
    const [first, ...others] = appendings
    const fillAll = (draft: Draft): void => {
      for (const { fill } of appendings) fill(draft)
    }
    // What was made ahead is known by its own function.
    await this.#writer.write(first && others.length === 0 ? first.fill : fillAll)
    for (const { result } of appendings) this.recent.add(result.newest)
  }

  /** Writes a checkpoint where a minute has passed since the last one and there were records. */
  async checkpointIfDue(): Promise<void> {
    const isDue = this.#clock.monotonic() - this.#checkpointAt >= CHECKPOINT_INTERVAL_MS
    if (!this.#writer.isOpen || !isDue || this.#writer.since.records === 0) return
    // A checkpoint tells the cluster by the positions it lists: there must be one.
    if (!tellsCluster(this.state)) return
    await this.#writer.write((draft) => this.#checkpoint(draft))
  }

  /** Seals the open file and begins the next one; returns the sealed file's path. See {@link JournalWriter.rotate}. */
  async rotate(): Promise<string> {
    // What is known of the old file's offsets belongs into it.
    await this.#writer.write((draft) => this.#reached.writeGaps(draft))
    return await this.#writer.rotate()
  }

  /** Length of the open file. */
  get fileBytes(): number {
    return this.#writer.fileBytes
  }

  /** @throws {SuiteError} `journal_file` (74) where another program did something to the open file. */
  async check(): Promise<void> {
    if (this.#writer.isOpen) await this.#writer.check()
  }

  /** Writes the gaps that are known and `journal.closed`, and gives the lock back. */
  async close(): Promise<void> {
    try {
      await this.#writer.write((draft) => {
        this.#reached.writeGaps(draft)
        draft.own({ event_type: 'journal.closed', positions: listedPositions(draft.state) })
      })
    } finally {
      await this.abandon()
    }
  }

  /** Lets go of file and lock without writing; for a journal that cannot be written any more. */
  async abandon(): Promise<void> {
    await this.#writer.close()
    await this.earlier.stop()
    this.#lock.release()
  }

  #checkpointIfDue(draft: Draft): void {
    const { lines, bytes } = draft.since
    if (lines >= CHECKPOINT_LINES_MAX || bytes >= CHECKPOINT_BYTES_MAX) this.#checkpoint(draft)
  }

  #checkpoint(draft: Draft): void {
    this.#reached.writeGaps(draft)
    draft.checkpoint(this.#signer)
    this.#checkpointAt = this.#clock.monotonic()
  }
}
