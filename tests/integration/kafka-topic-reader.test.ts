/** Reading topics without a group, against a real broker. */
import { CompressionTypes, Kafka, logLevel } from 'kafkajs'
import { expect, onTestFinished, test } from 'vitest'
import { createKafka } from '../../src/shared/kafka/client.js'
import { type Jump, type ReadTopicsOptions, readTopics } from '../../src/shared/kafka/topic-reader.js'
import { loadSettings } from '../../src/shared/runtime/config/load.js'
import { ownBroker, sharedBrokers } from '../support/broker.js'
import { eventually } from '../support/eventually.js'
import { createTopic, produce, produceTransaction, testAdmin } from '../support/kafka.js'
import { tempDir } from '../support/temp-dir.js'
import { testNames } from '../support/topic.js'

type Options = Omit<ReadTopicsOptions, 'topics'>

function setUp(brokers = sharedBrokers()) {
  const { topic, env } = testNames()
  const { settings } = loadSettings({ env: { ...env, KAFKA_BROKERS: brokers }, cwd: tempDir() })
  const client = createKafka(settings, { service: 'test' })
  const stop = new AbortController()
  onTestFinished(() => {
    stop.abort()
    client.abandon()
  })
  const found: string[] = []
  const read = async (options: Options): Promise<void> => {
    for await (const { partition, records } of readTopics(client, {
      topics: [topic],
      signal: stop.signal,
      ...options,
    }))
      for (const { offset, value } of records) found.push(`${partition}@${offset} ${value}`)
  }
  return { brokers, topic, client, found, stop, read }
}

const values = (from: number, to: number, partition = 0) =>
  Array.from({ length: to - from + 1 }, (_, index) => ({ value: `v${from + index}`, partition }))

test('reads every partition from its beginning to the end that it had, in order', async () => {
  const { brokers, topic, found, read } = setUp()
  await createTopic(brokers, topic, 3)
  for (const partition of [0, 1, 2]) await produce(brokers, topic, values(0, 199, partition))
  await read({ from: 'earliest', until: 'end' })
  for (const partition of [0, 1, 2]) {
    const wanted = Array.from({ length: 200 }, (_, offset) => `${partition}@${offset} v${offset}`)
    expect(found.filter((line) => line.startsWith(`${partition}@`))).toEqual(wanted)
  }
  expect(found).toHaveLength(600)
})

test('begins so many offsets before the end, or at a moment, and stops at one', async () => {
  const { brokers, topic, found, read } = setUp()
  await createTopic(brokers, topic, 1)
  const hourAgoMs = Date.now() - 3_600_000
  const at = (n: number) => String(hourAgoMs + n * 1_000)
  await produce(
    brokers,
    topic,
    Array.from({ length: 10 }, (_, n) => ({ value: `v${n}`, timestamp: at(n) })),
  )
  await read({ from: { last: 2 }, until: 'end' })
  expect(found.splice(0)).toEqual(['0@8 v8', '0@9 v9'])
  await read({ from: { timeMs: Number(at(4)) - 1 }, until: { timeMs: Number(at(6)) } })
  expect(found.splice(0)).toEqual(['0@4 v4', '0@5 v5'])
  await read({ from: { timeMs: Number(at(99)) }, until: 'end' })
  expect(found).toEqual([])
})

test('goes on with what comes, from the latest, until a moment that is still to come', async () => {
  const { brokers, topic, found, read } = setUp()
  await createTopic(brokers, topic, 1)
  await produce(brokers, topic, values(0, 4))
  const timeMs = Date.now() + 3_000
  const reading = read({ from: 'latest', until: { timeMs } })
  await eventually(
    async () => {
      await produce(brokers, topic, [{ value: 'new' }])
      return found.length > 0
    },
    { message: 'a record that came later', everyMs: 200 },
  )
  await reading
  expect(Date.now()).toBeGreaterThanOrEqual(timeMs)
  expect(found[0]).toMatch(/^0@\d+ new$/)
})

test('leaves out aborted and control records, also of transactions that overlap', async () => {
  const { brokers, topic, found, read } = setUp()
  await createTopic(brokers, topic, 1)
  const kafka = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING })
  const transactions = []
  for (const name of ['first', 'second']) {
    const producer = kafka.producer({
      transactionalId: `${topic}-${name}`,
      idempotent: true,
      maxInFlightRequests: 1,
    })
    await producer.connect()
    onTestFinished(() => producer.disconnect())
    transactions.push(await producer.transaction())
    await transactions.at(-1)?.send({ topic, messages: [{ value: `aborted ${name}` }] })
  }
  await transactions[1]?.abort()
  await transactions[0]?.send({ topic, messages: [{ value: 'aborted later' }] })
  await transactions[0]?.abort()
  await produceTransaction(brokers, { topic, messages: [{ value: 'committed' }], commit: true })
  await produceTransaction(brokers, { topic, messages: [{ value: 'aborted last' }], commit: false })
  await produce(brokers, topic, [{ value: 'plain' }])
  // A broker answers the end of a transaction before it has written the marker: offsets differ, and the end comes later.
  const isAllRead = async (): Promise<boolean> => {
    found.splice(0)
    await read({ from: 'earliest', until: 'end' })
    return found.some((record) => record.endsWith('plain'))
  }
  await eventually(isAllRead, { message: 'the record behind all transactions' })
  expect(found.map((record) => record.split(' ')[1])).toEqual(['committed', 'plain'])
})

test('reads compressed batches, from inside of one too', async () => {
  const { brokers, topic, found, read } = setUp()
  await createTopic(brokers, topic, 1)
  const producer = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING }).producer()
  await producer.connect()
  onTestFinished(() => producer.disconnect())
  await producer.send({ topic, messages: values(0, 9), compression: CompressionTypes.GZIP })
  await read({ from: { last: 3 }, until: 'end' })
  expect(found).toEqual(['0@7 v7', '0@8 v8', '0@9 v9'])
})

test('finds partitions that are added while it reads', async () => {
  const { brokers, topic, found, read, stop } = setUp()
  await createTopic(brokers, topic, 1)
  const reading = read({ from: 'latest', metadataAgeMs: 200 })
  const admin = await testAdmin(brokers)
  await admin.createPartitions({ topicPartitions: [{ topic, count: 2 }] })
  await eventually(() => produce(brokers, topic, [{ value: 'there', partition: 1 }]).then(() => true), {
    message: 'the new partition takes records',
  })
  await eventually(() => found.includes('1@0 there'), {
    message: () => `the new partition is read; ${found}`,
  })
  stop.abort()
  await reading
})

test('a topic that was made anew is read from its beginning, and says so', async () => {
  const { brokers, topic, found, read, stop } = setUp()
  await createTopic(brokers, topic, 1)
  await produce(brokers, topic, values(0, 9))
  const jumps: Jump[] = []
  const reading = read({ from: 'earliest', onJump: (jump) => jumps.push(jump) })
  await eventually(() => found.length === 10, { message: 'the first ten' })
  const admin = await testAdmin(brokers)
  await admin.deleteTopics({ topics: [topic] })
  await eventually(() => createTopic(brokers, topic, 1).then(() => true), {
    message: 'the topic is made anew',
  })
  await produce(brokers, topic, [{ value: 'anew' }])
  await eventually(() => found.at(-1) === '0@0 anew', {
    message: () => `the new record; last ${found.at(-1)}`,
  })
  expect(jumps).toEqual([{ topic, partition: 0, from: 10, to: 0 }])
  expect(found).toHaveLength(11)
  stop.abort()
  await reading
})

test('leaves no group behind, ends soon at its signal, and names a topic that is not there', async () => {
  const { brokers, topic, client, read, stop } = setUp((await ownBroker()).brokers)
  await expect(read({ from: 'earliest' })).rejects.toMatchObject({ code: 'topic_missing', exit: 69 })
  await createTopic(brokers, topic, 2)
  await produce(brokers, topic, values(0, 9))
  const batches = readTopics(client, { topics: [topic], from: 'earliest', signal: stop.signal })
  expect((await batches.next()).value).toMatchObject({ topic, partition: 0, next: 10, end: 10 })
  const waiting = batches.next()
  const askedAt = performance.now()
  stop.abort()
  expect(await waiting).toEqual({ done: true, value: undefined })
  expect(performance.now() - askedAt).toBeLessThan(2_000)
  expect((await (await testAdmin(brokers)).listGroups()).groups).toEqual([])
})
