/** What tracker and producer cost while there is nothing or little to do, as a share of one core. Linux only. */
import type { ChildProcess } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { cpuMsOf } from '../measured-run.js'
import type { BenchRow } from '../row.js'
import type { Stage } from '../stage.js'

const SECONDS = 60
/** Until the code is compiled and the group is joined. */
const SETTLE_MS = 10_000

/** The same tracker twice: without any traffic, then beside a producer at 5/s. */
export async function measure(stage: Stage): Promise<BenchRow[]> {
  const dir = stage.folder('idle')
  const topic = await stage.topic(3)
  const group = stage.name('group')
  const env = { KAFKA_BROKERS: await stage.brokers(), KAFKA_TOPIC: topic, KAFKA_CONSUMER_GROUP: group }
  const tracker = await stage.start(['tracker'], { dir, env })
  stage.say('idle: no traffic')
  const [quiet = []] = await watch(stage, [tracker])
  const producer = await stage.start(['producer', '--rate', '5'], { dir, env })
  stage.say('idle: 5/s')
  const [trackerAt5 = [], producerAt5 = []] = await watch(stage, [tracker, producer])
  await stage.stop(producer)
  await stage.stop(tracker)
  const row = (name: string, samples: number[], value: number): BenchRow => ({
    name,
    unit: '% of a core',
    samples,
    target: { is: 'at most', value, of: 0.5 },
  })
  return [
    row('tracker, no traffic', quiet, 0.5),
    row('tracker, 5/s', trackerAt5, 1),
    row('producer, 5/s', producerAt5, 1),
  ]
}

/** Shares of a core of each process, one sample a round, over as long as the rounds take together. */
async function watch(stage: Stage, processes: ChildProcess[]): Promise<number[][]> {
  await delay(SETTLE_MS)
  const { seconds, rounds } = stage.options
  const shares: number[][] = processes.map(() => [])
  for (let round = 0; round < rounds; round += 1) {
    const before = processes.map(({ pid = 0 }) => cpuMsOf(pid))
    const from = performance.now()
    await delay(((seconds ?? SECONDS) * 1_000) / rounds)
    const ms = performance.now() - from
    for (const [index, { pid = 0 }] of processes.entries())
      shares[index]?.push(((cpuMsOf(pid) - (before[index] ?? 0)) / ms) * 100)
  }
  return shares
}
