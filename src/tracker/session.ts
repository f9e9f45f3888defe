/**
 * One life on the cluster: positions settled, group joined, batches taken, until the broker goes away or a stop.
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
import { atMost, systemClock } from '../shared/runtime/clock.js'
import type { Settings } from '../shared/runtime/config/load.js'
import type { Logger } from '../shared/runtime/logger.js'
import { Committer } from './committer.js'
import type { Counters } from './counters.js'
import type { DeadLetters } from './dead-letters.js'
import { FetchWatch } from './fetch-watch.js'
import type { Intake } from './intake.js'
import type { Judges } from './judging/judges.js'
import { type JournaledBatch, Pipeline } from './pipeline.js'
import { refKey } from './ref-key.js'
import { Settling } from './settling.js'
import type { TopicWatch } from './topic-watch.js'

export interface SessionOptions {
  settings: Settings
  /** Name of this tracker among several, see {@link Settings}. */
  instance: string | null
  journal: Journal
  judges: Judges
  intake: Intake
  deadLetters: DeadLetters
  topicWatch: TopicWatch
  counters: Counters
  log: Logger
  /** For consuming and for asking; each session has its own, so that nothing of a broken one lives on. */
  makeClient(role: 'consumer' | 'probe', onConnection?: () => void): KafkaClient
  /** Called after each batch is durable, and when a fetch held nothing for the journal. */
  onProgress(journaled?: JournaledBatch): void
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
  readonly #pipeline: Pipeline
  readonly #end = Promise.withResolvers<Error>()
  #life: ConsumerLife | null = null
  readonly #fetches = new FetchWatch()
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
    this.#settling = new Settling({ ...options, connection, onMoved: (ref) => this.#pipeline.moved(ref) })
    this.#clients = clients
    this.ends = { partitions: ends, readAt: systemClock.now() }
    this.committer = new Committer((offsets) => this.#life?.commit(offsets) ?? Promise.resolve(), options.log)
    this.#pipeline = new Pipeline({
      ...options,
      settling: this.#settling,
      committer: this.committer,
      seek: (ref, offset) => this.#life?.seek(ref, offset),
      onFailure: (error) => this.#finish(error),
    })
  }

  /**
   * Connects, settles every partition, leaves the group as the member that died, joins.
   *
   * @throws {SuiteError} from the broker (69, 78) or the journal (74, 76).
   */
  static async open(options: SessionOptions): Promise<Session> {
    const { settings, journal, deadLetters, topicWatch } = options
    const probe = options.makeClient('probe')
    let connection: Connection | null = null
    try {
      connection = await openConnection(probe, { deadlineMs: CONNECT_DEADLINE_MS })
      const clusterId = await connection.clusterId()
      await topicWatch.read(connection)
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
    return this.#pipeline.isJournaling || this.assignment.length === 0 ? 0 : this.#fetches.stalledMs
  }

  /** Ends the session when it has stalled for too long; settles anew what is another topic now. */
  watch(): void {
    void this.#options.topicWatch.look(this.#connection, this.assignment).then((replaced) => {
      for (const ref of replaced) this.#pipeline.replaced(ref)
    })
    const stalled = this.stalledMs()
    if (stalled > REPLACED_AFTER_MS) {
      this.#finish(new Error(`no fetch was answered for ${Math.round(stalled / 1_000)} s`))
    }
  }

  /** Where a partition is read next: every offset below is journaled or known to hold nothing. */
  next(ref: PartitionRef): number | null {
    return this.#pipeline.next(ref)
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

  /** Finishes the batches in hand, commits, leaves the group. Never throws. */
  async stop(): Promise<void> {
    this.#pipeline.close()
    this.#settling.giveUp(new Error('stopped'))
    await this.#pipeline.idle()
    await atMost(LEAVE_DEADLINE_MS, this.committer.flush())
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
      onPassedOver: (ref, next) => this.#pipeline.passedOver(ref, next),
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
    // Another instance may have had a partition in between.
    this.#settling.forget()
    this.#fetches.begins()
    this.#options.log.info(`assigned ${assignment.map(refKey).join(', ') || 'nothing'}`, {
      kind: 'tracker.assigned',
      metadata: { partitions: assignment, member_id: memberId },
    })
    return this.#pipeline.assign(assignment)
  }

  async #take(batch: FetchedBatch): Promise<void> {
    await this.#pipeline.take(batch)
    if (this.#fetches.worked()) this.#settling.forget()
  }

  #finish(reason: Error): void {
    this.#pipeline.close()
    this.#end.resolve(reason)
    this.#settling.giveUp(reason)
  }
}
