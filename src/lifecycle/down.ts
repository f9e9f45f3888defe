/**
 * Ends a run in order: producer (flush), tracker (once it has journaled what is on the topics), broker.
 *
 * Signals only processes whose pid and start time are those that were written down. Knows nothing of printing.
 */
import { readJournalHead } from '../shared/journal/inspect.js'
import { createKafka } from '../shared/kafka/client.js'
import { type Connection, openConnection } from '../shared/kafka/connection.js'
import { type PartitionEnds, readPartitionEnds } from '../shared/kafka/offsets.js'
import { systemClock } from '../shared/runtime/clock.js'
import type { Settings } from '../shared/runtime/config/load.js'
import { SuiteError } from '../shared/runtime/errors.js'
import { isAlive, type RunState } from '../shared/runtime/run-state.js'
import { stopBroker } from './broker/start.js'
import { stopProcess } from './detached.js'
import { poll } from './poll.js'
import type { Say } from './say.js'
import { lagTotal, type PartitionStanding, readStanding, standingOfJournal } from './standing.js'

export interface DownOptions {
  /** Topics, group, brokers and journal are those of the run. */
  settings: Settings
  run: RunState
  /** How long the tracker gets to journal what is on the topics. */
  timeoutMs: number
  say: Say
}

/** Why the tracker was not waited for any longer; null where it got there. */
export type GivenUp = 'timeout' | 'tracker_gone' | 'broker_gone' | null

export interface DownResult {
  givenUp: GivenUp
  /** Records on the topics that are not journaled; null where the broker could not be asked. */
  shortfall: number | null
}

/** The producer waits 10 s for its acknowledgements, and as long as its flag says. */
const PRODUCER_GRACE_MS = 15_000
const TRACKER_GRACE_MS = 10_000
const ASK_MS = 3_000

/** The ends as they were when the producer had stopped, and the connection that told them. */
interface Target {
  connection: Connection
  clusterId: string
  ends: PartitionEnds[]
}

export async function endProcesses({ settings, run, timeoutMs, say }: DownOptions): Promise<DownResult> {
  if (run.producer && isAlive(run.producer)) {
    say('stopping the producer; it flushes first')
    if ((await stopProcess(run.producer, flushGraceMs(run))) === 'killed') {
      say(`the producer (pid ${run.producer.pid}) did not end in time and was killed`)
    }
  }
  const client = createKafka({ ...settings, brokers: run.broker.brokers }, { service: 'down' })
  try {
    const target = await readTarget(() => openConnection(client, { deadlineMs: ASK_MS }), settings.topics)
    const waited = await waitForTracker({ settings, run, timeoutMs, say }, target)
    if (run.tracker && isAlive(run.tracker)) {
      say('stopping the tracker')
      if ((await stopProcess(run.tracker, TRACKER_GRACE_MS)) === 'killed') {
        say(
          `the tracker (pid ${run.tracker.pid}) did not end in ${TRACKER_GRACE_MS / 1_000} s and was killed`,
        )
      }
    }
    const standing = waited.givenUp === null ? waited.standing : finalStanding(settings, target)
    return { givenUp: waited.givenUp, shortfall: standing === null ? null : lagTotal(standing) }
  } finally {
    client.abandon()
    if (run.broker.owned) say('stopping the broker')
    await stopBroker(run.broker, say)
  }
}

function flushGraceMs({ producer_flags: flags }: RunState): number {
  const seconds = Number(
    /^--flush-timeout=([\d.]+)$/.exec(flags.find((flag) => flag.startsWith('--flush-timeout')) ?? '')?.[1] ??
      0,
  )
  return PRODUCER_GRACE_MS + seconds * 1_000
}

/** Null where the broker is gone. */
async function readTarget(connect: () => Promise<Connection>, topics: string[]): Promise<Target | null> {
  try {
    const connection = await connect()
    return { connection, clusterId: await connection.clusterId(), ends: await readEnds(connection, topics) }
  } catch (error) {
    if (isUnavailable(error)) return null
    throw error
  }
}

/** A topic that somebody has deleted holds nothing to wait for. */
async function readEnds(connection: Connection, topics: string[]): Promise<PartitionEnds[]> {
  const ends: PartitionEnds[] = []
  for (const topic of topics) {
    try {
      ends.push(...(await readPartitionEnds(connection, [topic], { deadlineMs: ASK_MS })))
    } catch (error) {
      if (!(error instanceof SuiteError && error.code === 'topic_missing')) throw error
    }
  }
  return ends
}

const isUnavailable = (error: unknown): boolean =>
  error instanceof SuiteError && error.code === 'broker_unavailable'

interface Waited {
  givenUp: GivenUp
  standing: PartitionStanding[] | null
}

async function waitForTracker(
  { settings, run, timeoutMs, say }: DownOptions,
  target: Target | null,
): Promise<Waited> {
  if (target === null) return { givenUp: 'broker_gone', standing: null }
  let standing: PartitionStanding[] = []
  let saidAt: number | null = null
  const check = async (): Promise<GivenUp | 'there' | null> => {
    // Asked in this order, so that the last lines of a tracker that has just ended still count.
    const isGone = !isAlive(run.tracker)
    standing = await readStanding(target.connection, settings, target)
    if (lagTotal(standing) === 0) return 'there'
    if (isGone) return 'tracker_gone'
    const now = systemClock.monotonic()
    if (saidAt === null || now - saidAt > 5_000) {
      say(`waiting for the tracker; ${lagTotal(standing)} records to go`)
      saidAt = now
    }
    return null
  }
  try {
    const answer = (await poll(check, { deadlineMs: timeoutMs })) ?? 'timeout'
    return { givenUp: answer === 'there' ? null : answer, standing }
  } catch (error) {
    if (isUnavailable(error)) return { givenUp: 'broker_gone', standing: null }
    throw error
  }
}

/** Where the closed journal stands against what was on the topics. */
const finalStanding = (settings: Settings, target: Target | null): PartitionStanding[] | null =>
  target && standingOfJournal(readJournalHead(settings.eventsFile), target.clusterId, target.ends)
