/** How soon `follow` prints: its first record after it was started, and each record after it was produced. */
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { ORDER_FLAGS, produceOrders } from '../orders.js'
import { type BenchRow, thinned } from '../row.js'
import type { Place, Stage } from '../stage.js'

const SECONDS = 30
const RATE = 100
/** Until the code of both sides is compiled. */
const WARM_UP_MS = 3_000
const STARTS_A_ROUND = 5
const RECORDS = 1_000

export async function measure(stage: Stage): Promise<BenchRow[]> {
  return [await producedToPrinted(stage), await startToFirst(stage)]
}

async function placeOf(stage: Stage): Promise<Place & { topic: string }> {
  const topic = await stage.topic(3)
  const env = { KAFKA_BROKERS: await stage.brokers(), KAFKA_TOPIC: topic }
  return { dir: stage.folder('follow'), env, topic }
}

/** From the time of the record, which the producer sets when it hands it over, to its line. */
async function producedToPrinted(stage: Stage): Promise<BenchRow> {
  const place = await placeOf(stage)
  const seconds = stage.options.seconds ?? SECONDS
  stage.say(`follow: ${RATE}/s for ${seconds} s`)
  const follow = await stage.start(['follow', '--format', 'ndjson', '--fields', 'kafka_timestamp'], place)
  const printed: { atMs: number; line: string }[] = []
  createInterface({ input: follow.stdout! }).on('line', (line) => printed.push({ atMs: Date.now(), line }))
  const producer = await stage.start(['producer', '--rate', `${RATE}`, ...ORDER_FLAGS], place)
  await delay(WARM_UP_MS + seconds * 1_000)
  await stage.stop(producer)
  follow.kill('SIGINT')
  await once(follow, 'exit')
  const beginsMs = (printed[0]?.atMs ?? 0) + WARM_UP_MS
  const latencies = printed
    .filter(({ atMs }) => atMs >= beginsMs)
    .map(({ atMs, line }) => {
      const { kafka_timestamp } = JSON.parse(line) as { kafka_timestamp: string }
      return atMs - Date.parse(kafka_timestamp)
    })
  if (latencies.length === 0) throw new Error('follow printed nothing')
  return {
    name: `produced to printed, at ${RATE}/s`,
    unit: 'ms',
    samples: thinned(latencies),
    target: { is: 'at most', value: 50, of: 0.95 },
  }
}

async function startToFirst(stage: Stage): Promise<BenchRow> {
  const place = await placeOf(stage)
  await produceOrders(stage, place.topic, RECORDS)
  stage.say('follow: start to first record')
  const samples: number[] = []
  for (let start = 0; start < stage.options.rounds * STARTS_A_ROUND; start += 1) {
    const startedAt = performance.now()
    const follow = await stage.start(['follow', '--from', 'earliest', '--limit', '1'], place)
    await once(follow.stdout!, 'data')
    samples.push(performance.now() - startedAt)
    if (follow.exitCode === null) await once(follow, 'exit')
  }
  return {
    name: 'start to first record',
    unit: 'ms',
    samples,
    target: { is: 'at most', value: 500, of: 0.5 },
  }
}
