/**
 * How soon the tracker journals again after it was killed, after its broker was away, and how soon it stops under load.
 *
 * Real processes and a broker of its own, as in tests/faults; times include the start of Node.
 */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Kafka, logLevel, type Producer } from 'kafkajs'
import type { TestBroker } from '../../tests/support/broker.js'
import { eventually } from '../../tests/support/eventually.js'
import { orderMessages } from '../../tests/support/order-builder.js'
import type { BenchRow, Target } from '../row.js'
import type { Stage } from '../stage.js'

const KILLS = 20
const OUTAGES = 10
const STOPS = 10
const OUTAGE_MS = 3_000
const BACKLOG = 40_000
const WAIT_MS = 60_000
/** Longer than what a start writes by itself, shorter than one record's line and that together. */
const START_BYTES = 900

interface Bench {
  stage: Stage
  broker: TestBroker
  producer: Producer
}

/** A topic, a journal and the trackers that write it, one after the other. */
class Lane {
  readonly #bench: Bench
  readonly #topic: string
  readonly #dir: string
  readonly events: string
  #sent = 0

  constructor(bench: Bench, name: string) {
    this.#bench = bench
    this.#topic = `orders-${name}`
    this.#dir = bench.stage.folder(name)
    this.events = join(this.#dir, 'tracker.events')
  }

  async start(): Promise<ChildProcess> {
    const env = {
      KAFKA_BROKERS: this.#bench.broker.brokers,
      KAFKA_TOPIC: this.#topic,
      KAFKA_CONSUMER_GROUP: this.#topic,
      DLQ_TOPIC: `${this.#topic}-dlq`,
    }
    return await this.#bench.stage.start(['tracker'], { dir: this.#dir, env })
  }

  async produce(count: number): Promise<void> {
    for (const end = this.#sent + count; this.#sent < end; ) {
      const to = Math.min(this.#sent + 500, end)
      await this.#bench.producer.send({ topic: this.#topic, messages: orderMessages(this.#sent + 1, to) })
      this.#sent = to
    }
  }

  size(): number {
    return existsSync(this.events) ? statSync(this.events).size : 0
  }

  /** Resolves when there is more in the journal than a start alone writes. */
  async grown(from: number): Promise<void> {
    await eventually(() => this.size() > from + START_BYTES, {
      deadlineMs: WAIT_MS,
      everyMs: 2,
      message: 'records in the journal',
    })
  }
}

async function end(tracker: ChildProcess, signal: NodeJS.Signals): Promise<number> {
  const ended = once(tracker, 'exit')
  const askedAt = performance.now()
  tracker.kill(signal)
  const [code] = await ended
  if (signal === 'SIGTERM' && code !== 0) throw new Error(`the tracker ended with ${code}`)
  return performance.now() - askedAt
}

async function kills(bench: Bench): Promise<number[]> {
  const lane = new Lane(bench, 'kills')
  const samples: number[] = []
  await lane.produce(100)
  let tracker = await lane.start()
  await lane.grown(0)
  for (let kill = 0; kill < KILLS; kill += 1) {
    await end(tracker, 'SIGKILL')
    const killedAt = performance.now()
    const before = lane.size()
    const sending = lane.produce(100)
    tracker = await lane.start()
    await lane.grown(before)
    samples.push(performance.now() - killedAt)
    await sending
  }
  await end(tracker, 'SIGTERM')
  return samples
}

async function outages(bench: Bench): Promise<number[]> {
  const lane = new Lane(bench, 'outages')
  const samples: number[] = []
  await lane.produce(100)
  const tracker = await lane.start()
  await lane.grown(0)
  for (let outage = 0; outage < OUTAGES; outage += 1) {
    const before = lane.size()
    await bench.broker.kill()
    await delay(OUTAGE_MS)
    await bench.broker.start()
    const backAt = performance.now()
    await lane.produce(100)
    await lane.grown(before)
    samples.push(performance.now() - backAt)
  }
  await end(tracker, 'SIGTERM')
  return samples
}

async function stops(bench: Bench): Promise<number[]> {
  const lane = new Lane(bench, 'stops')
  const samples: number[] = []
  await lane.produce(BACKLOG)
  for (let stop = 0; stop < STOPS; stop += 1) {
    const before = lane.size()
    const refill = stop === 0 ? null : lane.produce(BACKLOG / 4)
    await refill
    const tracker = await lane.start()
    await lane.grown(before)
    samples.push(await end(tracker, 'SIGTERM'))
  }
  return samples
}

async function createTopics(kafka: Kafka, topics: string[]): Promise<void> {
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: topics.map((topic) => ({ topic, numPartitions: 3 })) })
  await admin.disconnect()
}

/** Runs all three, the broker's outages last. */
export async function measure(stage: Stage): Promise<BenchRow[]> {
  const broker = await stage.ownBroker()
  const kafka = new Kafka({ brokers: [broker.brokers], logLevel: logLevel.NOTHING, retry: { retries: 12 } })
  const producer = kafka.producer({ allowAutoTopicCreation: false })
  try {
    await createTopics(kafka, ['orders-stops', 'orders-kills', 'orders-outages'])
    await producer.connect()
    const bench = { stage, broker, producer }
    const row = (name: string, samples: number[], target: Target): BenchRow => {
      return { name, unit: 'ms', samples: samples.map(Math.round), target }
    }
    return [
      row('SIGTERM under load to exit 0', await stops(bench), { is: 'at most', value: 2_000, of: 1 }),
      row('SIGKILL to first new record', await kills(bench), { is: 'at most', value: 1_000, of: 0.95 }),
      row('broker back to first new record', await outages(bench), { is: 'at most', value: 3_000, of: 0.95 }),
    ]
  } finally {
    await producer.disconnect().catch(() => {})
  }
}
