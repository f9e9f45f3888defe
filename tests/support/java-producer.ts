/** Kafka's own client, from the jars of the test broker: what it writes is not of our making. */
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { ensureJars } from '../../src/lifecycle/broker/jars.js'
import { findJava } from '../../src/lifecycle/broker/java.js'

const SOURCE = fileURLToPath(new URL('fixtures/JavaProducer.java', import.meta.url))

/** Runs `fixtures/JavaProducer.java`; resolves with the offset of each record by its key. */
export async function produceWithJava(brokers: string, topic: string): Promise<Map<string, number>> {
  const java = await findJava()
  if ('missing' in java) throw new Error(`tests need Java: ${java.missing}`)
  const jars = await ensureJars({ kafkaHome: process.env['KAFKA_HOME'] ?? null })
  const { stdout } = await execa(java.command, ['-Xmx1500m', '-cp', jars, SOURCE, brokers, topic], {
    timeout: 120_000,
  })
  const lines = stdout.split('\n').map((line) => line.split(' '))
  return new Map(lines.map(([key, offset]) => [key ?? '', Number(offset)]))
}
