/**
 * One life on the cluster: positions settled, group joined, batches taken, until the broker goes away or a stop.
 *
 * Every batch must begin exactly where the journal expects it. One that does not (offsets were reset, records left
 * the topic, the topic was made anew) makes the partition settle again before anything is appended.
 */
import type { Journal } from '../shared/journal/journal.js'
import type { KafkaClient } from '../shared/kafka/client.js'
import { type Connection, openConnection } from '../shared/kafka/connection.js'
import {
  type ConsumerLife,
  type FetchedBatch,
  type GroupMember,
  type PartitionRef,
  startConsumer,
} from '../shared/kafka/consumer.js'
import { leaveAsRemembered, memberFile, rememberMember } from '../shared/kafka/membership.js'
import { type PartitionEnds, readPartitionEnds } from '../shared/kafka/offsets.js'
import { systemClock } from '../shared/runtime/clock.js'
import type { Settings } from '../shared/runtime/config/load.js'
import { failpoint } from '../shared/runtime/failpoints.js'
import type { Logger } from '../shared/runtime/logger.js'
import { Committer } from './committer.js'
import type { Counters } from './counters.js'
import type { DeadLetters } from './dead-letters.js'
import { FetchWatch } from './fetch-watch.js'
import type { Intake } from './intake.js'
import { refKey } from './ref-key.js'
import { commitMetadata } from './settle.js'
import { Settling } from './settling.js'

export interface SessionOptions {
  settings: Settings
  /** Name of this tracker among several, see {@link Settings}. */
  instance: string | null
  journal: Journal
  intake: Intake
  deadLetters: DeadLetters
  counters: Counters
  log: Logger
  /** For consuming and for asking; each session has its own, so that nothing of a broken one lives on. */
  makeClient(role: 'consumer' | 'probe', onConnection?: () => void): KafkaClient
  /** Called after each batch is durable, and when a fetch held nothing for the journal. */
  onProgress(batch?: FetchedBatch): void
}

const CONNECT_DEADLINE_MS = 2_000
/** A member that holds partitions and fetches nothing for this long is replaced. */
const REPLACED_AFTER_MS = 10_000
const LEAVE_DEADLINE_MS = 1_000

export class Session {
  readonly #options: SessionOptions
  readonly #connection: Connection
  readonly #clients: KafkaClient[]
  readonly #settling: Settling
  /** By {@link refKey}: where the next fetch is to begin. */
  readonly #expected = new Map<string, number>()
  readonly #end = Promise.withResolvers<Error>()
  #life: ConsumerLife | null = null
  #busy: Promise<void> | null = null
  /** A batch is being journaled: no fetch is to be expected meanwhile. */
  #isJournaling = false
  readonly #fetches = new FetchWatch()
  #isStopping = false
  #hasJoined = false
  committer: Committer
  assignment: PartitionRef[] = []
  /** Ends as read last, for lag. */
  ends: { partitions: PartitionEnds[]; readAt: number }

  private constructor(
    options: SessionOptions,
    connection: Connection,
    ends: PartitionEnds[],
    clients: KafkaClient[],
  ) {
    this.#options = options
    this.#connection = connection
    const onMoved = (ref: PartitionRef): void => void this.#expected.delete(refKey(ref))
    this.#settling = new Settling({ ...options, connection, onMoved })
    this.#clients = clients
    this.ends = { partitions: ends, readAt: systemClock.now() }
    this.committer = new Committer((offsets) => this.#life?.commit(offsets) ?? Promise.resolve(), options.log)
  }

  /**
   * Connects, settles every partition, leaves the group as the member that died, joins.
   *
   * @throws {SuiteError} from the broker (69, 78) or the journal (74, 76).
   */
  static async open(options: SessionOptions): Promise<Session> {
    const { settings, journal, deadLetters } = options
    const probe = options.makeClient('probe')
    let connection: Connection | null = null
    try {
      connection = await openConnection(probe, { deadlineMs: CONNECT_DEADLINE_MS })
      const clusterId = await connection.clusterId()
      const ends = await readPartitionEnds(connection, settings.topics, { deadlineMs: CONNECT_DEADLINE_MS })
      await journal.enterCluster(
        clusterId,
        ends.map((at) => ({ ...at, offset: at.earliest })),
      )
      const session = new Session(options, connection, ends, [probe])
      // A named instance learns its share only when it has joined.
      if (settings.instance === null) await session.#settling.all(ends, CONNECT_DEADLINE_MS)
      const file = memberFile(settings.dir, settings.group, settings.instance)
      await leaveAsRemembered(connection, settings.group, file)
      deadLetters.resend()
      await session.#join(file)
      return session
    } catch (error) {
      await connection?.close()
      // Also where no connection came about: an attempt that is still under way would succeed later, and stay.
      probe.abandon()
      throw error
    }
  }

  /** Resolves when the session is over without having been stopped. */
  get over(): Promise<Error> {
    return this.#end.promise
  }

  /** Milliseconds without any answer to a fetch beyond what is normal; 0 while all is well. */
  stalledMs(): number {
    return this.#isJournaling || this.assignment.length === 0 ? 0 : this.#fetches.stalledMs
  }

  /** Ends the session when it has stalled for too long. */
  watch(): void {
    const stalled = this.stalledMs()
    if (stalled > REPLACED_AFTER_MS) {
      this.#finish(new Error(`no fetch was answered for ${Math.round(stalled / 1_000)} s`))
    }
  }

  /** Where a partition is read next: every offset below is journaled or known to hold nothing. */
  next(ref: PartitionRef): number | null {
    return this.#expected.get(refKey(ref)) ?? this.#options.journal.nextOffset(ref)
  }

  /** True once it is known which partitions are this tracker's. Without a name it expects some. */
  get isAssigned(): boolean {
    return this.#hasJoined && (this.#options.instance !== null || this.assignment.length > 0)
  }

  /** Ends of the partitions that this tracker is to journal: all, or with an instance name its share. */
  get partitions(): PartitionEnds[] {
    if (this.#options.instance === null) return this.ends.partitions
    const own = new Set(this.assignment.map(refKey))
    return this.ends.partitions.filter((at) => own.has(refKey(at)))
  }

  async refreshEnds(): Promise<void> {
    const partitions = await readPartitionEnds(this.#connection, this.#options.settings.topics)
    this.ends = { partitions, readAt: systemClock.now() }
  }

  members(): Promise<GroupMember[]> {
    return this.#life?.members() ?? Promise.resolve([])
  }

  /** Finishes the batch in hand, commits, leaves the group. Never throws. */
  async stop(): Promise<void> {
    this.#isStopping = true
    this.#settling.giveUp(new Error('stopped'))
    await this.#busy?.catch(() => {})
    const late = new Promise<void>((resolve) => setTimeout(resolve, LEAVE_DEADLINE_MS).unref())
    await Promise.race([this.committer.flush(), late])
    await this.#life?.stop(LEAVE_DEADLINE_MS)
    await this.#connection.close()
    for (const client of this.#clients) client.abandon()
  }

  async #join(file: string): Promise<void> {
    const { settings, makeClient } = this.#options
    // A new connection may lead to a broker that was wiped meanwhile: what was settled is settled again.
    const client = makeClient('consumer', () => this.#settling.forget())
    this.#clients.push(client)
    this.#life = await startConsumer(client, settings, {
      onAssigned: (assignment, memberId) => this.#assigned(assignment, memberId, file),
      onBatch: (batch) => this.#take(batch),
      onPassedOver: (ref, next) => this.#passedOver(ref, next),
      onFetch: () => {
        if (this.#fetches.answered()) this.#settling.forget()
      },
    })
    this.#life.ended.then((error) => this.#finish(error))
  }

  #assigned(assignment: PartitionRef[], memberId: string, file: string): (number | null)[] {
    rememberMember(file, memberId)
    this.assignment = assignment
    this.#hasJoined = true
    this.#expected.clear()
    // Another instance may have had a partition in between.
    this.#settling.forget()
    this.committer.keepOnly(assignment)
    this.#fetches.begins()
    this.#options.log.info(`assigned ${assignment.map(refKey).join(', ') || 'nothing'}`, {
      kind: 'tracker.assigned',
      metadata: { partitions: assignment, member_id: memberId },
    })
    return assignment.map((ref) => {
      const next = this.#options.journal.nextOffset(ref)
      if (next !== null) this.#expected.set(refKey(ref), next)
      return next
    })
  }

  async #take(batch: FetchedBatch): Promise<void> {
    if (this.#isStopping || batch.isStale()) return
    const work = this.#takeNow(batch)
    this.#busy = work
    try {
      await work
      if (this.#fetches.worked()) this.#settling.forget()
    } catch (error) {
      // kafkajs handles what concerns the group; what the journal or the probe cannot do ends the session.
      if ((error as Error).name.startsWith('KafkaJS')) throw error
      this.#finish(error as Error)
    } finally {
      this.#busy = null
    }
    // A rebalance waits for this: whoever gets the partition then is to find the commit, not to read the batch again.
    if (this.#options.instance !== null && !this.#isStopping) await this.committer.flush()
  }

  async #takeNow(batch: FetchedBatch): Promise<void> {
    const { journal, intake, settings } = this.#options
    await this.#settling.one(batch)
    if (batch.fetchedFrom !== this.next(batch)) {
      await this.#settling.again(batch)
      const next = journal.nextOffset(batch)
      this.#expected.set(refKey(batch), next ?? batch.fetchedFrom)
      if (next !== null && next !== batch.fetchedFrom) {
        this.#life?.seek(batch, next)
        return
      }
    }
    this.#isJournaling = true
    const isTaken = await intake.take(batch).finally(() => {
      this.#isJournaling = false
    })
    if (!isTaken) return
    await failpoint('tracker.after_journal')
    this.#moveTo(batch, batch.next)
    batch.resolve()
    await failpoint('tracker.after_resolve')
    const metadata = commitMetadata(settings.instance, journal.epoch(batch))
    this.committer.schedule({ topic: batch.topic, partition: batch.partition, offset: batch.next, metadata })
    this.#options.onProgress(batch)
  }

  #finish(reason: Error): void {
    this.#end.resolve(reason)
    this.#settling.giveUp(reason)
  }

  #passedOver(ref: PartitionRef, next: number): void {
    const { journal, settings } = this.#options
    journal.reach(ref, next)
    this.#moveTo(ref, next)
    const metadata = commitMetadata(settings.instance, journal.epoch(ref))
    this.committer.schedule({ ...ref, offset: next, metadata })
    this.#options.onProgress()
  }

  #moveTo(ref: PartitionRef, next: number): void {
    this.#expected.set(refKey(ref), next)
  }
}
