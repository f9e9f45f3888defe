/** A consumer in its group, against a real broker. */
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { createKafka } from '../../src/shared/kafka/client.js'
import { startConsumer } from '../../src/shared/kafka/consumer.js'
import { loadSettings } from '../../src/shared/runtime/config/load.js'
import { sharedBrokers } from '../support/broker.js'
import { eventually } from '../support/eventually.js'
import { createTopic, testAdmin } from '../support/kafka.js'
import { tempDir } from '../support/temp-dir.js'
import { testNames } from '../support/topic.js'

/** What a fetch waits for at the end of a topic, less what a busy machine may take to answer a request. */
const WAITED_MS = 400

test('a consumer that waits for records stops without waiting for them, and is out of its group', async () => {
  const brokers = sharedBrokers()
  const { topic, group, env } = testNames()
  await createTopic(brokers, topic)
  const admin = await testAdmin(brokers)
  // A new broker loads its groups first, which ends a consumer.
  const isReady = () =>
    admin.fetchOffsets({ groupId: group, topics: [topic] }).then(
      () => true,
      () => false,
    )
  await eventually(isReady, { message: 'the coordinator of the group is ready' })
  const { settings } = loadSettings({ env: { ...env, KAFKA_BROKERS: brokers }, cwd: tempDir() })
  const took: number[] = []
  for (let turn = 0; turn < 3; turn += 1) {
    const client = createKafka(settings, { service: 'test' })
    onTestFinished(() => client.abandon())
    const fetches = new EventTarget()
    const life = await startConsumer(client, settings, {
      onAssigned: (assignment) => assignment.map(() => null),
      onBatch: async () => {},
      onPassedOver: () => {},
      onFetch: () => fetches.dispatchEvent(new Event('answered')),
    })
    await Promise.race([once(fetches, 'answered'), life.ended.then((error) => Promise.reject(error))])
    // An answer that comes later: the next fetch is under way by then.
    await life.members()
    const startedAt = performance.now()
    await life.stop(5_000)
    took.push(performance.now() - startedAt)
    client.abandon()
    const { groups } = await admin.describeGroups([group])
    expect(groups[0]).toMatchObject({ state: 'Empty', members: [] })
  }
  expect(Math.min(...took)).toBeLessThan(WAITED_MS)
})
