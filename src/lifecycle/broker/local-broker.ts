/**
 * A KRaft broker on loopback, run from Kafka's jars: formatted once, its data kept between starts.
 *
 * Knows one folder and one port; where they come from, and who may end the broker, is decided elsewhere.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { execa } from 'execa'
import { ExitCode, SuiteError } from '../../shared/runtime/errors.js'
import { isAlive, type StartedProcess } from '../../shared/runtime/run-state.js'
import { type Detached, type StopOutcome, startDetached, stopProcess } from '../detached.js'
import { projectFolder } from '../folders.js'
import { lastLines } from '../last-lines.js'
import { poll } from '../poll.js'
import { archiveFlags, keepArchive } from './class-archive.js'
import type { Java } from './java.js'

export interface LocalBrokerOptions {
  /** Holds `server.properties` and `data`; made where missing. */
  folder: string
  /** Kafka's own log and whatever the JVM prints. */
  logFile: string
  /** The broker listens on 127.0.0.1:`port`, its controller on the next one. */
  port: number
  java: Java
  /** Class path entry of Kafka's jars. */
  classPath: string
  /** Asks the broker itself; a port that is open proves nothing. */
  isHealthy: (broker: string) => Promise<boolean>
  /** Called as soon as the process runs, long before it is healthy. */
  onStarted?: (broker: StartedProcess) => void
  /** Breaks the start off; the broker is ended then. */
  signal?: AbortSignal | undefined
}

/** Folders below the broker's own. */
const DATA = 'data'
const DATA_ASIDE = 'data.formatting'

/** A broker is healthy after about 2 s; recovery of a large log takes longer. */
const HEALTHY_DEADLINE_MS = 60_000
const POLL_MS = 50
/** Kafka flushes its logs before it ends; the first one of a Java also writes the class archive. */
export const BROKER_GRACE_MS = 30_000

/**
 * Formats the folder where it is new, starts the broker, resolves when it is healthy.
 *
 * @throws {SuiteError} `broker_failed` (69) with the last lines of its log. Whatever is thrown, nothing is left running.
 */
export async function startLocalBroker(options: LocalBrokerOptions): Promise<Detached> {
  const { folder, logFile, port, java, classPath } = options
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  mkdirSync(dirname(logFile), { recursive: true })
  await formatOnce(options)
  const properties = writeProperties(options, DATA)
  const broker = await startDetached({
    command: java.command,
    args: [
      '-Xms128m',
      '-Xmx512m',
      ...JVM_FLAGS,
      ...archiveFlags(java, classPath, port),
      ...logFlags(logFile),
      '-cp',
      classPath,
      'kafka.Kafka',
      properties,
    ],
    output: logFile,
    cwd: folder,
  })
  options.onStarted?.({ pid: broker.pid, started: broker.started })
  try {
    await waitUntilHealthy(broker, options)
    return broker
  } catch (error) {
    await stopLocalBroker(broker, options.port)
    throw error
  }
}

/** SIGTERM, and SIGKILL where it takes longer than {@link BROKER_GRACE_MS}. */
export async function stopLocalBroker(broker: StartedProcess, port: number): Promise<StopOutcome> {
  const outcome = await stopProcess(broker, BROKER_GRACE_MS)
  if (outcome === 'stopped') keepArchive(port)
  return outcome
}

async function waitUntilHealthy(broker: Detached, options: LocalBrokerOptions): Promise<void> {
  const { port, logFile, isHealthy, signal } = options
  const address = `127.0.0.1:${port}`
  const check = async (): Promise<true | null> => {
    if (await isHealthy(address)) return true
    if (isAlive(broker)) return null
    throw brokerFailed(`the broker on ${address} ended before it was healthy`, logFile)
  }
  if (await poll(check, { deadlineMs: HEALTHY_DEADLINE_MS, everyMs: POLL_MS, signal })) return
  throw brokerFailed(
    `the broker on ${address} was not healthy after ${HEALTHY_DEADLINE_MS / 1000} s`,
    logFile,
  )
}

const JVM_FLAGS = ['-XX:+UseG1GC', '-XX:MaxGCPauseMillis=20', '-Djava.awt.headless=true']

/** log4j takes a list of addresses, separated by commas. */
const LOG_CONFIG = pathToFileURL(join(projectFolder, 'broker', 'log4j2.yaml')).href.replaceAll(',', '%2C')

const logFlags = (logFile: string): string[] => [
  `-Dlog4j2.configurationFile=${LOG_CONFIG}`,
  `-Dorderscope.kafka.log=${logFile}`,
]

/**
 * Fills in the template of `broker/`; returns the path of the file.
 *
 * `data` is relative to the broker's folder, where it runs: an absolute path may hold what a properties file or
 * Kafka's list of folders takes for something else.
 */
function writeProperties({ folder, port }: LocalBrokerOptions, data: string): string {
  const template = readFileSync(join(projectFolder, 'broker', 'server.properties'), 'utf8')
  const values: Record<string, string> = { PORT: String(port), CONTROLLER_PORT: String(port + 1), DATA: data }
  const path = join(folder, 'server.properties')
  writeFileSync(
    path,
    template.replace(/@([A-Z_]+)@/g, (whole, name: string) => values[name] ?? whole),
  )
  return path
}

/** Formats aside and renames, so that a start that was killed here leaves nothing half formatted. */
async function formatOnce(options: LocalBrokerOptions): Promise<void> {
  const { folder, java, classPath, logFile } = options
  if (existsSync(join(folder, DATA))) return
  rmSync(join(folder, DATA_ASIDE), { recursive: true, force: true })
  const quick = ['-Xmx128m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC']
  const format = ['format', '--cluster-id', newClusterId(), '--config', writeProperties(options, DATA_ASIDE)]
  const { failed, all } = await execa(
    java.command,
    [...quick, ...logFlags(logFile), '-cp', classPath, 'kafka.tools.StorageTool', ...format],
    { all: true, reject: false, cwd: folder },
  )
  if (failed) {
    throw new SuiteError('broker_failed', `cannot format ${join(folder, DATA)}:\n${all}`, {
      exit: ExitCode.unavailable,
    })
  }
  renameSync(join(folder, DATA_ASIDE), join(folder, DATA))
}

/** 16 random bytes as base64url; Kafka's own ids never begin with a dash, which a command line would misread. */
function newClusterId(): string {
  const id = randomBytes(16).toString('base64url')
  return id.startsWith('-') ? newClusterId() : id
}

const brokerFailed = (what: string, logFile: string): SuiteError =>
  new SuiteError('broker_failed', `${what}; the end of ${logFile}:\n${lastLines(logFile, 8)}`, {
    exit: ExitCode.unavailable,
  })
