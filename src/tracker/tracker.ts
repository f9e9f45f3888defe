/**
 * The tracker: opens the journal, lives one session after the other until it is told to stop, reports its health.
 *
 * A broker that goes away ends a session, never the tracker. What the journal cannot do ends the tracker at once.
 */
import { JOURNAL_FULL } from '../shared/journal/append-file.js'
import type { Journal } from '../shared/journal/journal.js'
import { createKafka, type KafkaClient } from '../shared/kafka/client.js'
import { openSender, type Sender } from '../shared/kafka/sender.js'
import { ensureTopics } from '../shared/kafka/topics.js'
import { atMost, sleep, systemClock } from '../shared/runtime/clock.js'
import type { Settings } from '../shared/runtime/config/load.js'
import { errorText, SuiteError } from '../shared/runtime/errors.js'
import type { Logger } from '../shared/runtime/logger.js'
import { Anchor } from './anchor.js'
import { Counters } from './counters.js'
import { DeadLetters } from './dead-letters.js'
import { isFatal } from './failure.js'
import { ForeignMembers } from './foreign-members.js'
import { Intake } from './intake.js'
import { Judges } from './judging/judges.js'
import { earlierDamage, openJournal } from './open-journal.js'
import { Outage } from './outage.js'
import type { JournaledBatch } from './pipeline.js'
import { refKey } from './ref-key.js'
import { Reporter } from './reporter.js'
import { Session } from './session.js'
import { TopicWatch } from './topic-watch.js'
import { Upkeep } from './upkeep.js'

export interface TrackerOptions {
  settings: Settings
  log: Logger
  /** Aborts to drain and stop. */
  signal: AbortSignal
  breakLock: boolean
  /** Stop at the last stable offsets seen at the start. */
  exitAtEnd: boolean
}

/** How long the first session is tried for before the broker counts as missing. */
const FIRST_SESSION_MS = 10_000
const RECONNECT_MS = 250
const WATCH_MS = 1_000
/** How long a stop waits for the last head to be anchored. */
const ANCHOR_DEADLINE_MS = 500
const ANCHOR_TRY_MS = 2_000
/** How long a batch waits for its dead letters; later ones are sent beside it until the topic takes them again. */
const DEAD_LETTER_DEADLINE_MS = 3_000

export class Tracker {
  readonly #options: TrackerOptions
  readonly #journal: Journal
  readonly #client: KafkaClient
  readonly #counters = new Counters(systemClock)
  readonly #judges = new Judges()
  readonly #intake: Intake
  readonly #deadLetters: DeadLetters
  readonly #reporter: Reporter
  readonly #foreign: ForeignMembers
  readonly #anchor: Anchor
  readonly #headsSender: Sender
  readonly #upkeep: Upkeep
  readonly #topicWatch: TopicWatch
  readonly #stop = new AbortController()
  /** Resolves only with what the tracker cannot live with. */
  readonly #failed: Promise<Error>
  #failure: Error | null = null
  #wasCaughtUp = false
  /** By partition: where `--exit-at-end` stops. */
  #target: Map<string, number> | null = null

  private constructor(options: TrackerOptions, journal: Journal, client: KafkaClient) {
    const { settings, log, signal } = options
    this.#options = options
    this.#journal = journal
    this.#client = client
    signal.addEventListener('abort', () => this.#stop.abort(), { once: true })
    if (signal.aborted) this.#stop.abort()
    const sender = openSender(client, { topic: settings.dlqTopic, deadlineMs: DEAD_LETTER_DEADLINE_MS })
    this.#deadLetters = new DeadLetters({ journal, sender, log, stopping: this.#stop.signal })
    this.#headsSender = openSender(client, { topic: settings.headsTopic, deadlineMs: ANCHOR_TRY_MS })
    this.#anchor = new Anchor({ settings, journal, log, sender: this.#headsSender })
    this.#upkeep = new Upkeep({ journal, anchor: this.#anchor, settings, log })
    this.#failed = Promise.race([this.#upkeep.failed, earlierDamage(journal, log)])
    void this.#failed.then((error) => {
      this.#failure = error
    })
    const parts = { journal, counters: this.#counters, log }
    this.#intake = new Intake({ ...parts, deadLetters: this.#deadLetters, stopping: this.#stop.signal })
    this.#reporter = new Reporter({ ...parts, intake: this.#intake, deadLetters: this.#deadLetters })
    this.#topicWatch = new TopicWatch(settings.topics)
    this.#foreign = new ForeignMembers({ settings, log })
  }

  /**
   * Opens the journal; no connection yet.
   *
   * @throws {SuiteError} `journal_held` (75), `journal_integrity` (76), `journal_file` (74), `configuration` (78).
   */
  static async open(options: TrackerOptions): Promise<Tracker> {
    const { settings, log, breakLock } = options
    const client = createKafka(settings, { service: 'tracker-sender', log })
    return new Tracker(options, await openJournal(settings, { breakLock }), client)
  }

  /** Seals the journal's file now and goes on in a new one. */
  rotate(): void {
    this.#upkeep.askRotation()
  }

  /**
   * Runs until the signal, the end (`exitAtEnd`) or a failure that it cannot live with.
   *
   * @throws {SuiteError} `journal_integrity` (76), `journal_file` (74), `broker_unavailable` (69, at the start only),
   * `configuration` (78).
   */
  async run(): Promise<void> {
    try {
      await this.#live()
    } finally {
      this.#client.abandon()
      await this.#judges.stop()
    }
  }

  async #live(): Promise<void> {
    const { settings, log } = this.#options
    const { torn, state } = this.#journal
    if (torn) {
      log.warn(`the last write before the start was cut off; ${torn.bytes} bytes are in ${torn.file}`, {
        kind: 'journal.torn',
        metadata: torn,
      })
    }
    log.info(`journal ${settings.eventsFile} open at seq ${state.seq}`, {
      kind: 'tracker.started',
      metadata: {
        pid: process.pid,
        seq: state.seq,
        hash: state.hash,
        topics: settings.topics,
        group: settings.group,
      },
    })
    const timers = [
      setInterval(() => this.#report(), settings.metricsIntervalMs),
      setInterval(() => this.#watch(), WATCH_MS),
    ]
    try {
      await this.#sessions()
      await this.#close()
    } catch (error) {
      await this.#journal.abandon()
      log.error(errorText(error), { kind: 'tracker.failed', error })
      throw error
    } finally {
      for (const timer of timers) clearInterval(timer)
    }
  }

  /** One session after the other. */
  async #sessions(): Promise<void> {
    const outage = new Outage(this.#options.log)
    const startedAt = systemClock.monotonic()
    let isKnown = false
    while (!this.#stop.signal.aborted) {
      let reason: Error
      try {
        const session = await this.#open(!isKnown)
        outage.ends()
        isKnown = true
        this.#reporter.session = session
        this.#setTarget(session)
        this.#afterProgress()
        reason = await Promise.race([session.over, aborted(this.#stop.signal), this.#failed])
        this.#reporter.isStopping = this.#stop.signal.aborted
        await session.stop()
        if (!this.#stop.signal.aborted) this.#reporter.session = null
      } catch (error) {
        reason = error as Error
        const isHopeless = !isKnown && systemClock.monotonic() - startedAt > FIRST_SESSION_MS
        if (isHopeless) throw reason
      }
      if (this.#stop.signal.aborted) return
      if (this.#failure ?? isFatal(reason)) throw this.#failure ?? reason
      outage.lasts(reason)
      await Promise.race([sleep(RECONNECT_MS, this.#stop.signal), this.#failed])
    }
  }

  async #open(isFirst: boolean): Promise<Session> {
    const { settings, log } = this.#options
    if (isFirst) {
      const client = createKafka(settings, { service: 'tracker-topics', log })
      await ensureTopics(client, settings).finally(() => client.abandon())
    }
    return Session.open({
      settings,
      instance: settings.instance,
      journal: this.#journal,
      judges: this.#judges,
      intake: this.#intake,
      deadLetters: this.#deadLetters,
      topicWatch: this.#topicWatch,
      counters: this.#counters,
      log,
      makeClient: (role, onConnection) =>
        createKafka(settings, { service: `tracker-${role}`, log, onConnection }),
      onProgress: (journaled) => this.#afterProgress(journaled),
    })
  }

  #setTarget(session: Session): void {
    if (!this.#options.exitAtEnd) return
    this.#target ??= new Map(session.ends.partitions.map((at) => [refKey(at), at.end]))
  }

  #afterProgress(journaled?: JournaledBatch): void {
    const { session } = this.#reporter
    if (journaled) this.#anchor.progressed()
    if (journaled && journaled.lastTimestampMs !== null)
      this.#reporter.sawRecord(journaled.ref, journaled.lastTimestampMs)
    if (!this.#wasCaughtUp && this.#reporter.isCaughtUp()) {
      this.#wasCaughtUp = true
      this.#options.log.info('assigned and caught up', { kind: 'tracker.caught_up' })
    }
    if (!session || !this.#target) return
    const isShareKnown = this.#options.settings.instance === null || session.isAssigned
    const isDone =
      isShareKnown &&
      session.partitions.every(
        (at) => (session.next(at) ?? at.earliest) >= (this.#target?.get(refKey(at)) ?? 0),
      )
    if (isDone && !this.#deadLetters.isCatchingUp) this.#stop.abort()
  }

  #report(): void {
    const { session } = this.#reporter
    void session
      ?.refreshEnds()
      .catch(() => {})
      .then(() => this.#afterProgress())
    this.#logMetrics()
  }

  /** A full disk keeps the closing line from being written; everything before it is durable all the same. */
  async #closeJournal(): Promise<void> {
    try {
      await this.#journal.close()
    } catch (error) {
      if (!(error instanceof SuiteError) || error.code !== JOURNAL_FULL) throw error
      this.#options.log.warn('stopped without a closing line: the disk is full', {
        kind: 'journal.not_closed',
        error,
      })
    }
  }

  #logMetrics(): void {
    const metrics = this.#reporter.metrics()
    const lag = metrics.partitions.reduce((sum, partition) => sum + (partition.lag ?? 0), 0)
    const accepted = metrics.received_total === 0 ? '' : `, ${metrics.success_rate_percent} % accepted`
    const message = `${metrics.state.replace('_', ' ')}: received ${metrics.received_total}${accepted}, lag ${lag}`
    this.#options.log.info(message, { kind: 'metrics', metadata: metrics })
  }

  #watch(): void {
    const { session } = this.#reporter
    session?.watch()
    if (session) this.#foreign.look(session)
    if (session) this.#deadLetters.retryIfDue()
    this.#afterProgress()
    this.#upkeep.tick()
  }

  async #close(): Promise<void> {
    const { log } = this.#options
    this.#reporter.isStopping = true
    await this.#deadLetters.stop()
    await this.#upkeep.stop()
    await this.#closeJournal()
    await atMost(ANCHOR_DEADLINE_MS, this.#anchor.flush())
    await this.#headsSender.close()
    this.#logMetrics()
    const { seq, hash } = this.#journal.state
    log.info(`stopped at seq ${seq}`, {
      kind: 'tracker.stopped',
      metadata: { seq, hash, received: this.#counters.receivedTotal },
    })
  }
}

const aborted = (signal: AbortSignal): Promise<Error> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(new Error('stopped'))
    else signal.addEventListener('abort', () => resolve(new Error('stopped')), { once: true })
  })
