/** Finds out what runs in a folder, how far the journal is behind, and how the tracker says it is. Changes nothing. */
import type { TrackerMetrics } from '../shared/contract/log-entry.js'
import { journalWriter, readJournalHead } from '../shared/journal/inspect.js'
import { createKafka } from '../shared/kafka/client.js'
import { openConnection } from '../shared/kafka/connection.js'
import { readPartitionEnds } from '../shared/kafka/offsets.js'
import type { Settings } from '../shared/runtime/config/load.js'
import { SuiteError } from '../shared/runtime/errors.js'
import {
  type BrokerKind,
  isAlive,
  type RunState,
  readRunState,
  runLives,
} from '../shared/runtime/run-state.js'
import { LogFollower, logSize } from './log-follower.js'
import { type PartitionStanding, readStanding } from './standing.js'

export interface Status {
  /** `stopped`: nothing runs. `unavailable`: the broker does not answer. `degraded`: see `problems`. */
  state: 'well' | 'degraded' | 'stopped' | 'unavailable'
  problems: string[]
  since: string | null
  /** `kind` is null where nobody has chosen one. */
  broker: { kind: BrokerKind | null; brokers: string[]; pid: number | null; answers: boolean }
  tracker: { pid: number | null; state: TrackerMetrics['state'] | null; metrics_at: string | null }
  producer: { pid: number | null }
  partitions: PartitionStanding[]
  journal: { file: string; seq: number; hash: string; records: number; time_max: string | null } | null
}

const ASK_MS = 3_000
/** No metrics for this many intervals: the tracker hangs, or cannot write its log. */
const SILENT_INTERVALS = 3
/** More than the last lines of a log hold even where it is busy. */
const LOG_TAIL_BYTES = 256 * 1024
const UNWELL: TrackerMetrics['state'][] = ['stalled', 'disk_full', 'broker_down']

/** @throws {SuiteError} `journal_integrity` (76) where the journal's tail does not verify; 78 for credentials. */
export async function readStatus(settings: Settings): Promise<Status> {
  const run = readRunState(settings.dir)
  const live = run && runLives(run) ? run : null
  const writer = journalWriter(settings.eventsFile)
  const trackerPid = alivePid(live?.tracker) ?? writer?.pid ?? null
  const { standing, isAnswering, problem } = await askBroker(settings)
  const head = readJournalHead(settings.eventsFile)
  const last = lastMetrics(settings.logFile)
  const status: Status = {
    state: 'well',
    problems: [],
    since: live?.started_at ?? null,
    broker: {
      kind: live?.broker.kind ?? (settings.brokersGiven ? 'external' : null),
      brokers: settings.brokers,
      pid: alivePid(live?.broker.process),
      answers: isAnswering,
    },
    tracker: {
      pid: trackerPid,
      state: trackerPid === null ? null : (last?.state ?? null),
      metrics_at: last?.at ?? null,
    },
    producer: { pid: alivePid(live?.producer) },
    partitions: standing,
    journal: head && {
      file: settings.eventsFile,
      seq: head.seq,
      hash: head.hash,
      records: head.totals.records,
      time_max: head.timeMax,
    },
  }
  status.problems = problemsOf(status, { live, settings, lastAt: last?.at ?? null })
  const isStopped = live === null && trackerPid === null
  if (isStopped && !settings.brokersGiven) return { ...status, state: 'stopped' }
  if (!isAnswering) return { ...status, state: 'unavailable', problems: [problem, ...status.problems] }
  if (isStopped) return { ...status, state: 'stopped' }
  return { ...status, state: status.problems.length === 0 ? 'well' : 'degraded' }
}

const alivePid = (started: RunState['tracker'] | undefined): number | null =>
  started && isAlive(started) ? started.pid : null

interface BrokerAnswer {
  standing: PartitionStanding[]
  isAnswering: boolean
  problem: string
}

async function askBroker(settings: Settings): Promise<BrokerAnswer> {
  const client = createKafka(settings, { service: 'status' })
  try {
    const connection = await openConnection(client, { deadlineMs: ASK_MS })
    const clusterId = await connection.clusterId()
    const ends = await readPartitionEnds(connection, settings.topics)
    const standing = await readStanding(connection, settings, { clusterId, ends })
    return { standing, isAnswering: true, problem: '' }
  } catch (error) {
    if (!(error instanceof SuiteError)) throw error
    if (error.code === 'topic_missing') return { standing: [], isAnswering: true, problem: '' }
    if (error.code === 'broker_unavailable')
      return { standing: [], isAnswering: false, problem: error.message }
    throw error
  } finally {
    client.abandon()
  }
}

interface Metrics {
  at: string
  state: TrackerMetrics['state']
}

/** The newest `metrics` line near the end of the log. */
function lastMetrics(logFile: string): Metrics | null {
  const log = new LogFollower(logFile, Math.max(0, logSize(logFile) - LOG_TAIL_BYTES))
  const last = log.read().findLast(({ kind }) => kind === 'metrics')
  return last ? { at: last.timestamp, state: (last.metadata as unknown as TrackerMetrics).state } : null
}

function problemsOf(
  { tracker, partitions, broker }: Status,
  { live, settings, lastAt }: { live: RunState | null; settings: Settings; lastAt: string | null },
): string[] {
  const problems: string[] = []
  if (live && tracker.pid === null) problems.push('the tracker has ended; nothing is journaled')
  if (live?.broker.process && broker.pid === null) problems.push('the broker that `up` started has ended')
  if (tracker.pid === null) return problems
  if (tracker.state !== null && UNWELL.includes(tracker.state)) {
    problems.push(`the tracker says that it is ${tracker.state.replace('_', ' ')}`)
  }
  const silentMs = lastAt === null ? 0 : Date.now() - Date.parse(lastAt)
  const expectsMetrics = settings.logLevel === 'info' || settings.logLevel === 'debug'
  if (expectsMetrics && silentMs > SILENT_INTERVALS * settings.metricsIntervalMs) {
    problems.push(`the tracker has been silent since ${lastAt}`)
  }
  if (broker.answers && partitions.length === 0) {
    problems.push(`the topics ${settings.topics.join(', ')} are not there`)
  }
  return problems
}
