/** Orders for a bench, made by the producer itself: valid ones only, the same in every run. */
import type { MeasuredRun } from './measured-run.js'
import type { Stage } from './stage.js'

/** What the producer is asked for, as its factory takes it. */
export const ORDERS = { seed: 'bench', malformedRatio: 0, invalidRatio: 0 }

/** The producer's flags for {@link ORDERS}. */
export const ORDER_FLAGS = ['--seed', ORDERS.seed, '--malformed-ratio', '0', '--invalid-ratio', '0']

/** Puts `count` orders of about 900 bytes on a topic; `rate` is records/s, or as fast as it goes. */
export async function produceOrders(
  stage: Stage,
  topic: string,
  count: number,
  rate: number | 'max' = 'max',
): Promise<MeasuredRun> {
  const dir = stage.folder('producer')
  const env = { KAFKA_BROKERS: await stage.brokers(), KAFKA_TOPIC: topic }
  return await stage.orderscope(['producer', '--rate', `${rate}`, '--count', `${count}`, ...ORDER_FLAGS], {
    dir,
    env,
  })
}

/** Times of the records of a topic of one partition, milliseconds since 1970, the first `limit` of them. */
export async function recordTimes(stage: Stage, topic: string, limit = 1_000_000): Promise<number[]> {
  const env = { KAFKA_BROKERS: await stage.brokers(), KAFKA_TOPIC: topic }
  const all = ['--from', 'earliest', '--exit-at-end', '--limit', `${limit}`]
  const fields = ['--format', 'ndjson', '--fields', 'kafka_timestamp']
  const { stdout } = await stage.orderscope(['follow', ...all, ...fields], {
    dir: stage.folder('follow'),
    env,
  })
  const lines = stdout.trimEnd().split('\n')
  return lines.map((line) => Date.parse((JSON.parse(line) as { kafka_timestamp: string }).kafka_timestamp))
}
