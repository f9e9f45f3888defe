/**
 * What a bench stands on: a folder, a broker of its own, programs measured on it. Whatever was started here is ended
 * here, also when the run is broken off.
 */
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Admin, Kafka, logLevel } from 'kafkajs'
import { ensureJars } from '../src/lifecycle/broker/jars.js'
import { findJava } from '../src/lifecycle/broker/java.js'
import { projectFolder } from '../src/lifecycle/folders.js'
import { repairKafkajs } from '../src/shared/kafka/internals.js'
import { startBroker, type TestBroker } from '../tests/support/broker.js'
import { cleanEnv } from '../tests/support/cli.js'
import { eventually } from '../tests/support/eventually.js'
import { type MeasuredRun, type Program, startMeasured } from './measured-run.js'

repairKafkajs()

export interface BenchOptions {
  /** Records of a run; each bench has its own number where none is given. */
  records: number | null
  /** Seconds that a bench watches; each bench has its own where none is given. */
  seconds: number | null
  /** How often each of two sides runs, in turns. */
  rounds: number
}

export interface Place {
  /** ORDERSCOPE_DIR and the working directory. */
  dir: string
  env?: Record<string, string>
}

/** What people start: it finds Node, gives it the flags that the program is meant to run with, and becomes it. */
const LAUNCHER = join(projectFolder, 'orderscope')

/** Flags of `kafka-run-class.sh`, which starts Kafka's tools. */
const TOOL_FLAGS = [
  '-Xmx512m',
  '-server',
  '-XX:+UseG1GC',
  '-XX:MaxGCPauseMillis=20',
  '-Djava.awt.headless=true',
]

export class Stage {
  readonly options: BenchOptions
  readonly #folder = mkdtempSync(join(realpathSync(tmpdir()), 'orderscope-bench-'))
  readonly #brokers: Promise<TestBroker>[] = []
  readonly #children = new Set<ChildProcess>()
  readonly #endings = new Set<() => Promise<unknown>>()
  #shared: Promise<TestBroker> | null = null
  #names = 0
  #isOver = false

  constructor(options: BenchOptions) {
    this.options = options
  }

  /** Tells on stderr what is going on. */
  say(what: string): void {
    process.stderr.write(`[bench] ${what}\n`)
  }

  /** A name that nothing else of this run has, for a topic, a group or a folder. */
  name(about: string): string {
    this.#names += 1
    return `${about}-${this.#names}`
  }

  /** A new empty folder. */
  folder(about: string): string {
    const folder = join(this.#folder, this.name(about))
    mkdirSync(folder)
    return folder
  }

  /** Bootstrap brokers of the broker that all benches of the run share; started when it is first asked for. */
  async brokers(): Promise<string> {
    this.#shared ??= this.ownBroker()
    return (await this.#shared).brokers
  }

  /** A broker that nothing else uses. */
  ownBroker(): Promise<TestBroker> {
    this.#refuseWhenOver()
    const broker = startBroker()
    this.#brokers.push(broker)
    return broker
  }

  /** Lends a plain admin client on the shared broker. */
  async withAdmin<T>(use: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = new Kafka({ brokers: [await this.brokers()], logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    try {
      return await use(admin)
    } finally {
      await admin.disconnect()
    }
  }

  /** Creates a topic; resolves with its name when every partition has a leader. */
  async topic(partitions: number): Promise<string> {
    const topic = this.name('orders')
    await this.withAdmin(async (admin) => {
      await admin.createTopics({ topics: [{ topic, numPartitions: partitions }], waitForLeaders: false })
      const lead = async (): Promise<boolean> => {
        const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
        return topics[0]?.partitions.every(({ leader }) => leader >= 0) ?? false
      }
      await eventually(lead, { message: `leaders of ${topic}` })
    })
    return topic
  }

  /** Deletes a topic, so that its records make room. */
  async deleteTopic(topic: string): Promise<void> {
    await this.withAdmin((admin) => admin.deleteTopics({ topics: [topic] }))
  }

  /** Runs a program to its end. */
  async run(program: Program): Promise<MeasuredRun> {
    this.#refuseWhenOver()
    const { child, ended } = startMeasured(program)
    this.#children.add(child)
    return await ended.finally(() => this.#children.delete(child))
  }

  /** Runs `orderscope` to its end. */
  async orderscope(args: string[], { dir, env = {} }: Place): Promise<MeasuredRun> {
    return await this.run({
      command: LAUNCHER,
      args,
      cwd: dir,
      env: { ...cleanEnv(), ORDERSCOPE_DIR: dir, ...env },
    })
  }

  /** Starts `orderscope` and leaves it running; what it prints on stdout is thrown away where nobody listens. */
  async start(args: string[], place: Place): Promise<ChildProcess> {
    const child = await this.launch(LAUNCHER, args, place)
    child.stdout?.resume()
    return child
  }

  /** Starts a program and leaves it running; somebody has to read its stdout. */
  async launch(command: string, args: string[], { dir, env = {} }: Place): Promise<ChildProcess> {
    this.#refuseWhenOver()
    const child = spawn(command, args, {
      cwd: dir,
      env: { ...cleanEnv(), ORDERSCOPE_DIR: dir, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    })
    this.#children.add(child)
    child.once('exit', () => this.#children.delete(child))
    await once(child, 'spawn')
    return child
  }

  /** Lets a program that was left running drain and end; resolves when it is gone. */
  async stop(child: ChildProcess): Promise<void> {
    const gone = once(child, 'exit')
    child.kill('SIGTERM')
    const [code, signal] = await gone
    if (code !== 0) throw new Error(`${child.spawnargs.slice(2).join(' ')} ended with ${code ?? signal}`)
  }

  /** Runs one of Kafka's own tools to its end. */
  async kafkaTool(name: string, args: string[]): Promise<MeasuredRun> {
    const java = await findJava()
    if ('missing' in java) throw new Error(`Kafka's own tools need Java: ${java.missing}`)
    const jars = await ensureJars({ kafkaHome: process.env['KAFKA_HOME'] ?? null })
    return await this.run({
      command: java.command,
      args: [...TOOL_FLAGS, '-cp', jars, `org.apache.kafka.tools.${name}`, ...args],
      cwd: this.#folder,
      env: cleanEnv(),
    })
  }

  /** Ends all that was started and deletes all that was written. */
  async dispose(): Promise<void> {
    this.#isOver = true
    await Promise.all([...this.#children].map((child) => endGroup(child)))
    await Promise.allSettled([...this.#endings].map((ending) => ending()))
    const brokers = await Promise.allSettled(this.#brokers)
    for (const broker of brokers) if (broker.status === 'fulfilled') await broker.value.dispose()
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 3 })
  }

  /** Has something done when the run is over or broken off; the answer takes that back. */
  atEnd(ending: () => Promise<unknown>): () => void {
    this.#endings.add(ending)
    return () => this.#endings.delete(ending)
  }

  #refuseWhenOver(): void {
    if (this.#isOver) throw new Error('the run was broken off')
  }
}

/** Ends a process and what it started; resolves when it is gone. */
async function endGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  process.kill(-child.pid, 'SIGKILL')
  await gone
}

/** Runs each side once a round, one after the other, so that a machine that drifts drifts for all of them. */
export async function inTurns<N extends string, T>(
  rounds: number,
  sides: Record<N, () => Promise<T>>,
): Promise<Record<N, T[]>> {
  const names = Object.keys(sides) as N[]
  const samples = Object.fromEntries(names.map((name) => [name, [] as T[]])) as Record<N, T[]>
  for (let round = 0; round < rounds; round += 1)
    for (const name of names) samples[name].push(await sides[name]())
  return samples
}
