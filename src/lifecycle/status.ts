/** Finds out what runs in a folder, how far the journal is behind, and how the tracker says it is. Changes nothing. */
import type { LogEntry, TrackerMetrics } from '../shared/contract/log-entry.js'
import { passedOverText } from '../shared/contract/passed-over.js'
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
  /** `kind` is null where nobody has chosen one, `answers` where it was not asked. */
  broker: { kind: BrokerKind | null; brokers: string[]; pid: number | null; answers: boolean | null }
  tracker: { pid: number | null; state: TrackerMetrics['state'] | null; heard_at: string | null }
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
  const isStopped = live === null && trackerPid === null
  // Where nothing runs and no broker was named, there is none to wait for.
  const isAsked = !isStopped || settings.brokersGiven
  const { standing, isAnswering, problem } = isAsked ? await askBroker(settings) : NO_ANSWER
  const head = readJournalHead(settings.eventsFile)
  const last = lastWord(settings.logFile)
  const status: Status = {
    state: 'well',
    problems: [],
    since: live?.started_at ?? null,
    broker: {
      kind: live?.broker.kind ?? (settings.brokersGiven ? 'external' : null),
      brokers: settings.brokers,
      pid: alivePid(live?.broker.process),
      answers: isAsked ? isAnswering : null,
    },
    tracker: {
      pid: trackerPid,
      state: trackerPid === null ? null : (last?.state ?? null),
      heard_at: last?.at ?? null,
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
  status.problems = problemsOf(status, { live, settings, last })
  if (!isAsked) return { ...status, state: 'stopped' }
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

const NO_ANSWER: BrokerAnswer = { standing: [], isAnswering: false, problem: '' }

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

interface LastWord {
  /** Time of the newest `metrics` line of this tracker, or of its start. */
  at: string
  state: TrackerMetrics['state'] | null
  /** What it could not journal, in words; null where it journaled everything. */
  passedOver: string | null
  /** Time between the last two of them: the tracker may have been given another interval than this command. */
  gapMs: number
}

/** What the tracker of this moment has last said near the end of the log; an earlier one's lines do not count. */
function lastWord(logFile: string): LastWord | null {
  const entries = new LogFollower(logFile, Math.max(0, logSize(logFile) - LOG_TAIL_BYTES)).read()
  const started = entries.findLastIndex(({ kind }) => kind === 'tracker.started')
  const words = entries.slice(Math.max(0, started)).filter((entry, index) => index === 0 || isMetrics(entry))
  const last = words.at(-1)
  if (!last || (started === -1 && !isMetrics(last))) return null
  const before = words.at(-2) ?? last
  const metrics = isMetrics(last) ? (last.metadata as unknown as TrackerMetrics) : null
  return {
    at: last.timestamp,
    state: metrics?.state ?? null,
    passedOver: metrics && passedOverText(metrics),
    gapMs: Date.parse(last.timestamp) - Date.parse(before.timestamp),
  }
}

const isMetrics = ({ kind }: LogEntry): boolean => kind === 'metrics'

function problemsOf(
  { tracker, partitions, broker }: Status,
  { live, settings, last }: { live: RunState | null; settings: Settings; last: LastWord | null },
): string[] {
  const problems: string[] = []
  if (live && tracker.pid === null) problems.push('the tracker has ended; nothing is journaled')
  if (live?.broker.process && broker.pid === null) problems.push('the broker that `up` started has ended')
  if (tracker.pid === null) return problems
  if (tracker.state !== null && UNWELL.includes(tracker.state)) {
    problems.push(`the tracker says that it is ${tracker.state.replace('_', ' ')}`)
  }
  if (last?.passedOver) problems.push(last.passedOver)
  const silentMs = last === null ? 0 : Date.now() - Date.parse(last.at)
  const intervalMs = Math.max(settings.metricsIntervalMs, last?.gapMs ?? 0)
  const expectsMetrics = settings.logLevel === 'info' || settings.logLevel === 'debug'
  if (expectsMetrics && silentMs > SILENT_INTERVALS * intervalMs) {
    problems.push(`the tracker has been silent since ${last?.at}`)
  }
  if (broker.answers === true && partitions.length === 0) {
    problems.push(`the topics ${settings.topics.join(', ')} are not there`)
  }
  return problems
}
