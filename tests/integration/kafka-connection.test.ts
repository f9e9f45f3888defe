import { expect, onTestFinished, test } from 'vitest'
import { createKafka } from '../../src/shared/kafka/client.js'
import { openConnection } from '../../src/shared/kafka/connection.js'
import { loadSettings } from '../../src/shared/runtime/config/load.js'
import { sharedBrokers } from '../support/broker.js'
import { eventually } from '../support/eventually.js'
import { kafkaProxy } from '../support/kafka-proxy.js'
import { tempDir } from '../support/temp-dir.js'

test('an attempt that was given up leaves no connection behind when it succeeds late', async () => {
  const proxy = await kafkaProxy(sharedBrokers())
  const { settings } = loadSettings({ env: { KAFKA_BROKERS: proxy.brokers, ORDERSCOPE_DIR: tempDir() } })
  const client = createKafka(settings, { service: 'test' })
  onTestFinished(() => client.abandon())
  proxy.loseAnswers()

  await expect(openConnection(client, { deadlineMs: 0 })).rejects.toMatchObject({
    code: 'broker_unavailable',
  })
  const { made } = proxy.connections
  proxy.relay()

  await eventually(() => proxy.connections.made > made && proxy.connections.open === 0, {
    deadlineMs: 20_000,
    message: () => `the late connection is closed; ${JSON.stringify(proxy.connections)}`,
  })
})
