/** The producer as a user runs it: ledger, topic and what it prints agree, record by record. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { LedgerEntry } from '../../src/shared/contract/log-entry.js'
import { ownBroker, sharedBrokers } from '../support/broker.js'
import { type CliProcess, runCli, startCli } from '../support/cli.js'
import { eventually } from '../support/eventually.js'
import { createTopic, readTopic, type TopicRecord } from '../support/kafka.js'
import { tempDir } from '../support/temp-dir.js'
import { testNames } from '../support/topic.js'
import { logLines } from '../support/tracker.js'

interface Setup {
  dir: string
  topic: string
  ledger: string
  log: string
  run(...args: string[]): ReturnType<typeof runCli>
  start(...args: string[]): CliProcess
}

/** A folder and a topic of the test's own. */
async function setUp(brokers = sharedBrokers()): Promise<Setup> {
  const dir = tempDir()
  const { topic, env } = testNames()
  await createTopic(brokers, topic)
  const ledger = join(dir, 'ledger.ndjson')
  const options = { dir, env: { ...env, KAFKA_BROKERS: brokers, ORDERSCOPE_METRICS_INTERVAL_MS: '200' } }
  return {
    dir,
    topic,
    ledger,
    log: join(dir, 'producer.log'),
    run: (...args) => runCli(['producer', '--ledger', ledger, ...args], options),
    start: (...args) => startCli(['producer', '--ledger', ledger, ...args], options),
  }
}

const ledgerEntries = (file: string): LedgerEntry[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line))
    : []

const sha256 = (value: Buffer | null): string => createHash('sha256').update(value!).digest('hex')

/** A record as the ledger tells it. */
const asEntry = (topic: string, { partition, offset, key, value, headers }: TopicRecord): LedgerEntry => ({
  event_id: String(headers['ce_id']),
  order_id: String(key),
  topic,
  partition,
  offset,
  sha256: sha256(value),
})

const byPlace = (entries: LedgerEntry[]): LedgerEntry[] =>
  entries.toSorted(
    (a, b) => a.partition! - b.partition! || ('offset' in a && 'offset' in b ? a.offset - b.offset : 0),
  )

test('2,000 records: ledger and topic agree on every one, faults included', async () => {
  const brokers = sharedBrokers()
  const { topic, ledger, log, run } = await setUp(brokers)
  const result = await run('--count', '2000', '--rate', 'max', '--seed', 'demo')

  expect(result).toEqual({ exit: 0, stdout: 'delivered 2000, failed 0, unknown 0 (seed demo)\n', stderr: '' })
  const records = await readTopic(brokers, topic)
  expect(records).toHaveLength(2_000)
  expect(byPlace(ledgerEntries(ledger))).toEqual(byPlace(records.map((record) => asEntry(topic, record))))
  expect(new Set(records.map(({ headers }) => String(headers['ce_id']))).size).toBe(2_000)
  expect(logLines(log).map(({ kind, service }) => [kind, service])).toEqual(
    expect.arrayContaining([
      ['producer.started', 'order-producer'],
      ['producer.stopped', 'order-producer'],
    ]),
  )
  expect(logLines(log).at(-1)?.metadata).toMatchObject({
    seed: 'demo',
    delivered_total: 2_000,
    failed_total: 0,
    unknown_total: 0,
    buffered: 0,
  })
})

test('the events of an order stand in one partition, in the order of its life', async () => {
  const brokers = sharedBrokers()
  const { topic, run } = await setUp(brokers)
  await run('--count', '3000', '--rate', 'max', '--malformed-ratio', '0', '--invalid-ratio', '0')
  const orders = Map.groupBy(await readTopic(brokers, topic), ({ key }) => String(key))
  expect(orders.size).toBeGreaterThan(500)
  for (const own of orders.values()) {
    expect(new Set(own.map(({ partition }) => partition)).size).toBe(1)
    const life = own.map(({ headers }) => String(headers['ce_type']).slice('order.'.length)).join(' ')
    expect(life).toMatch(/^created( cancelled| confirmed( cancelled|( updated)?( shipped( delivered)?)?)?)?$/)
  }
})

test('seed and start time give the same bytes, whatever the rate', async () => {
  const brokers = sharedBrokers()
  const args = ['--count', '300', '--seed', '7', '--start-time', '2026-11-21T02:15:00Z']
  const payloads = async (rate: string): Promise<string[]> => {
    const { topic, run } = await setUp(brokers)
    expect((await run(...args, '--rate', rate)).exit).toBe(0)
    return (await readTopic(brokers, topic)).map(
      ({ partition, offset, key, value, headers }) =>
        `${partition}/${offset} ${key} ${sha256(value)} ${Object.entries(headers).join(' ')}`,
    )
  }
  const [first, second] = [await payloads('max'), await payloads('1000')]
  expect(first).toHaveLength(300)
  expect(second).toEqual(first)
})

test('the rate is kept', async () => {
  const { run, log } = await setUp()
  const started = performance.now()
  await run('--count', '400', '--rate', '200')
  expect(performance.now() - started).toBeGreaterThan(1_990)
  const speeds = logLines(log)
    .filter(({ kind }) => kind === 'metrics')
    .map(({ metadata }) => Number(metadata['throughput_per_second']))
  expect(speeds.length).toBeGreaterThan(3)
  // The first interval holds the warm-up. In one of the others the machine may stand still, and the next makes up for it.
  const between = speeds.slice(1, -1).toSorted((a, b) => a - b)
  expect(Math.abs(between[between.length >> 1]! - 200)).toBeLessThan(20)
})

test.for(['SIGTERM', 'SIGINT'] as const)(
  '%s under full load: everything made is delivered, exit 0',
  async (signal) => {
    const brokers = sharedBrokers()
    const { topic, ledger, log, start } = await setUp(brokers)
    const producer = start('--rate', 'max')
    await eventually(() => ledgerEntries(ledger).length > 5_000, { message: 'the producer is under way' })
    const asked = performance.now()
    producer.kill(signal)
    const { exit, stdout } = await producer.ended

    expect(performance.now() - asked).toBeLessThan(5_000)
    const entries = ledgerEntries(ledger)
    expect({ exit, stdout }).toEqual({
      exit: 0,
      stdout: expect.stringMatching(
        new RegExp(`^delivered ${entries.length}, failed 0, unknown 0 \\(seed [0-9a-f]{8}\\)\n$`),
      ),
    })
    const records = await readTopic(brokers, topic)
    expect(byPlace(entries)).toEqual(byPlace(records.map((record) => asEntry(topic, record))))
    expect(logLines(log).at(-1)?.kind).toBe('producer.stopped')
  },
)

describe('a broker that goes away', () => {
  test('killed and started again: every record is on the topic once', async () => {
    const broker = await ownBroker()
    const { topic, ledger, log, start } = await setUp(broker.brokers)
    const producer = start('--rate', '2000')
    await eventually(() => ledgerEntries(ledger).length > 1_000, { message: 'the producer is under way' })
    await broker.kill()
    await eventually(() => logLines(log).some(({ kind }) => kind === 'producer.broker_down'), {
      message: 'the outage is told',
    })
    await broker.start()
    const atReturn = ledgerEntries(ledger).length
    await eventually(() => ledgerEntries(ledger).length > atReturn + 2_000, {
      deadlineMs: 30_000,
      message: 'the producer goes on',
    })
    producer.kill('SIGTERM')
    const { exit, stdout } = await producer.ended

    const entries = ledgerEntries(ledger)
    expect({ exit, stdout }).toEqual({
      exit: 0,
      stdout: expect.stringMatching(new RegExp(`^delivered ${entries.length}, failed 0, unknown 0 `)),
    })
    const records = await readTopic(broker.brokers, topic)
    expect(byPlace(entries)).toEqual(byPlace(records.map((record) => asEntry(topic, record))))
    expect(new Set(entries.map(({ event_id }) => event_id)).size).toBe(entries.length)
    const told = logLines(log).map(({ kind }) => kind)
    expect(told.filter((kind) => kind === 'producer.broker_down')).toHaveLength(1)
    expect(told.filter((kind) => kind === 'producer.broker_up')).toHaveLength(1)
  })

  test('silent when told to stop: what is open is unknown or failed after the flush timeout, exit 1', async () => {
    const broker = await ownBroker()
    const { topic, ledger, log, start } = await setUp(broker.brokers)
    const producer = start('--rate', '1000', '--flush-timeout', '1')
    await eventually(() => ledgerEntries(ledger).length > 200, { message: 'the producer is under way' })
    broker.pause()
    const before = ledgerEntries(ledger).length
    const buffered = (): number =>
      Number(logLines(log).findLast(({ kind }) => kind === 'metrics')?.metadata['buffered'])
    await eventually(() => buffered() > 100, { message: 'records wait, and are shown to wait' })
    producer.kill('SIGTERM')
    const { exit, stdout } = await producer.ended
    broker.resume()

    expect(exit).toBe(1)
    const entries = ledgerEntries(ledger)
    const delivered = entries.filter((entry) => 'offset' in entry)
    const unknown = entries.filter((entry) => !('offset' in entry))
    const [, failed] = /failed (\d+)/.exec(stdout) ?? []
    expect(stdout).toMatch(
      new RegExp(`^delivered ${delivered.length}, failed \\d+, unknown ${unknown.length} `),
    )
    expect(unknown.length).toBeGreaterThan(0)
    expect(Number(failed)).toBeGreaterThan(0)
    expect(delivered.length).toBeGreaterThanOrEqual(before)
    expect(unknown[0]).toEqual({
      event_id: expect.any(String),
      order_id: expect.any(String),
      topic,
      partition: expect.any(Number),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      outcome: 'unknown',
    })
    // What counted as delivered is there, and nothing is there that was called failed.
    const records = await eventually(() => readTopic(broker.brokers, topic), { message: 'the topic is read' })
    const onTopic = new Map(
      records.map((record) => [String(record.headers['ce_id']), asEntry(topic, record)]),
    )
    for (const entry of delivered) expect(onTopic.get(entry.event_id)).toEqual(entry)
    const accounted = new Set(entries.map(({ event_id }) => event_id))
    expect([...onTopic.keys()].filter((id) => !accounted.has(id))).toEqual([])
  })
})

describe('at the start', () => {
  test('no broker: 69 within ten seconds, naming it', async () => {
    const started = performance.now()
    const { exit, stdout, stderr } = await runCli(['producer', '--brokers', '127.0.0.1:1'], {
      dir: tempDir(),
    })
    expect({ exit, stdout }).toEqual({ exit: 69, stdout: '' })
    expect(stderr).toMatch(/^orderscope: no Kafka broker answers at 127\.0\.0\.1:1 .*orderscope up.*\n$/)
    expect(performance.now() - started).toBeLessThan(10_000)
  })

  test('told to stop while it still looks for the broker: 0 at once', async () => {
    const dir = tempDir()
    const producer = startCli(['producer', '--brokers', '127.0.0.1:1'], { dir, env: { LOG_LEVEL: 'debug' } })
    await eventually(() => logLines(join(dir, 'producer.log')).length > 0, {
      message: 'it looks for the broker',
    })
    producer.kill('SIGTERM')
    expect((await producer.ended).exit).toBe(0)
  })

  test('no topic: 69, saying how to get it', async () => {
    const { exit, stderr } = await runCli(
      ['producer', '--brokers', sharedBrokers(), '--topic', 'not-there'],
      {
        dir: tempDir(),
      },
    )
    expect(exit).toBe(69)
    expect(stderr).toMatch(/topic not-there is not there .*orderscope up/)
  })

  test("another run's ledger: 74, and nothing is sent", async () => {
    const brokers = sharedBrokers()
    const { topic, run } = await setUp(brokers)
    expect((await run('--count', '3')).exit).toBe(0)
    const { exit, stderr } = await run('--count', '3')
    expect({ exit, stderr }).toEqual({
      exit: 74,
      stderr: expect.stringContaining("another run's deliveries"),
    })
    expect(await readTopic(brokers, topic)).toHaveLength(3)
  })

  test('a bad flag: 78, naming it', async () => {
    const { exit, stderr } = await runCli(['producer', '--rate', '0'], { dir: tempDir() })
    expect({ exit, stderr }).toEqual({ exit: 78, stderr: expect.stringContaining('--rate is "0"') })
  })
})
