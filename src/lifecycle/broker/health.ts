/** Whether a broker answers: asked of the broker itself, through the client that everything else uses. */
import { createKafka, type KafkaSettings } from '../../shared/kafka/client.js'
import { openConnection } from '../../shared/kafka/connection.js'
import { SuiteError } from '../../shared/runtime/errors.js'

/**
 * True when the brokers answer a metadata request with a cluster id; false where nobody answers yet.
 * @throws {SuiteError} where waiting does not help: credentials, TLS, permissions (78).
 */
export async function answers(settings: KafkaSettings, brokers: string[]): Promise<boolean> {
  const client = createKafka({ ...settings, brokers }, { service: 'up' })
  try {
    const connection = await openConnection(client, { deadlineMs: 0 })
    try {
      return (await connection.clusterId()) !== ''
    } finally {
      await connection.close()
    }
  } catch (error) {
    if (error instanceof SuiteError && error.code !== 'broker_unavailable') throw error
    return false
  } finally {
    client.abandon()
  }
}
