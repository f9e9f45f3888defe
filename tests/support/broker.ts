/**
 * Real brokers for tests: Kafka's pinned jars on free ports, data in a folder of their own.
 *
 * Most tests share the one broker of the run ({@link sharedBrokers}); a test that stops, kills or pauses a broker
 * starts its own with {@link ownBroker}. It is the code of `up` that starts them.
 */
import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject, onTestFinished } from 'vitest'
import { ensureJars } from '../../src/lifecycle/broker/jars.js'
import { findJava } from '../../src/lifecycle/broker/java.js'
import { startLocalBroker, stopLocalBroker } from '../../src/lifecycle/broker/local-broker.js'
import { signalStarted, waitForEnd } from '../../src/lifecycle/detached.js'
import { isAlive, type StartedProcess } from '../../src/shared/runtime/run-state.js'
import { answersMetadata } from './kafka-probe.js'
import { freePortPair } from './ports.js'

declare module 'vitest' {
  export interface ProvidedContext {
    kafkaBrokers: string
  }
}

export interface TestBroker {
  /** `127.0.0.1:port`; the same after a restart. */
  readonly brokers: string
  readonly port: number
  readonly pid: number
  readonly logFile: string
  /** Starts it again on the same port with the same data; resolves when it is healthy. */
  start(): Promise<void>
  /** SIGTERM, resolves when it is gone. */
  stop(): Promise<void>
  /** SIGKILL, resolves when it is gone. */
  kill(): Promise<void>
  /** SIGSTOP: the port stays open, nothing answers. */
  pause(): void
  resume(): void
  /** Deletes the data of the stopped broker: the next start is another cluster, or an empty one of the same id. */
  wipe(options?: { keepClusterId?: boolean }): void
  /** Ends it and deletes its folder. */
  dispose(): Promise<void>
}

/** Bootstrap brokers of the broker that all tests of this run share. */
export const sharedBrokers = (): string => inject('kafkaBrokers')

/** A broker of the test's own, ended and deleted when the test is over; call it inside a test. */
export async function ownBroker(): Promise<TestBroker> {
  const broker = await startBroker()
  onTestFinished(() => broker.dispose())
  return broker
}

/** Starts a broker that the caller disposes of. */
export async function startBroker(options: { port?: number } = {}): Promise<TestBroker> {
  const java = await findJava()
  if ('missing' in java) throw new Error(`tests need Java: ${java.missing}`)
  const classPath = await ensureJars({ kafkaHome: process.env['KAFKA_HOME'] ?? null })
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'orderscope-broker-'))
  const port = options.port ?? (await freePortPair())
  const logFile = join(folder, 'kafka.log')
  const kafka = join(folder, 'kafka')
  let running: StartedProcess | null = null
  const end = async (how: (started: StartedProcess) => Promise<unknown>): Promise<void> => {
    if (running) await how(running)
    running = null
  }
  // The last resort when a run is broken off; a detached process would stay.
  const killNow = (): void => void (running && signalStarted(running, 'SIGKILL'))
  process.once('exit', killNow)
  const broker: TestBroker = {
    brokers: `127.0.0.1:${port}`,
    port,
    logFile,
    get pid() {
      if (!running) throw new Error('the broker does not run')
      return running.pid
    },
    async start() {
      if (isAlive(running)) return
      running = await startLocalBroker({
        folder: kafka,
        logFile,
        port,
        java,
        classPath,
        isHealthy: answersMetadata,
      })
    },
    stop: () =>
      end(async (started) => {
        // A paused process does not see SIGTERM before it goes on.
        signalStarted(started, 'SIGCONT')
        await stopLocalBroker(started, port)
      }),
    kill: () =>
      end(async (started) => {
        signalStarted(started, 'SIGKILL')
        await waitForEnd(started, 10_000)
      }),
    pause: () => void (running && signalStarted(running, 'SIGSTOP')),
    resume: () => void (running && signalStarted(running, 'SIGCONT')),
    wipe({ keepClusterId = false } = {}) {
      if (isAlive(running)) throw new Error('stop the broker before its data is wiped')
      if (keepClusterId) emptyCluster(join(kafka, 'data'))
      else rmSync(kafka, { recursive: true, force: true })
    },
    async dispose() {
      await broker.kill()
      process.off('exit', killNow)
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
    },
  }
  try {
    await broker.start()
  } catch (error) {
    await broker.dispose()
    throw error
  }
  return broker
}

/** What formatting leaves in a folder, the cluster's id among it; all else came later. */
const FORMATTED = new Set(['meta.properties', 'bootstrap.checkpoint'])

/** Deletes topics, groups and the cluster's metadata: what a formatting with the same id would leave. */
function emptyCluster(data: string): void {
  for (const name of readdirSync(data).filter((each) => !FORMATTED.has(each)))
    rmSync(join(data, name), { recursive: true })
}
