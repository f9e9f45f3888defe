/** Names that no other test uses, so that tests can share one broker. */
import { randomBytes } from 'node:crypto'

export interface TestNames {
  topic: string
  dlqTopic: string
  /** Topic of the journal's heads. */
  heads: string
  group: string
  /** As settings in the environment of the program. */
  env: {
    KAFKA_TOPIC: string
    DLQ_TOPIC: string
    KAFKA_CONSUMER_GROUP: string
    ORDERSCOPE_JOURNAL_HEADS_TOPIC: string
  }
}

/** Fresh names for topic, dead letters and consumer group; nothing is created on the broker. */
export function testNames(): TestNames {
  const id = randomBytes(6).toString('hex')
  const topic = `orders-${id}`
  const dlqTopic = `orders-${id}-dlq`
  const heads = `orders-${id}-heads`
  const group = `group-${id}`
  return {
    topic,
    dlqTopic,
    heads,
    group,
    env: {
      KAFKA_TOPIC: topic,
      DLQ_TOPIC: dlqTopic,
      KAFKA_CONSUMER_GROUP: group,
      ORDERSCOPE_JOURNAL_HEADS_TOPIC: heads,
    },
  }
}
