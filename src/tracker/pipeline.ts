/**
 * What was fetched on its way into the journal: judged ahead, journaled one batch after the other, then committed.
 *
 * Every batch must begin exactly where the journal expects it. One that does not (offsets were reset, records left
 * the topic, the topic was made anew) makes the partition settle again before anything is appended.
 */
import type { Journal } from '../shared/journal/journal.js'
import { byteLength } from '../shared/kafka/arrived-batch.js'
import type { FetchedBatch, PartitionRef } from '../shared/kafka/consumer.js'
import { failpoint } from '../shared/runtime/failpoints.js'
import type { Committer } from './committer.js'
import type { Intake, Taking } from './intake.js'
import { JudgedHere } from './judging/judged-records.js'
import type { Judges } from './judging/judges.js'
import { Lane } from './lane.js'
import { refKey } from './ref-key.js'
import { commitMetadata } from './settle.js'
import type { Settling } from './settling.js'

/** What is told of a batch that is durable. */
export interface JournaledBatch {
  ref: PartitionRef
  /** Time of its last record, milliseconds since 1970; null where it held none. */
  lastTimestampMs: number | null
}

export interface PipelineOptions {
  /** Name of this tracker among several; null for one that is alone. */
  instance: string | null
  journal: Journal
  judges: Judges
  intake: Intake
  settling: Settling
  committer: Committer
  /** Moves the fetch of a partition. */
  seek(ref: PartitionRef, offset: number): void
  /** Called after each batch is durable, and when a fetch held nothing for the journal. */
  onProgress(journaled?: JournaledBatch): void
  /** Called with what neither kafkajs nor this can live with. */
  onFailure(error: Error): void
}

/** A batch that is in hand, and what becomes of it where it is judged ahead. */
interface Arrival {
  batch: FetchedBatch
  ahead: Promise<Taking> | null
}

/** Batches up to this length are written and synced together where they wait for the disk. */
const SMALL_BYTES_MAX = 64 * 1024

export class Pipeline {
  readonly #options: PipelineOptions
  readonly #lane = new Lane<Arrival>((arrivals) => this.#journal(arrivals))
  /** By {@link refKey}: where the next batch for the journal is to begin. */
  readonly #expected = new Map<string, number>()
  /** By {@link refKey}: where the next fetch is to begin, which is behind the batches in hand. */
  readonly #fetched = new Map<string, number>()
  #isClosed = false
  /** A batch is being journaled: it may take its time, and no fetch is to be expected meanwhile. */
  isJournaling = false

  constructor(options: PipelineOptions) {
    this.#options = options
  }

  /** Where a partition is read next: every offset below is journaled or known to hold nothing. */
  next(ref: PartitionRef): number | null {
    return this.#expected.get(refKey(ref)) ?? this.#options.journal.nextOffset(ref)
  }

  /** Begins anew where the journal stands; returns that for each partition, null where it knows nothing of one. */
  assign(assignment: PartitionRef[]): (number | null)[] {
    this.#expected.clear()
    this.#fetched.clear()
    this.#options.committer.keepOnly(assignment)
    return assignment.map((ref) => {
      const next = this.#options.journal.nextOffset(ref)
      if (next !== null) this.#expected.set(refKey(ref), next)
      return next
    })
  }

  /** The journal's position of a partition was moved. */
  moved(ref: PartitionRef): void {
    this.#expected.delete(refKey(ref))
  }

  /** The partition's topic was made anew: settles it behind what is in hand, and fetches from where it begins. */
  replaced(ref: PartitionRef): void {
    const { settling, journal, seek, onFailure } = this.#options
    const done = this.#lane.run(async () => {
      if (this.#isClosed) return
      await settling.again(ref)
      const next = journal.nextOffset(ref)
      if (next === null) return
      this.#expected.set(refKey(ref), next)
      this.#fetched.delete(refKey(ref))
      seek(ref, next)
    })
    done.catch(onFailure)
  }

  /** Takes nothing more; what is in hand is finished. */
  close(): void {
    this.#isClosed = true
  }

  /** Resolves when nothing is in hand any more. */
  idle(): Promise<void> {
    return this.#lane.idle()
  }

  /**
   * Takes a batch; the next is fetched and judged while this one is journaled. Not so for a named instance: a rebalance
   * waits for this, and whoever gets the partition then is to find the commit rather than to read the batch again.
   */
  async take(batch: FetchedBatch): Promise<void> {
    const { instance, intake, committer, onFailure } = this.#options
    const isAlone = instance === null
    // Asked first: judging ahead may take what the batch holds.
    const isSmall = byteLength(batch.batches) <= SMALL_BYTES_MAX
    const ahead = isAlone ? this.#ahead(batch) : null
    try {
      if (!(await this.#isNext(batch))) return
      // The next fetch goes on behind it. What cannot be journaled ends the session, and is fetched again.
      batch.resolve()
      this.#fetched.set(refKey(batch), batch.next)
      ahead?.then((taking) => intake.ahead(taking)).catch(() => {})
      const done = this.#lane.add({ batch, ahead }, { isSmall })
      if (isAlone) done.catch(onFailure)
      await (isAlone ? this.#lane.room() : done)
    } catch (error) {
      // kafkajs handles what concerns the group.
      if ((error as Error).name.startsWith('KafkaJS')) throw error
      onFailure(error as Error)
    }
    if (!isAlone && !this.#isClosed) await committer.flush()
  }

  /** What becomes of a batch that is judged ahead; null where it has too few records for that. */
  #ahead(batch: FetchedBatch): Promise<Taking> | null {
    const { journal, judges, intake } = this.#options
    const ahead = judges.judge(batch, journal.lineRoom)?.then((judged) => intake.begin(batch, judged)) ?? null
    // It may never be asked for: a batch that is stale is left.
    ahead?.catch(() => {})
    return ahead
  }

  /** Notes that a fetch held nothing for the journal below `next`, once what was fetched before is durable. */
  passedOver(ref: PartitionRef, next: number): void {
    const { journal, onProgress, onFailure } = this.#options
    const done = this.#lane.run(async () => {
      journal.reach(ref, next)
      this.#expected.set(refKey(ref), next)
      this.#commit(ref, next)
      onProgress()
    })
    done.catch(onFailure)
  }

  /** True where the batch is what the journal goes on with, after what is in hand. */
  async #isNext(batch: FetchedBatch): Promise<boolean> {
    if (this.#isClosed || batch.isStale()) return false
    const isExpected = batch.fetchedFrom === this.#fetched.get(refKey(batch))
    if (isExpected && this.#options.settling.isSettled(batch)) return true
    return this.#lane.run(async () => !this.#isClosed && (await this.#settle(batch)) && !this.#isClosed)
  }

  /** Settles the batch's partition with the journal; false, and the fetch is moved, where the batch does not fit. */
  async #settle(batch: FetchedBatch): Promise<boolean> {
    const { settling, journal, seek } = this.#options
    await settling.one(batch)
    if (batch.fetchedFrom === this.next(batch)) return true
    await settling.again(batch)
    const next = journal.nextOffset(batch)
    this.#expected.set(refKey(batch), next ?? batch.fetchedFrom)
    if (next === null || next === batch.fetchedFrom) return true
    seek(batch, next)
    return false
  }

  async #journal(arrivals: Arrival[]): Promise<void> {
    const { intake, onProgress } = this.#options
    const takings = await Promise.all(
      arrivals.map(async ({ batch, ahead }) => (await ahead) ?? intake.begin(batch, new JudgedHere(batch))),
    )
    this.#checkOrder(arrivals)
    this.isJournaling = true
    const isTaken = await intake.take(takings).finally(() => {
      this.isJournaling = false
    })
    if (!isTaken) return
    await failpoint('tracker.after_journal')
    for (const { batch } of takings) this.#expected.set(refKey(batch), batch.next)
    await failpoint('tracker.after_resolve')
    for (const { batch, judged } of takings) {
      this.#commit(batch, batch.next)
      onProgress({ ref: batch, lastTimestampMs: judged.lastTimestampMs })
      judged.release()
    }
  }

  /** Each batch begins where the journal will stand: where what was to come before it did not, it would leave a gap. */
  #checkOrder(arrivals: Arrival[]): void {
    const expected = new Map<string, number | null>()
    for (const { batch } of arrivals) {
      const key = refKey(batch)
      const next = expected.get(key) ?? this.next(batch)
      if (batch.fetchedFrom !== next)
        throw new Error(`${key} was fetched from ${batch.fetchedFrom}, and ${next} is next`)
      expected.set(key, batch.next)
    }
  }

  #commit(ref: PartitionRef, offset: number): void {
    const { instance, journal, committer } = this.#options
    const metadata = commitMetadata(instance, journal.epoch(ref))
    committer.schedule({ topic: ref.topic, partition: ref.partition, offset, metadata })
  }
}
