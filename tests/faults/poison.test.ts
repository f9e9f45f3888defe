/**
 * Goal: no record, whatever it holds, stops the tracker, is journaled otherwise than it was, or reaches a terminal.
 * Method: a corpus of several hundred payloads, keys, headers and timestamps, and generated ones, produced to a real
 * broker; the journal compared with the topic by every way out; every command that shows something, in a real
 * terminal, its bytes looked at one by one.
 * Expected: journaled to the byte and counted, good orders behind it accepted; jq reads the journal; not one control,
 * bidi or zero-width character on the terminal.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyContent } from '../support/arbitraries.js'
import { runCli } from '../support/cli.js'
import { eventually } from '../support/eventually.js'
import { HOSTILE_TEXTS } from '../support/hostile-texts.js'
import { produce, readTopic, type TopicRecord, testAdmin } from '../support/kafka.js'
import { reportRow } from '../support/matrix.js'
import { judgeJournal, readJournal, recordLines } from '../support/oracle.js'
import { orderMessages } from '../support/order-builder.js'
import { type PoisonRecord, poisonRecords } from '../support/poison.js'
import { recorded } from '../support/publisher.js'
import { startInPty } from '../support/screen.js'
import { terminalFaults } from '../support/terminal-bytes.js'
import { type TrackerSetup, trackerSetup } from '../support/tracker.js'

/** What programs draw with as well; the other texts of the corpus tell whether something leaks. */
const HARMLESS = new Set([
  '\u001b[31m',
  '\u001b[?1049h',
  '\u001b[?1049l',
  '\u001b[?25l',
  '\u001b[?2004h',
  '\r\n\r\n',
])

const GENERATED = 300
const GOOD = 20

/** Timestamps that a broker takes: it refuses those before 1970. */
function generated(): PoisonRecord[] {
  const seed = Date.now() % 1_000_000
  process.stdout.write(`generated records from seed ${seed}\n`)
  return fc.sample(anyContent, { numRuns: GENERATED, seed }).map((content, index) => {
    const timestamp = Number(content.timestampMs)
    return {
      ...content,
      name: `generated ${index}`,
      timestamp: Number.isSafeInteger(timestamp) && timestamp >= 0 ? timestamp : index,
    }
  })
}

async function poisoned(records: PoisonRecord[]): Promise<TrackerSetup & { onTopic: TopicRecord[] }> {
  const setup = trackerSetup()
  const { brokers, names } = setup
  const admin = await testAdmin(brokers)
  const config = { 'retention.ms': '-1', 'message.timestamp.after.max.ms': String(2n ** 63n - 1n) }
  const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }))
  await admin.createTopics({
    topics: [{ topic: names.topic, numPartitions: 2, configEntries }],
    waitForLeaders: true,
  })
  const { publisher, settled, deliveries } = await recorded(brokers, names.topic)
  for (const { name, ...record } of records) publisher.publish(record, name)
  await settled()
  expect(deliveries.filter(({ outcome }) => outcome !== 'delivered')).toEqual([])
  await produce(brokers, names.topic, orderMessages(1, GOOD))
  return { ...setup, onTopic: await readTopic(brokers, names.topic) }
}

const base64 = (bytes: Buffer | null): string | null => bytes?.toString('base64') ?? null

/** A record of the topic as `journal export` tells it. */
const exported = (
  topic: string,
  { partition, offset, timestamp, key, value, headerPairs }: TopicRecord,
): object => ({
  topic,
  partition,
  offset,
  timestamp_ms: timestamp,
  key_base64: base64(key),
  value_base64: base64(value),
  headers: headerPairs.map(([name, bytes]) => [name, base64(bytes)]),
})

test('poison is journaled to the byte, counted, and readable; the tracker goes on', async () => {
  const corpus = poisonRecords()
  expect(corpus.length).toBeGreaterThanOrEqual(200)
  const records = [...corpus, ...generated()]
  const { dir, env, events, names, onTopic } = await poisoned(records)
  expect(onTopic).toHaveLength(records.length + GOOD)

  const { exit, stderr } = await runCli(['tracker', '--exit-at-end'], { dir, env })
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })

  const judged = judgeJournal({ events, topic: names.topic, records: onTopic })
  expect(judged.faults).toEqual([])
  const lines = (await runCli(['journal', 'export'], { dir, env })).stdout.trimEnd().split('\n')
  const told = lines.map((line) => JSON.parse(line) as { partition: number; offset: number })
  told.sort((a, b) => a.partition - b.partition || a.offset - b.offset)
  expect(told).toEqual(onTopic.map((record) => exported(names.topic, record)))
  const read = execFileSync('jq', ['-c', '.seq', events], { encoding: 'utf8', maxBuffer: 1e9 })
  expect(read.trimEnd().split('\n')).toHaveLength(readFileSync(events, 'latin1').split('\n').length - 1)
  const stats = JSON.parse((await runCli(['journal', 'stats', '--json'], { dir, env })).stdout)
  const rejected = recordLines(readJournal(events)).filter((line) => line['error']).length
  expect(stats.totals).toMatchObject({ records: onTopic.length, accepted: onTopic.length - rejected })
  const good = recordLines(readJournal(events)).filter((line) =>
    /^order-([1-9]|1\d|20)$/.test(String(line['kafka_key'])),
  )
  expect(good.map(({ event_type }) => event_type)).toEqual(Array(GOOD).fill('message.received'))
  expect((await runCli(['journal', 'verify'], { dir, env })).exit).toBe(0)
  reportRow(22, judged)
})

/** Of the hostile texts, those that no program draws with. */
const SHARP = HOSTILE_TEXTS.filter((text) => /[\p{Cc}\p{Cf}\u2028\u2029]/u.test(text) && !HARMLESS.has(text))

/** Every view of the monitor, every list of it, moved in, enlarged and opened. */
const MONITOR_KEYS = [
  ...['1', '2', '3', '4', '5', '6'].flatMap((view) => [
    view,
    ...['a', 'z', 'k', 'b', 'g', 'e', '\r', '0', 'z'],
  ]),
  '?',
  '0',
]

test('nothing of a poisoned journal controls the terminal that shows it', async () => {
  // The look at the bytes is sharp enough: it finds each of these.
  for (const text of SHARP) expect(terminalFaults(`before ${text} after`)).not.toEqual([])
  // Long ones would only hide the short ones from the lists.
  const records = poisonRecords().filter(({ value }) => (value?.length ?? 0) < 20_000)
  const { dir, env } = await poisoned(records)
  await runCli(['tracker', '--exit-at-end'], { dir, env })

  const size = { columns: 160, rows: 50 }
  const faults: Record<string, string[]> = {}
  for (const args of [
    ['monitor', '--once'],
    ['status'],
    ['journal', 'stats'],
    ['journal', 'verify'],
    ['journal', 'cat'],
    ['dlq', 'list'],
    ['dlq', 'replay', '--all', '--dry-run'],
    ['follow', '--from', 'earliest', '--exit-at-end'],
  ]) {
    const program = startInPty(args, { dir, env, ...size })
    await program.ended
    expect(program.screen.raw.length).toBeGreaterThan(20)
    faults[args.join(' ')] = terminalFaults(program.screen.raw)
  }
  const monitor = startInPty(['monitor'], { dir, env, ...size })
  await monitor.shows(/Metrics/)
  for (const key of MONITOR_KEYS) {
    const before = monitor.screen.raw.length
    monitor.type(key)
    await drawn(() => monitor.screen.raw.length > before)
  }
  monitor.type('q')
  expect((await monitor.ended).exitCode).toBe(0)
  faults['monitor'] = terminalFaults(monitor.screen.raw)
  expect(Object.entries(faults).filter(([, each]) => each.length > 0)).toEqual([])
})

/** A key that changes nothing draws nothing. */
async function drawn(isDrawn: () => boolean): Promise<void> {
  const until = performance.now() + 300
  await eventually(() => isDrawn() || performance.now() > until, { message: 'the key is drawn' })
}
