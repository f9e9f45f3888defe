/**
 * Brings the whole pipeline up: broker, topics, tracker, producer; waits until the journal moves.
 *
 * Each step is written into run.json before the next, so whatever ends this program, `down` finds what was started.
 * What fails or is broken off takes down what it has started itself, and nothing else.
 */
import { randomBytes } from 'node:crypto'
import { type JournalHead, readJournalHead } from '../shared/journal/inspect.js'
import { createKafka } from '../shared/kafka/client.js'
import { ensureTopics, type TopicReport } from '../shared/kafka/topics.js'
import type { Settings } from '../shared/runtime/config/load.js'
import { replaceFile } from '../shared/runtime/files.js'
import { machineIdentity } from '../shared/runtime/process-identity.js'
import {
  type BrokerKind,
  type RunState,
  readRunState,
  runLives,
  runStatePath,
} from '../shared/runtime/run-state.js'
import { type BrokerChoice, chooseBroker } from './broker/choose.js'
import { type RunningBroker, startBroker, stopBroker } from './broker/start.js'
import { stopProcess } from './detached.js'
import { runFiles } from './folders.js'
import { logSize } from './log-follower.js'
import { throwIfInterrupted } from './poll.js'
import type { Say } from './say.js'
import { type Service, startService } from './services.js'
import { type Progress, waitForFirstRecord, waitUntilCaughtUp, waitUntilOpen } from './wait-for-journal.js'

export interface UpOptions {
  settings: Settings
  broker: BrokerChoice
  /** False with `--no-producer`. */
  withProducer: boolean
  producerFlags: string[]
  /** Flags of the settings for the services, given the chosen brokers. */
  settingFlags: (brokers: string[]) => string[]
  say: Say
  signal: AbortSignal
}

export interface UpResult {
  run: RunState
  progress: Progress
}

/** Services that are broken off get no time to catch up, only to close what they write. */
const SERVICE_GRACE_MS = 10_000

/**
 * Starts everything; call it while no other `up` or `down` works in the folder and no complete run lives there.
 *
 * @throws {SuiteError} with the reason of whatever did not start; {@link Interrupted}. Both after cleaning up.
 */
export async function startRun(options: UpOptions): Promise<UpResult> {
  const { settings, say, signal } = options
  await endLeftovers(readRunState(settings.dir), say)
  const head = readJournalHead(settings.eventsFile)
  const chosen = await chooseBroker(options.broker, settings)
  const run = newRun(options, chosen.kind, head)
  const services: Service[] = []
  let isRecorded = false
  const onStarted = (broker: RunningBroker): void => {
    run.broker = broker
    isRecorded = true
    record(settings.dir, run)
  }
  try {
    onStarted(await startBroker(chosen, { settings, say, signal, onStarted }))
    throwIfInterrupted(signal)
    const withBrokers = { ...settings, brokers: run.broker.brokers }
    sayTopics(await ensure(withBrokers), say)
    const progress = await startServices(options, { run, services, settings: withBrokers, head })
    return { run, progress }
  } catch (error) {
    for (const { process } of services.reverse()) await stopProcess(process, SERVICE_GRACE_MS)
    await stopBroker(run.broker, say)
    // Where nothing was started, what is known of the run before stays.
    if (isRecorded) endRun(settings.dir, run, null)
    // Ctrl-C reaches Maven and Docker too; then their failure is not the news.
    throwIfInterrupted(signal)
    throw error
  }
}

/** Parts of a run that was killed: nobody knows how far they had come, so none of them is gone on with. */
async function endLeftovers(left: RunState | null, say: Say): Promise<void> {
  if (left === null || left.ended !== null) return
  if (runLives(left)) say(`ending what is left of the run of ${left.started_at}`)
  for (const process of [left.producer, left.tracker])
    if (process) await stopProcess(process, SERVICE_GRACE_MS)
  await stopBroker(left.broker, say)
}

/** Writes that a run is over. */
export function endRun(dir: string, run: RunState, shortfall: number | null): void {
  record(dir, {
    ...run,
    broker: { ...run.broker, process: null },
    tracker: null,
    producer: null,
    ended: { at: new Date().toISOString(), shortfall },
  })
}

const record = (dir: string, run: RunState): void =>
  replaceFile(runStatePath(dir), `${JSON.stringify(run, null, 2)}\n`)

function newRun(options: UpOptions, kind: BrokerKind, head: JournalHead | null): RunState {
  const { settings, withProducer } = options
  const startedAt = new Date().toISOString()
  // Sorts by time, and two runs of one second differ.
  const runId = `${startedAt.slice(0, 19).replace(/[-:]/g, '')}-${randomBytes(2).toString('hex')}`
  return {
    run_id: runId,
    started_at: startedAt,
    machine: machineIdentity(),
    broker: { kind, brokers: [], process: null, owned: false },
    topics: settings.topics,
    group: settings.group,
    events_file: settings.eventsFile,
    journal_seq: head?.seq ?? 0,
    tracker: null,
    producer: null,
    producer_flags: options.producerFlags,
    ledger: withProducer ? runFiles(settings.dir).ledger(runId) : null,
    ended: null,
  }
}

interface Starting {
  run: RunState
  /** What was started so far. */
  services: Service[]
  settings: Settings
  head: JournalHead | null
}

async function startServices(options: UpOptions, starting: Starting): Promise<Progress> {
  const { say, signal, withProducer } = options
  const { run, services, settings, head } = starting
  const files = runFiles(settings.dir)
  const settingFlags = options.settingFlags(settings.brokers)
  const fromLogByte = logSize(settings.logFile)
  say('starting the tracker')
  const tracker = await startService({
    name: 'tracker',
    flags: [],
    settingFlags,
    output: files.trackerOutput,
  })
  services.push(tracker)
  run.tracker = { pid: tracker.process.pid, started: tracker.process.started }
  record(settings.dir, run)
  const waiting = { settings, services, signal, fromLogByte, broker: run.broker }
  // No order is sent before the journal has been opened and found good.
  await waitUntilOpen(waiting)
  if (!withProducer) return await waitUntilCaughtUp(waiting)
  say('starting the producer')
  const producer = await startService({
    name: 'producer',
    flags: [...options.producerFlags, `--ledger=${run.ledger}`],
    settingFlags,
    output: files.producerOutput,
  })
  services.push(producer)
  run.producer = { pid: producer.process.pid, started: producer.process.started }
  record(settings.dir, run)
  return await waitForFirstRecord(waiting, head?.totals.records ?? 0)
}

async function ensure(settings: Settings): Promise<TopicReport[]> {
  const client = createKafka(settings, { service: 'up' })
  return await ensureTopics(client, settings).finally(() => client.abandon())
}

function sayTopics(reports: TopicReport[], say: Say): void {
  for (const { topic, partitions, created, differences } of reports) {
    if (created) say(`created topic ${topic} with ${partitions} partition${partitions === 1 ? '' : 's'}`)
    for (const { name, wanted, found } of differences) {
      say(`topic ${topic} is left as it is: ${name} is ${found}, a new one would have ${wanted}`)
    }
  }
}
