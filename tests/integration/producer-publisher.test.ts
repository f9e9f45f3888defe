/**
 * The publisher against a real broker: what it reports is what is on the topic, whatever happens in between.
 *
 * Lost answers come from a relay; a lost identity from somebody else who sends under it with a higher epoch.
 */
import kafkajs from 'kafkajs'
import { expect, onTestFinished, test } from 'vitest'
import { openConnection } from '../../src/shared/kafka/connection.js'
import type { Broker } from '../../src/shared/kafka/internals.js'
import { readPartitionEnds } from '../../src/shared/kafka/offsets.js'
import { RecordBatch } from '../../src/shared/kafka/record-batch.js'
import { fetchBatches, produce } from '../../src/shared/kafka/wire.js'
import { ownBroker, sharedBrokers } from '../support/broker.js'
import { eventually } from '../support/eventually.js'
import { createTopic, readTopic, testAdmin } from '../support/kafka.js'
import { kafkaProxy } from '../support/kafka-proxy.js'
import { clientOf, FENCE, recorded, reported, stored } from '../support/publisher.js'
import { testNames } from '../support/topic.js'

/** The broker that leads everything, and the ends of the topic, past any relay. */
async function besideIt(brokers: string, topic: string): Promise<{ leader: Broker; end(): Promise<number> }> {
  const connection = await openConnection(clientOf(brokers))
  onTestFinished(() => connection.close())
  const leader = await connection.cluster.findControllerBroker()
  return { leader, end: async () => (await readPartitionEnds(connection, [topic]))[0]!.end }
}

/** Sends one record under the identity of the last batch, one epoch on: the broker refuses that identity from then on. */
async function fence(leader: Broker, topic: string): Promise<void> {
  const { batches } = await fetchBatches(leader, { topic, partition: 0, offset: 0, bytesMax: 1_000_000 })
  const { producerId, epoch } = batches.at(-1)!
  const batch = new RecordBatch()
  batch.append({ key: null, value: FENCE, headers: [], timestamp: Date.now() }, 100)
  const answer = await produce(leader, {
    topic,
    partition: 0,
    batch: batch.seal({ producerId, epoch: epoch + 1 }, 0),
  })
  expect(answer.errorCode).toBe(0)
}

test('reports the place of every record, several batches to a partition', async () => {
  const brokers = sharedBrokers()
  const { topic } = testNames()
  await createTopic(brokers, topic, 3)
  const { publish, settled, deliveries, publisher } = await recorded(brokers, topic, { batchBytesMax: 1_000 })
  const names = Array.from({ length: 1_000 }, (_, index) => `record-${index}`)
  publish(...names)

  expect(await settled()).toBe(true)
  expect(deliveries.length).toBeGreaterThan(20)
  expect(publisher.counts()).toEqual({ deliveredTotal: 1_000, failedTotal: 0, unknownTotal: 0, buffered: 0 })
  expect(reported(deliveries)).toEqual(await stored(brokers, topic))
  const partition = kafkajs.Partitioners.DefaultPartitioner()
  const metadata = [0, 1, 2].map((partitionId) => ({ partitionId, leader: 1 })) as never
  for (const [place, name] of reported(deliveries)) {
    const expected = partition({ topic, partitionMetadata: metadata, message: { key: name, value: name } })
    expect(place.split('/')[0]).toBe(String(expected))
  }
})

test('an answer that was lost is asked for again, and the record is there once', async () => {
  const brokers = sharedBrokers()
  const { topic } = testNames()
  await createTopic(brokers, topic, 1)
  const proxy = await kafkaProxy(brokers)
  const { end } = await besideIt(brokers, topic)
  const { publish, settled, deliveries, states } = await recorded(proxy.brokers, topic)
  publish('first')
  await settled()

  proxy.loseAnswers()
  publish('second')
  await eventually(async () => (await end()) === 2, { message: 'the second record is on the topic' })
  expect(deliveries).toHaveLength(1)
  proxy.relay()
  proxy.cut()
  publish('third')

  expect(await settled()).toBe(true)
  expect(reported(deliveries)).toEqual([
    ['0/0', 'first'],
    ['0/1', 'second'],
    ['0/2', 'third'],
  ])
  expect(await stored(brokers, topic)).toEqual(reported(deliveries))
  // A moment without connection is not worth a line.
  expect(states).toEqual([])
})

test('a record in doubt whose identity is lost is looked for and found, not sent again', async () => {
  const brokers = sharedBrokers()
  const { topic } = testNames()
  await createTopic(brokers, topic, 1)
  const proxy = await kafkaProxy(brokers)
  const { end, leader } = await besideIt(brokers, topic)
  const { publish, settled, deliveries } = await recorded(proxy.brokers, topic)
  publish('first')
  await settled()

  proxy.loseAnswers()
  publish('second')
  await eventually(async () => (await end()) === 2, { message: 'the second record is on the topic' })
  await fence(leader, topic)
  proxy.relay()
  proxy.cut()
  expect(await settled()).toBe(true)
  publish('third')
  expect(await settled()).toBe(true)

  expect(reported(deliveries)).toEqual([
    ['0/0', 'first'],
    ['0/1', 'second'],
    ['0/3', 'third'],
  ])
  expect(await stored(brokers, topic)).toEqual(reported(deliveries))
})

test('a record that never arrived is sent again under a new identity', async () => {
  const brokers = sharedBrokers()
  const { topic } = testNames()
  await createTopic(brokers, topic, 1)
  const { leader } = await besideIt(brokers, topic)
  const { publish, settled, deliveries } = await recorded(brokers, topic)
  publish('first')
  await settled()
  await fence(leader, topic)
  publish('second')

  expect(await settled()).toBe(true)
  expect(reported(deliveries)).toEqual([
    ['0/0', 'first'],
    ['0/2', 'second'],
  ])
  expect(await stored(brokers, topic)).toEqual(reported(deliveries))
})

test('where the topic takes less than before, batches are split and only what is too large alone fails', async () => {
  const brokers = sharedBrokers()
  const { topic } = testNames()
  await createTopic(brokers, topic, 1)
  const { publish, settled, deliveries, publisher } = await recorded(brokers, topic)
  const admin = await testAdmin(brokers)
  await admin.alterConfigs({
    validateOnly: false,
    resources: [
      {
        type: kafkajs.ConfigResourceTypes.TOPIC,
        name: topic,
        configEntries: [{ name: 'max.message.bytes', value: '2000' }],
      },
    ],
  })
  const names = Array.from({ length: 200 }, (_, index) => `record-${index}-`.padEnd(100, 'x'))
  const huge = 'huge-'.padEnd(3_000, 'x')
  publish(...names.slice(0, 120), huge, ...names.slice(120))

  expect(await settled()).toBe(true)
  expect(publisher.counts()).toEqual({ deliveredTotal: 200, failedTotal: 1, unknownTotal: 0, buffered: 0 })
  const failed = deliveries.filter(({ outcome }) => outcome === 'failed')
  expect(failed).toEqual([expect.objectContaining({ code: 'message_too_large', contexts: [huge] })])
  expect(reported(deliveries)).toEqual(await stored(brokers, topic))
  const inOrder = (await readTopic(brokers, topic)).map(({ value }) => String(value))
  expect(inOrder).toEqual(names)
})

test('the buffer has a bound, and room again once the broker takes records', async () => {
  const broker = await ownBroker()
  const { topic } = testNames()
  await createTopic(broker.brokers, topic, 1)
  const { publisher, publish, settled, deliveries, states } = await recorded(broker.brokers, topic, {
    bufferBytesMax: 10_000,
  })
  publish('before')
  await settled()
  await broker.kill()
  let published = 1
  while (publisher.hasRoom) {
    publish(`waiting-${published}`)
    published += 1
  }
  expect(publisher.counts().buffered).toBe(published - 1)
  await eventually(() => states.length === 1, { message: 'the outage is told' })
  expect(states[0]).toEqual({ state: 'down', reason: expect.stringContaining('ECONNREFUSED') })

  await broker.start()
  await publisher.room(AbortSignal.timeout(30_000))
  expect(publisher.hasRoom).toBe(true)
  expect(await settled()).toBe(true)
  expect(states[1]).toEqual({ state: 'up', downMs: expect.any(Number) })
  expect(states).toHaveLength(2)
  expect(reported(deliveries)).toEqual(await stored(broker.brokers, topic))
  expect(publisher.counts().deliveredTotal).toBe(published)
})

test('closing without an answer tells what is unknown and what was never sent', async () => {
  const brokers = sharedBrokers()
  const { topic } = testNames()
  await createTopic(brokers, topic, 1)
  const proxy = await kafkaProxy(brokers)
  const { end } = await besideIt(brokers, topic)
  const { publisher, publish, settled, deliveries } = await recorded(proxy.brokers, topic)
  publish('first')
  await settled()
  proxy.loseAnswers()
  publish('on its way')
  await eventually(async () => (await end()) === 2, { message: 'the record is on the topic' })
  publish('waiting')

  expect(await publisher.flush(AbortSignal.timeout(200))).toBe(false)
  await publisher.close()
  expect(deliveries.slice(1)).toEqual([
    { topic, partition: 0, contexts: ['on its way'], outcome: 'unknown' },
    {
      topic,
      partition: 0,
      contexts: ['waiting'],
      outcome: 'failed',
      code: 'not_sent',
      message: expect.any(String),
    },
  ])
  expect(publisher.counts()).toEqual({ deliveredTotal: 1, failedTotal: 1, unknownTotal: 1, buffered: 0 })
})
