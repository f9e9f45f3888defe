/**
 * Knows each topic by its id: one that is deleted and made anew has the same name and offsets, and another id.
 *
 * What a fetch shows nothing of (the new topic is as long as the old one was read) shows here within {@link EVERY_MS}.
 * Brokers before Kafka 2.8 tell no ids; there the content alone decides.
 */
import type { Connection } from '../shared/kafka/connection.js'
import type { PartitionRef } from '../shared/kafka/consumer.js'
import { readTopicIds } from '../shared/kafka/topic-ids.js'
import { systemClock } from '../shared/runtime/clock.js'
import { refKey } from './ref-key.js'

const EVERY_MS = 5_000

export class TopicWatch {
  readonly #topics: string[]
  #ids = new Map<string, string>()
  /** By {@link refKey}: the id of the topic when the partition was settled last. */
  readonly #settled = new Map<string, string>()
  #readAt = Number.NEGATIVE_INFINITY

  constructor(topics: string[]) {
    this.#topics = topics
  }

  /** Asks for the ids now. */
  async read(connection: Connection): Promise<void> {
    this.#readAt = systemClock.monotonic()
    this.#ids = await readTopicIds(connection, this.#topics)
  }

  /** True where the partition was settled on a topic that is not there any more. */
  isReplaced(ref: PartitionRef): boolean {
    const before = this.#settled.get(refKey(ref))
    const now = this.#ids.get(ref.topic)
    return before !== undefined && now !== undefined && before !== now
  }

  /** The journal's position of the partition is one of the topic that was read last. */
  settled(ref: PartitionRef): void {
    const id = this.#ids.get(ref.topic)
    if (id !== undefined) this.#settled.set(refKey(ref), id)
  }

  /** To be called now and then: asks where it is time to, and says which of `partitions` are to be settled anew. */
  async look(connection: Connection, partitions: PartitionRef[]): Promise<PartitionRef[]> {
    if (systemClock.monotonic() - this.#readAt < EVERY_MS) return []
    // A broker that does not answer is noticed elsewhere.
    await this.read(connection).catch(() => {})
    return partitions.filter((ref) => this.isReplaced(ref))
  }
}
