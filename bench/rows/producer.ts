/**
 * How fast and how evenly the producer puts orders on a topic.
 *
 * Speed: `--rate max`, orders made and serialised on the way, beside `kafka-producer-perf-test`, which sends one and the
 * same array of bytes; idempotent, acks=all, and as many bytes a record on both sides. Pacing is read from the topic: from
 * the times of the records.
 */
import { OrderFactory } from '../../src/producer/order-factory.js'
import { cleanEnv } from '../../tests/support/cli.js'
import type { MeasuredRun } from '../measured-run.js'
import { ORDERS, produceOrders, recordTimes } from '../orders.js'
import type { BenchRow } from '../row.js'
import { inTurns, type Stage } from '../stage.js'

const RECORDS = 1_000_000
const PARTITIONS = 3
const PACED_SECONDS = 60
const FAST_RATE = 20_000
const SLOW_RATE = 5

/** What the reference is asked to do beside its defaults, and what is promised beside that. */
const REFERENCES = [
  { settings: [], value: 1.2, about: 'defaults' },
  { settings: ['batch.size=262144', 'linger.ms=10'], value: 0.5, about: 'batch.size=262144 linger.ms=10' },
]

export async function measure(stage: Stage): Promise<BenchRow[]> {
  const speed: BenchRow[] = []
  for (const reference of REFERENCES) speed.push(...(await besideTool(stage, reference)))
  return [...speed, ...(await fastPace(stage)), ...(await slowPace(stage))]
}

async function besideTool(
  stage: Stage,
  { settings, value, about }: (typeof REFERENCES)[number],
): Promise<BenchRow[]> {
  const records = stage.options.records ?? RECORDS
  const bytes = meanRecordBytes()
  stage.say(`producer: ${records} records of ${bytes} bytes, beside kafka-producer-perf-test, ${about}`)
  const onNewTopic = async (send: (topic: string) => Promise<MeasuredRun>): Promise<MeasuredRun> => {
    const topic = await stage.topic(PARTITIONS)
    const run = await send(topic)
    stage.say(`  ${Math.round(run.wallMs)} ms`)
    await stage.deleteTopic(topic)
    return run
  }
  const brokers = await stage.brokers()
  const { ours, theirs } = await inTurns(stage.options.rounds, {
    ours: () => onNewTopic((topic) => produceOrders(stage, topic, records)),
    theirs: () =>
      onNewTopic((topic) =>
        stage.kafkaTool('ProducerPerformance', [
          ...['--bootstrap-server', brokers, '--topic', topic, '--throughput', '-1'],
          ...['--num-records', `${records}`, '--record-size', `${bytes}`],
          ...['acks=all', 'enable.idempotence=true', ...settings].flatMap((each) => [
            '--command-property',
            each,
          ]),
        ]),
      ),
  })
  const name = `kafka-producer-perf-test, ${about}`
  const row = (what: string, unit: BenchRow['unit'], pick: (run: MeasuredRun) => number): BenchRow => ({
    name: what,
    unit,
    samples: ours.map(pick),
    reference: { name, samples: theirs.map(pick) },
  })
  return [
    {
      ...row('orders made and acknowledged', 'records/s', ({ wallMs }) => (records / wallMs) * 1_000),
      target: { is: 'at least', value, of: 'ratio' },
    },
    row('CPU per million records', 's', ({ cpuMs }) => (cpuMs / records) * 1_000),
    row('peak memory', 'MiB', ({ peakBytes }) => (peakBytes ?? Number.NaN) / 2 ** 20),
  ]
}

/** Key, value and headers of an order, on average. */
function meanRecordBytes(): number {
  const factory = new OrderFactory({ ...ORDERS, startTime: Date.now(), now: Date.now })
  const sizes = Array.from({ length: 10_000 }, () => {
    const { orderId, value, headers } = factory.next()
    const texts = [orderId, ...headers.flat()]
    return Buffer.byteLength(value) + texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  })
  return Math.round(sizes.reduce((sum, size) => sum + size, 0) / sizes.length)
}

/** Whole seconds of a run at 20,000 records/s, counted by the times of the records. */
async function fastPace(stage: Stage): Promise<BenchRow[]> {
  const seconds = stage.options.seconds ?? PACED_SECONDS
  stage.say(`producer: --rate ${FAST_RATE} for ${seconds} s`)
  const topic = await stage.topic(1)
  // Two seconds more: the first and the last one are not whole.
  await produceOrders(stage, topic, FAST_RATE * (seconds + 2), FAST_RATE)
  const counts = await stage.withAdmin(async (admin) => {
    const offsetAt = async (ms: number): Promise<number> =>
      Number((await admin.fetchTopicOffsetsByTimestamp(topic, ms))[0]?.offset)
    const [first = 0] = await recordTimes(stage, topic, 1)
    const offsets: number[] = []
    for (let second = 0; second <= seconds; second += 1)
      offsets.push(await offsetAt(first + 500 + second * 1_000))
    return offsets.slice(1).map((offset, index) => offset - (offsets[index] ?? 0))
  })
  await stage.deleteTopic(topic)
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length
  const off = (Math.abs(mean - FAST_RATE) / FAST_RATE) * 100
  return [
    {
      name: `--rate ${FAST_RATE}: off over ${seconds} s`,
      unit: '%',
      samples: [off],
      target: { is: 'at most', value: 1, of: 0.5 },
    },
    { name: `--rate ${FAST_RATE}: each second`, unit: 'records/s', samples: counts },
  ]
}

/** A timer without drift that does nothing else: what is off there is the machine's. Arguments: how often, every so many ms. */
const BARE_TIMER = `
const [times, everyMs] = process.argv.slice(1).map(Number)
const from = performance.now()
const told = []
const tell = () => {
  told.push(Date.now())
  if (told.length === times) console.log(JSON.stringify(told))
  else setTimeout(tell, Math.ceil(from + told.length * everyMs - performance.now()))
}
tell()`

/** How far the distances between records are from 200 ms, and those of a bare timer at the same time. */
async function slowPace(stage: Stage): Promise<BenchRow[]> {
  const seconds = stage.options.seconds ?? PACED_SECONDS
  const everyMs = 1_000 / SLOW_RATE
  const times = SLOW_RATE * seconds + 1
  stage.say(`producer: --rate ${SLOW_RATE} for ${seconds} s`)
  const topic = await stage.topic(1)
  const [bare] = await Promise.all([
    stage.run({
      command: process.execPath,
      args: ['--eval', BARE_TIMER, `${times}`, `${everyMs}`],
      cwd: stage.folder('timer'),
      env: cleanEnv(),
    }),
    produceOrders(stage, topic, times, SLOW_RATE),
  ])
  const offBy = (at: number[]): number[] =>
    at.slice(1).map((time, index) => Math.abs(time - (at[index] ?? 0) - everyMs))
  return [
    {
      name: `--rate ${SLOW_RATE}: distance of two records, off by`,
      unit: 'ms',
      samples: offBy(await recordTimes(stage, topic)),
      target: { is: 'at most', value: 5, of: 0.99 },
    },
    {
      name: 'at the same time: a timer in a process that does nothing else, off by',
      unit: 'ms',
      samples: offBy(JSON.parse(bare.stdout) as number[]),
    },
  ]
}
