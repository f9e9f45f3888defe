/**
 * A connection for asking: offsets, metadata, group coordinators. Neither consumes nor publishes.
 *
 * kafkajs' cluster reads committed data only, so every end that it tells is a last stable offset.
 */
import { systemClock } from '../runtime/clock.js'
import type { KafkaClient } from './client.js'
import { kafkaFailure, retryTransient } from './failure.js'
import { type Cluster, createCluster } from './internals.js'

export interface Connection {
  cluster: Cluster
  brokers: string[]
  /** The cluster's own id, as the brokers tell it now. */
  clusterId(): Promise<string>
  /** Closes within {@link CLOSE_MS}, whether the broker answers or not; never throws. */
  close(): Promise<void>
}

const CLOSE_MS = 1_000

/**
 * Connects, trying again until `deadlineMs` have passed.
 * @throws {SuiteError} `broker_unavailable` (69), or at once `authentication_failed`, `tls_failed` (78).
 */
export async function openConnection(
  client: KafkaClient,
  { deadlineMs = 5_000 }: { deadlineMs?: number } = {},
): Promise<Connection> {
  const cluster = createCluster(client.kafka)
  const end = systemClock.monotonic() + deadlineMs
  let attempt = Promise.resolve()
  try {
    await retryTransient(deadlineMs, async () => {
      attempt = cluster.connect()
      await within(end - systemClock.monotonic(), attempt)
      await within(end - systemClock.monotonic(), cluster.refreshMetadata())
    })
  } catch (error) {
    // An attempt that was given up may still connect later; nobody would use that connection, or close it.
    const closing = attempt.catch(() => {}).then(() => cluster.disconnect())
    closing.catch(() => {})
    throw kafkaFailure(error, client.brokers)
  }
  return {
    cluster,
    brokers: client.brokers,
    clusterId: async () => {
      await cluster.refreshMetadata()
      return cluster.brokerPool.metadata?.clusterId ?? ''
    },
    close: () => within(CLOSE_MS, cluster.disconnect()).catch(() => {}),
  }
}

/** Rejects when `work` takes longer than `ms` (at least one second, so that a late try is a try). */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), Math.max(ms, 1_000))
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
