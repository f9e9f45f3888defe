/** A plain kafkajs client for tests: produces what they need and reads topics back, beside the code under test. */
import { type Admin, Kafka, logLevel, type Message } from 'kafkajs'
import { onTestFinished } from 'vitest'
import type { HeaderPair } from '../../src/shared/contract/record-headers.js'
import { type ArrivedBatch, decodeBatches } from '../../src/shared/kafka/arrived-batch.js'
import { repairKafkajs } from '../../src/shared/kafka/internals.js'
import { eventually } from './eventually.js'

export interface TopicRecord {
  partition: number
  offset: number
  timestamp: string
  key: Buffer | null
  value: Buffer | null
  /** By name; repeated ones as an array. */
  headers: Record<string, unknown>
  /** Exactly as they stand in the record. */
  headerPairs: HeaderPair[]
}

// kafkajs' own decoder gathers headers by name, and loses the order of repeated ones.
repairKafkajs()

const client = (brokers: string): Kafka =>
  new Kafka({ brokers: [brokers], clientId: 'test', logLevel: logLevel.NOTHING, retry: { retries: 8 } })

/** An admin client that is closed when the test is over. */
export async function testAdmin(brokers: string): Promise<Admin> {
  const admin = client(brokers).admin()
  await admin.connect()
  onTestFinished(() => admin.disconnect())
  return admin
}

/** Creates a topic and waits until every partition has a leader. */
export async function createTopic(brokers: string, topic: string, partitions = 3): Promise<void> {
  const admin = await testAdmin(brokers)
  await admin.createTopics({ topics: [{ topic, numPartitions: partitions }], waitForLeaders: false })
  // kafkajs' own wait for leaders fails where the broker has not heard of the topic yet.
  await eventually(
    async () => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
      // A partition can have a leader that does not know it yet, and a producer that is told so sends its batch again.
      const isLed = topics[0]?.partitions.every(({ leader }) => leader >= 0) ?? false
      return isLed && (await admin.fetchTopicOffsets(topic)).length === partitions
    },
    { message: `leaders of ${topic}` },
  )
}

/** Sends messages with acks=all, at most 500 in one request. */
export async function produce(brokers: string, topic: string, messages: Message[]): Promise<void> {
  const producer = client(brokers).producer({ allowAutoTopicCreation: false })
  await producer.connect()
  try {
    for (let from = 0; from < messages.length; from += 500) {
      await producer.send({ topic, acks: -1, messages: messages.slice(from, from + 500) })
    }
  } finally {
    await producer.disconnect()
  }
}

/** Sends messages in a transaction that is committed or aborted. */
export async function produceTransaction(
  brokers: string,
  { topic, messages, commit }: { topic: string; messages: Message[]; commit: boolean },
): Promise<void> {
  const producer = client(brokers).producer({
    transactionalId: `tx-${topic}`,
    idempotent: true,
    maxInFlightRequests: 1,
  })
  await producer.connect()
  try {
    const transaction = await producer.transaction()
    await transaction.send({ topic, messages })
    await (commit ? transaction.commit() : transaction.abort())
  } finally {
    await producer.disconnect()
  }
}

/** Every committed record of a topic, by partition and offset. */
export async function readTopic(brokers: string, topic: string): Promise<TopicRecord[]> {
  const kafka = client(brokers)
  const admin = kafka.admin()
  await admin.connect()
  const ends = await admin.fetchTopicOffsets(topic)
  await admin.disconnect()
  const waiting = new Map(
    ends.filter(({ low, high }) => low !== high).map((at) => [at.partition, Number(at.high)]),
  )
  const records: TopicRecord[] = []
  if (waiting.size === 0) return records
  const consumer = kafka.consumer({
    maxWaitTimeInMs: 100,
    groupId: `reader-${topic}-${process.hrtime.bigint()}`,
  })
  // The last offsets may be control records, which no handler ever sees.
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
    if (Number(payload.lastOffset) + 1 >= (waiting.get(payload.partition) ?? 0))
      waiting.delete(payload.partition)
  })
  await consumer.connect()
  try {
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({
      eachBatch: async ({ batch }) => {
        const { fetchedOffset, messages } = batch as unknown as {
          fetchedOffset: string
          messages: ArrivedBatch[]
        }
        const { records: fetched } = decodeBatches(messages, { from: Number(fetchedOffset) })
        for (const { offset, timestampMs, key, value, headers } of fetched) {
          const place = { partition: batch.partition, offset, timestamp: timestampMs }
          const headerPairs = [...headers]
          records.push({ ...place, key, value, headers: byName(headerPairs), headerPairs })
        }
      },
    })
    await eventually(() => waiting.size === 0, {
      deadlineMs: 60_000,
      message: () => `reading ${topic} to its end; partitions left: ${[...waiting.keys()]}`,
    })
  } finally {
    await consumer.disconnect()
  }
  return records.sort((a, b) => a.partition - b.partition || a.offset - b.offset)
}

function byName(pairs: HeaderPair[]): Record<string, unknown> {
  const headers: Record<string, unknown> = {}
  for (const [name] of pairs) {
    const values = pairs.flatMap(([each, value]) => (each === name ? [value] : []))
    headers[name] = values.length === 1 ? values[0] : values
  }
  return headers
}
