/** Asks a broker whether it answers; a probe of the tests' own, so that a fault in ours does not hide in it. */
import { Kafka, logLevel } from 'kafkajs'

/** True when the broker at `host:port` answers a metadata request within a second. */
export async function answersMetadata(broker: string): Promise<boolean> {
  const kafka = new Kafka({
    brokers: [broker],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1_000,
    requestTimeout: 1_000,
    retry: { retries: 0 },
  })
  const admin = kafka.admin()
  try {
    await admin.connect()
    const { brokers } = await admin.describeCluster()
    return brokers.length > 0
  } catch {
    return false
  } finally {
    await admin.disconnect().catch(() => {})
  }
}
