/** A publisher that writes down what it is told, for comparing with the topic. */
import { onTestFinished } from 'vitest'
import { createKafka, type KafkaClient } from '../../src/shared/kafka/client.js'
import {
  type Delivery,
  type LinkState,
  openPublisher,
  type Publisher,
  type PublisherOptions,
} from '../../src/shared/kafka/publisher.js'
import { readTopic } from './kafka.js'

/** A client that is broken off when the test is over. */
export const clientOf = (brokers: string): KafkaClient => {
  const client = createKafka(
    {
      brokers: [brokers],
      clientId: 'test',
      tlsEnabled: false,
      tlsCaFile: null,
      tlsCertFile: null,
      tlsKeyFile: null,
      saslMechanism: null,
      saslUsername: null,
      saslPassword: null,
    },
    { service: 'test' },
  )
  onTestFinished(() => client.abandon())
  return client
}

export interface Recorded {
  publisher: Publisher<string>
  deliveries: Delivery<string>[]
  states: LinkState[]
  /** Publishes records whose value and context are their name. */
  publish(...names: string[]): void
  settled(): Promise<boolean>
}

/** A publisher on `topic` that writes down what it is told. */
export async function recorded(
  brokers: string,
  topic: string,
  options: Partial<PublisherOptions<string>> = {},
): Promise<Recorded> {
  const deliveries: Delivery<string>[] = []
  const states: LinkState[] = []
  const publisher = await openPublisher<string>({
    client: clientOf(brokers),
    topic,
    onDelivery: (delivery) => void deliveries.push(delivery),
    onLink: (state) => void states.push(state),
    onFault: (error) => {
      throw error
    },
    ...options,
  })
  onTestFinished(() => publisher.close())
  return {
    publisher,
    deliveries,
    states,
    publish: (...names) => {
      for (const name of names)
        publisher.publish({ key: name, value: name, headers: [], timestamp: Date.now() }, name)
    },
    settled: () => publisher.flush(AbortSignal.timeout(30_000)),
  }
}

/** Name by place, as the delivery reports tell it. */
export const reported = (deliveries: Delivery<string>[]): [string, string][] =>
  deliveries
    .flatMap((delivery) =>
      delivery.outcome === 'delivered'
        ? delivery.contexts.map((name, index): [string, string] => [
            `${delivery.partition}/${delivery.baseOffset + index}`,
            name,
          ])
        : [],
    )
    .sort()

/** Value of the record that takes an identity away, see `fence`. */
export const FENCE = 'fence'

/** Name by place, as the topic has it; without such records. */
export const stored = async (brokers: string, topic: string): Promise<[string, string][]> =>
  (await readTopic(brokers, topic))
    .map((record): [string, string] => [`${record.partition}/${record.offset}`, String(record.value)])
    .filter(([, name]) => name !== FENCE)
    .sort()
