/** Orders for a bench, made by the producer itself: valid ones only, the same in every run. */
import type { MeasuredRun } from './measured-run.js'
import type { Stage } from './stage.js'

/** Puts `count` orders of about 900 bytes on a topic as fast as it goes. */
export async function produceOrders(stage: Stage, topic: string, count: number): Promise<MeasuredRun> {
  const dir = stage.folder('producer')
  const env = { KAFKA_BROKERS: await stage.brokers(), KAFKA_TOPIC: topic }
  const stream = ['--rate', 'max', '--count', `${count}`, '--seed', 'bench']
  const valid = ['--malformed-ratio', '0', '--invalid-ratio', '0']
  return await stage.orderscope(['producer', ...stream, ...valid], { dir, env })
}
