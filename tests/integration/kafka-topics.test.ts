/** Topics and offsets against a real broker. */
import kafkajs from 'kafkajs'
import { expect, onTestFinished, test } from 'vitest'
import { createKafka, type KafkaClient } from '../../src/shared/kafka/client.js'
import { type Connection, openConnection } from '../../src/shared/kafka/connection.js'
import { readCommitted, readPartitionEnds } from '../../src/shared/kafka/offsets.js'
import { readTopicIds } from '../../src/shared/kafka/topic-ids.js'
import { describeTopics, ensureTopics } from '../../src/shared/kafka/topics.js'
import { loadSettings } from '../../src/shared/runtime/config/load.js'
import { sharedBrokers } from '../support/broker.js'
import { eventually } from '../support/eventually.js'
import { createTopic, produce, produceTransaction, testAdmin } from '../support/kafka.js'
import { tempDir } from '../support/temp-dir.js'
import { testNames } from '../support/topic.js'

function setUp() {
  const names = testNames()
  const env = { ...names.env, KAFKA_BROKERS: sharedBrokers() }
  const { settings } = loadSettings({ env, cwd: tempDir() })
  const client: KafkaClient = createKafka(settings, { service: 'test' })
  onTestFinished(() => client.abandon())
  return { ...names, settings, client, brokers: sharedBrokers() }
}

async function connected(client: KafkaClient): Promise<Connection> {
  const connection = await openConnection(client)
  onTestFinished(() => connection.close())
  return connection
}

const records = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ key: `${index}`, value: 'v' }))

test('creates the topics of orders, dead letters and heads as set, once', async () => {
  const { client, settings, topic, dlqTopic } = setUp()
  const created = await ensureTopics(client, settings)
  expect(created.map(({ config: _, ...report }) => report)).toEqual([
    { topic, partitions: 3, replication: 1, messageBytesMax: 1_048_588, created: true, differences: [] },
    {
      topic: dlqTopic,
      partitions: 1,
      replication: 1,
      messageBytesMax: 1_048_588 + 65_536,
      created: true,
      differences: [],
    },
    {
      topic: settings.headsTopic,
      partitions: 1,
      replication: 1,
      messageBytesMax: 1_048_588,
      created: true,
      differences: [],
    },
  ])
  expect(created[0]?.config).toMatchObject({ 'cleanup.policy': 'delete', 'retention.ms': '604800000' })
  const again = await ensureTopics(client, settings)
  expect(again.map((report) => [report.created, report.differences])).toEqual([
    [false, []],
    [false, []],
    [false, []],
  ])
})

test('alters nothing that is there, and tells how it differs', async () => {
  const { client, settings, topic, brokers } = setUp()
  await createTopic(brokers, topic, 2)
  const [report] = await ensureTopics(client, { ...settings, topicRetentionMs: 1_000 })
  expect(report).toMatchObject({
    created: false,
    partitions: 2,
    differences: [
      { name: 'partitions', wanted: '3', found: '2' },
      { name: 'retention.ms', wanted: '1000', found: '604800000' },
    ],
  })
  expect((await describeTopics(client, [topic]))[0]?.partitions).toBe(2)
})

test('a dead-letter topic that takes larger records will do, one that takes smaller ones is told', async () => {
  const { client, settings, dlqTopic, brokers } = setUp()
  const admin = await testAdmin(brokers)
  const create = (topic: string, bytes: number) =>
    admin.createTopics({
      topics: [
        { topic, numPartitions: 1, configEntries: [{ name: 'max.message.bytes', value: `${bytes}` }] },
      ],
    })
  const differences = async (topic: string) =>
    (await ensureTopics(client, { ...settings, dlqTopic: topic })).find((report) => report.topic === topic)
      ?.differences
  await create(dlqTopic, 5_000_000)
  expect(await differences(dlqTopic)).toEqual([])
  await create(`${dlqTopic}-small`, 1_000_000)
  expect(await differences(`${dlqTopic}-small`)).toEqual([
    { name: 'max.message.bytes', wanted: '1114124', found: '1000000' },
  ])
})

test('a topic that takes records above what a journal line holds is refused, 78', async () => {
  const { client, settings, topic, brokers } = setUp()
  const admin = await testAdmin(brokers)
  const configEntries = [{ name: 'max.message.bytes', value: String(40 * 1024 * 1024 + 1) }]
  await admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries }] })
  await expect(ensureTopics(client, settings)).rejects.toMatchObject({
    code: 'topic_too_large',
    exit: 78,
    message: expect.stringContaining('41943041'),
  })
})

test('a topic that the broker refuses to create is a matter of configuration', async () => {
  const { client, settings, topic } = setUp()
  // Two names that differ in "." and "_" only collide in Kafka's metrics.
  await ensureTopics(client, { ...settings, topics: [`${topic}.x`] })
  await expect(ensureTopics(client, { ...settings, topics: [`${topic}_x`] })).rejects.toMatchObject({
    code: 'topic_refused',
    exit: 78,
  })
})

test('describes the topics that are there and leaves out the others', async () => {
  const { client, topic, brokers } = setUp()
  await createTopic(brokers, topic, 4)
  const found = await describeTopics(client, ['not-there', topic])
  expect(found.map((description) => [description.topic, description.partitions])).toEqual([[topic, 4]])
})

test('an open transaction holds the end back, and an aborted one moves it on', async () => {
  const { client, topic, brokers } = setUp()
  await createTopic(brokers, topic, 1)
  const connection = await connected(client)
  await produce(brokers, topic, records(3))
  const kafka = new kafkajs.Kafka({ brokers: [brokers], logLevel: kafkajs.logLevel.NOTHING })
  const producer = kafka.producer({ transactionalId: topic, idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  onTestFinished(() => producer.disconnect())
  const transaction = await producer.transaction()
  await transaction.send({ topic, messages: records(2) })

  expect(await readPartitionEnds(connection, [topic])).toEqual([{ topic, partition: 0, earliest: 0, end: 3 }])
  await transaction.abort()
  // Two records and the marker of the abort.
  await expect
    .poll(() => readPartitionEnds(connection, [topic]))
    .toEqual([{ topic, partition: 0, earliest: 0, end: 6 }])
})

test('tells the earliest that is still there, and partitions added since', async () => {
  const { client, topic, brokers } = setUp()
  await createTopic(brokers, topic, 1)
  const connection = await connected(client)
  await produce(brokers, topic, records(5))
  await readPartitionEnds(connection, [topic])
  const admin = await testAdmin(brokers)
  // kafkajs deletes records only of a topic that it has met.
  await admin.fetchTopicOffsets(topic)
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '4' }] })
  await admin.createPartitions({ topicPartitions: [{ topic, count: 2 }] })

  await expect
    .poll(() => readPartitionEnds(connection, [topic], { deadlineMs: 5_000 }))
    .toEqual([
      { topic, partition: 0, earliest: 4, end: 5 },
      { topic, partition: 1, earliest: 0, end: 0 },
    ])
})

test('tells what a group committed, with its metadata, and null where nothing', async () => {
  const { client, topic, group, brokers } = setUp()
  await createTopic(brokers, topic, 2)
  const connection = await connected(client)
  await produceTransaction(brokers, { topic, messages: records(4), commit: true })
  const admin = await testAdmin(brokers)
  await admin.setOffsets({ groupId: group, topic, partitions: [{ partition: 1, offset: '2' }] })

  expect(await readCommitted(connection, group, [topic], { deadlineMs: 10_000 })).toEqual([
    { topic, partition: 0, offset: null, metadata: null },
    { topic, partition: 1, offset: 2, metadata: null },
  ])
})

test('a topic that is not there is named', async () => {
  const { client } = setUp()
  const connection = await connected(client)
  await expect(readPartitionEnds(connection, ['not-there'])).rejects.toMatchObject({
    code: 'topic_missing',
    exit: 69,
    message: expect.stringContaining('not-there'),
  })
})

test('tells the id of the cluster', async () => {
  const { client, brokers } = setUp()
  const admin = await testAdmin(brokers)
  const { clusterId } = await admin.describeCluster()
  expect(await (await connected(client)).clusterId()).toBe(clusterId)
})

test('a topic that is deleted and made anew has another id, and one that is not there has none', async () => {
  const { client, brokers, topic } = setUp()
  await createTopic(brokers, topic, 1)
  const connection = await connected(client)
  const before = await readTopicIds(connection, [topic, 'not-there'])
  expect([...before]).toEqual([[topic, expect.stringMatching(/^[0-9a-f]{32}$/)]])
  const admin = await testAdmin(brokers)
  await admin.deleteTopics({ topics: [topic] })
  await eventually(async () => (await readTopicIds(connection, [topic])).size === 0, {
    message: 'it is gone',
  })
  await createTopic(brokers, topic, 1)
  const after = await readTopicIds(connection, [topic])
  expect(after.get(topic)).toMatch(/^[0-9a-f]{32}$/)
  expect(after.get(topic)).not.toBe(before.get(topic))
})
