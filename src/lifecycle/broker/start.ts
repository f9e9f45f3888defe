/** Brings the chosen broker up and makes sure that it answers; ends what `up` started. */
import { rmSync } from 'node:fs'
import type { Settings } from '../../shared/runtime/config/load.js'
import { ExitCode, SuiteError } from '../../shared/runtime/errors.js'
import type { RunState, StartedProcess } from '../../shared/runtime/run-state.js'
import { cacheFolder } from '../../shared/runtime/user-folders.js'
import { runFiles } from '../folders.js'
import { poll } from '../poll.js'
import type { Say } from '../say.js'
import type { ChosenBroker } from './choose.js'
import {
  dockerLog,
  isDockerBrokerRunning,
  purgeDockerBroker,
  startDockerBroker,
  stopDockerBroker,
} from './docker.js'
import { answers } from './health.js'
import { ensureJars, jarsAtHand } from './jars.js'
import type { Java } from './java.js'
import { BROKER_GRACE_MS, startLocalBroker, stopLocalBroker } from './local-broker.js'
import { requirePorts } from './port.js'

export type RunningBroker = RunState['broker']

export interface StartOptions {
  settings: Settings
  say: Say
  signal: AbortSignal
  /** Called as soon as there is something to stop, long before it is healthy. */
  onStarted: (broker: RunningBroker) => void
}

/** An external broker that starts at the same moment is waited for. */
const EXTERNAL_DEADLINE_MS = 10_000
/** A container starts a JVM, and its health is asked from outside. */
const DOCKER_DEADLINE_MS = 120_000
const PROGRESS_EVERY_MS = 2_000

/** @throws {SuiteError} `broker_unavailable`, `broker_failed`, `port_taken`, `kafka_jars` (69), or 78. */
export async function startBroker(chosen: ChosenBroker, options: StartOptions): Promise<RunningBroker> {
  switch (chosen.kind) {
    case 'external':
      return await findExternal(options)
    case 'docker':
      return await startDocker(options)
    case 'local':
      return await startLocal(chosen.java, options)
  }
}

/** Ends a broker that `up` started; says nothing of one that it did not. */
export async function stopBroker(broker: RunningBroker, say: Say): Promise<void> {
  if (!broker.owned) return
  if (broker.kind === 'docker') await stopDockerBroker(portOf(broker))
  else if (broker.process && (await stopLocalBroker(broker.process, portOf(broker))) === 'killed') {
    say(`the broker (pid ${broker.process.pid}) did not end in ${BROKER_GRACE_MS / 1000} s and was killed`)
  }
}

/** Deletes what a stopped broker of ours has stored. */
export async function purgeBroker(broker: RunningBroker | null, dir: string): Promise<void> {
  if (broker?.kind === 'docker') await purgeDockerBroker(portOf(broker))
  rmSync(runFiles(dir).kafka, { recursive: true, force: true })
}

const portOf = ({ brokers }: RunningBroker): number => Number(brokers[0]?.split(':').at(-1))

async function findExternal({ settings, signal }: StartOptions): Promise<RunningBroker> {
  const { brokers } = settings
  const check = async (): Promise<true | null> => ((await answers(settings, brokers)) ? true : null)
  if (await poll(check, { deadlineMs: EXTERNAL_DEADLINE_MS, everyMs: 250, signal })) {
    return { kind: 'external', brokers, process: null, owned: false }
  }
  throw new SuiteError(
    'broker_unavailable',
    `no Kafka broker answers at ${brokers.join(', ')}; start it, or unset KAFKA_BROKERS and let \`up\` start one`,
    { exit: ExitCode.unavailable },
  )
}

async function startDocker({ settings, say, signal, onStarted }: StartOptions): Promise<RunningBroker> {
  const { kafkaPort: port } = settings
  const brokers = [`127.0.0.1:${port}`]
  // One that runs already stays when `down` is called.
  const owned = !(await isDockerBrokerRunning(port))
  const broker: RunningBroker = { kind: 'docker', brokers, process: null, owned }
  if (owned) {
    say(`starting the broker in Docker on ${brokers[0]}`)
    onStarted(broker)
    await startDockerBroker(port)
  }
  const check = async (): Promise<true | null> => ((await answers(settings, brokers)) ? true : null)
  if (await poll(check, { deadlineMs: DOCKER_DEADLINE_MS, everyMs: 250, signal })) return broker
  throw new SuiteError(
    'broker_failed',
    `the broker in Docker did not answer on ${brokers[0]} in ${DOCKER_DEADLINE_MS / 1000} s:\n${await dockerLog(port)}`,
    { exit: ExitCode.unavailable },
  )
}

async function startLocal(java: Java, options: StartOptions): Promise<RunningBroker> {
  const { settings, say, signal, onStarted } = options
  const { kafkaPort: port, kafkaHome, dir } = settings
  await requirePorts(port)
  if (jarsAtHand({ kafkaHome }) === null) {
    say(`fetching Kafka's jars with Maven into ${cacheFolder()} (once, about 45 MB)`)
  }
  const classPath = await ensureJars({ kafkaHome, onProgress: sayNowAndThen(say) })
  const { kafka, kafkaLog } = runFiles(dir)
  const brokers = [`127.0.0.1:${port}`]
  say(`starting the broker on ${brokers[0]} (log: ${kafkaLog})`)
  const ours = (process: StartedProcess): RunningBroker => ({ kind: 'local', brokers, process, owned: true })
  const { pid, started } = await startLocalBroker({
    folder: kafka,
    logFile: kafkaLog,
    port,
    java,
    classPath,
    isHealthy: () => answers(settings, brokers),
    onStarted: (process) => onStarted(ours(process)),
    signal,
  })
  return ours({ pid, started })
}

function sayNowAndThen(say: Say): (jarsFetched: number) => void {
  let saidAt = performance.now()
  return (jarsFetched) => {
    if (performance.now() - saidAt < PROGRESS_EVERY_MS) return
    saidAt = performance.now()
    say(`${jarsFetched} jars fetched`)
  }
}
