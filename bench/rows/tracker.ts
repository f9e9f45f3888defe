/**
 * How fast the tracker journals what is on a topic, beside `kafka-consumer-perf-test`, which reads the same records and
 * throws them away.
 *
 * Every record is validated, chained, written and synced. Both are measured from the start of the process to its end,
 * and once more from the first record to the last, without the start of Node and of the JVM.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { journalSpan } from '../journal-span.js'
import type { MeasuredRun } from '../measured-run.js'
import { produceOrders } from '../orders.js'
import type { BenchRow } from '../row.js'
import { inTurns, type Stage } from '../stage.js'

const RECORDS = 1_000_000
const MIB = 2 ** 20

/** One drain: what it cost, and how long records were read. */
interface Drain extends MeasuredRun {
  readingMs: number
}

/** Drains a topic of one partition, then one of three. */
export async function measure(stage: Stage): Promise<BenchRow[]> {
  return [...(await drains(stage, 1)), ...(await drains(stage, 3))]
}

async function drains(stage: Stage, partitions: number): Promise<BenchRow[]> {
  const records = stage.options.records ?? RECORDS
  const topic = await stage.topic(partitions)
  const about = `${partitions} ${partitions === 1 ? 'partition' : 'partitions'}`
  stage.say(`tracker: ${records} orders to a topic of ${about}`)
  await produceOrders(stage, topic, records)
  const { ours, theirs } = await inTurns(stage.options.rounds, {
    ours: () => drainWithTracker(stage, topic, records),
    theirs: () => drainWithTool(stage, topic, records),
  })
  await stage.deleteTopic(topic)
  const row = (
    name: string,
    unit: BenchRow['unit'],
    pick: (drain: Drain) => number,
    target?: BenchRow['target'],
  ): BenchRow => ({
    name: `${name}, ${about}`,
    unit,
    samples: ours.map(pick),
    reference: { name: 'kafka-consumer-perf-test', samples: theirs.map(pick) },
    ...(target ? { target } : {}),
  })
  const rate = (ms: number): number => (records / ms) * 1_000
  return [
    row('drain, start to end of the process', 'records/s', ({ wallMs }) => rate(wallMs), {
      is: 'at least',
      value: 0.6,
      of: 'ratio',
    }),
    row('drain, first to last record', 'records/s', ({ readingMs }) => rate(readingMs)),
    row('drain, CPU per million records', 's', ({ cpuMs }) => (cpuMs / records) * 1_000, {
      is: 'at most',
      value: 7,
      of: 0.5,
    }),
    row('drain, peak memory', 'MiB', ({ peakBytes }) => (peakBytes ?? Number.NaN) / MIB, {
      is: 'at most',
      value: 250,
      of: 1,
    }),
  ]
}

async function drainWithTracker(stage: Stage, topic: string, records: number): Promise<Drain> {
  const dir = stage.folder('drain')
  const env = {
    KAFKA_BROKERS: await stage.brokers(),
    KAFKA_TOPIC: topic,
    KAFKA_CONSUMER_GROUP: stage.name('group'),
  }
  const run = await stage.orderscope(['tracker', '--exit-at-end'], { dir, env })
  const span = journalSpan(join(dir, 'tracker.events'))
  if (span.records !== records) throw new Error(`the journal holds ${span.records} of ${records} records`)
  rmSync(dir, { recursive: true })
  stage.say(`  tracker ${Math.round(run.wallMs)} ms`)
  return { ...run, readingMs: span.spanMs }
}

/** `end.time`, data and rates before it; `fetch.time.ms` is without the join of the group. */
const FETCH_MS = 7
const RECORDS_READ = 4

async function drainWithTool(stage: Stage, topic: string, records: number): Promise<Drain> {
  const run = await stage.kafkaTool('ConsumerPerformance', [
    ...['--bootstrap-server', await stage.brokers()],
    ...['--topic', topic, '--num-records', `${records}`, '--group', stage.name('group')],
    ...['--timeout', '60000', '--hide-header'],
  ])
  const fields = run.stdout.trim().split('\n').at(-1)?.split(', ') ?? []
  const read = Number(fields[RECORDS_READ])
  if (!(read >= records)) throw new Error(`the reference read ${read} of ${records} records:\n${run.stdout}`)
  stage.say(`  kafka-consumer-perf-test ${Math.round(run.wallMs)} ms`)
  return { ...run, readingMs: Number(fields[FETCH_MS]) }
}
