/** What `up` waits for after a start: the journal open, the tracker assigned and caught up, the first record's line. */
import { journalWriter, readJournalHead } from '../shared/journal/inspect.js'
import { createKafka } from '../shared/kafka/client.js'
import { openConnection } from '../shared/kafka/connection.js'
import { readPartitionEnds } from '../shared/kafka/offsets.js'
import type { Settings } from '../shared/runtime/config/load.js'
import { ExitCode, SuiteError } from '../shared/runtime/errors.js'
import { isAlive, type RunState } from '../shared/runtime/run-state.js'
import { escapeTerminalText } from '../shared/runtime/terminal-text.js'
import { runFiles } from './folders.js'
import { lastLines } from './last-lines.js'
import { LogFollower } from './log-follower.js'
import { poll } from './poll.js'
import { requireAlive, type Service } from './services.js'
import { lagTotal, readStanding } from './standing.js'

export interface Waiting {
  settings: Settings
  /** What has been started; each of them ending badly ends the wait. */
  services: Service[]
  broker: RunState['broker']
  /** Length of tracker.log before the tracker was started. */
  fromLogByte: number
  signal: AbortSignal
}

/** What the wait ended with; `not_yet` says that all is running and has not come that far. */
export type Progress = 'journaled' | 'caught_up' | 'not_yet'

const DEADLINE_MS = 60_000
/** The tracker waits 10 s for its partitions before it calls another member foreign. */
const ASSIGNED_DEADLINE_MS = 15_000

/** Waits until the tracker holds its journal: opened, recovered, found good. */
export async function waitUntilOpen(waiting: Waiting): Promise<void> {
  const tracker = waiting.services[0]!
  const isOpen = (): true | null => {
    requireAllAlive(waiting)
    return journalWriter(waiting.settings.eventsFile)?.pid === tracker.process.pid ? true : null
  }
  if (await poll(isOpen, { deadlineMs: DEADLINE_MS, everyMs: 25, signal: waiting.signal })) return
  throw notInTime(waiting, 'the tracker did not open its journal', DEADLINE_MS)
}

/** Waits until every partition is the tracker's and nothing is left to journal. */
export async function waitUntilCaughtUp(waiting: Waiting): Promise<Progress> {
  const { settings, signal } = waiting
  await waitUntilAssigned(waiting)
  const client = createKafka(settings, { service: 'up' })
  try {
    const connection = await openConnection(client)
    const clusterId = await connection.clusterId()
    const ends = await readPartitionEnds(connection, settings.topics, { deadlineMs: 5_000 })
    const isThere = async (): Promise<true | null> => {
      requireAllAlive(waiting)
      return lagTotal(await readStanding(connection, settings, { clusterId, ends })) === 0 ? true : null
    }
    return (await poll(isThere, { deadlineMs: DEADLINE_MS, signal })) ? 'caught_up' : 'not_yet'
  } finally {
    client.abandon()
  }
}

/** Waits for a record's line beyond the `recordsBefore` that the journal held, and for every partition. */
export async function waitForFirstRecord(waiting: Waiting, recordsBefore: number): Promise<Progress> {
  const { settings, signal } = waiting
  const isMore = (): true | null => {
    requireAllAlive(waiting)
    return (readJournalHead(settings.eventsFile)?.totals.records ?? 0) > recordsBefore ? true : null
  }
  const assigned = waitUntilAssigned(waiting)
  const journaled = poll(isMore, { deadlineMs: DEADLINE_MS, signal })
  const [isJournaled] = await Promise.all([journaled, assigned])
  return isJournaled ? 'journaled' : 'not_yet'
}

/**
 * Waits until the tracker has every partition, by its log.
 *
 * A log that is set to hold warnings only does not tell; then the wait is left to what follows.
 * @throws {SuiteError} `group.foreign_member` with the tracker's own words.
 */
async function waitUntilAssigned(waiting: Waiting): Promise<void> {
  const { settings, fromLogByte, signal } = waiting
  const isTold = settings.logLevel === 'debug' || settings.logLevel === 'info'
  if (!isTold || settings.instance !== null) return
  const total = await partitionCount(settings)
  const log = new LogFollower(settings.logFile, fromLogByte)
  const isAssigned = (): true | null => {
    requireAllAlive(waiting)
    for (const { kind, message, metadata } of log.read()) {
      if (kind === 'group.foreign_member') throw foreign(message)
      if (kind === 'tracker.assigned' && Array.isArray(metadata?.['partitions'])) {
        if (metadata['partitions'].length >= total) return true
      }
    }
    return null
  }
  if (await poll(isAssigned, { deadlineMs: ASSIGNED_DEADLINE_MS, signal })) return
  throw notInTime(waiting, 'the tracker was not assigned every partition', ASSIGNED_DEADLINE_MS)
}

async function partitionCount(settings: Settings): Promise<number> {
  const client = createKafka(settings, { service: 'up' })
  try {
    const connection = await openConnection(client)
    return (await readPartitionEnds(connection, settings.topics, { deadlineMs: 5_000 })).length
  } finally {
    client.abandon()
  }
}

function requireAllAlive({ services, broker, settings }: Waiting): void {
  if (broker.process && !isAlive(broker.process)) {
    const log = runFiles(settings.dir).kafkaLog
    throw new SuiteError('broker_failed', `the broker has ended; the end of ${log}:\n${lastLines(log, 8)}`, {
      exit: ExitCode.unavailable,
    })
  }
  for (const service of services) requireAlive(service)
}

const foreign = (message: string): SuiteError =>
  new SuiteError('foreign_member', escapeTerminalText(message), { exit: ExitCode.failed })

const notInTime = ({ settings }: Waiting, what: string, ms: number): SuiteError =>
  new SuiteError(
    'not_in_time',
    `${what} within ${ms / 1_000} s; the end of ${settings.logFile}:\n${lastLines(settings.logFile, 5)}`,
    { exit: ExitCode.failed },
  )
