/**
 * Follows the lines of one journal and tells where in Kafka each of its records stands: cluster, topic, partition,
 * epoch. A record's own line has no cluster and no epoch; the journal's own lines before it do.
 */
import { isRecordEntry, type JournalEntry, type RecordEntry } from '../../shared/contract/journal-entry.js'
import {
  clusterAfter,
  emptyState,
  epochOf,
  listsPositions,
  positionKey,
  positionOf,
  setPosition,
} from '../../shared/journal/state.js'

/** Partition and epoch of a record. */
export interface RecordPlace {
  clusterId: string
  /** The same for records of one cluster, topic, partition and epoch, in whichever journal; no others have it. */
  key: string
}

export class RecordPlaces {
  readonly #state = emptyState()
  /** By topic and partition, until a line of the journal's own may have changed them. */
  #places = new Map<string, Map<number, RecordPlace>>()

  /** The cluster that the journal is at; null before it was told. */
  get clusterId(): string | null {
    return this.#state.clusterId
  }

  /** Takes the next line. @returns The place of a record whose cluster is known, null of any other line. */
  take(entry: JournalEntry): RecordPlace | null {
    if (isRecordEntry(entry)) return this.#state.clusterId === null ? null : this.#placeOf(entry)
    this.#places = new Map()
    this.#state.clusterId = clusterAfter(this.#state.clusterId, entry)
    if (entry.event_type === 'journal.epoch') {
      const { kafka_topic: topic, kafka_partition: partition, epoch, from_offset: from } = entry
      setPosition(this.#state, { topic, partition, epoch, next_offset: from, dlq_next: from })
    } else if (entry.event_type === 'journal.checkpoint' && listsPositions(entry)) {
      for (const listed of entry.positions) {
        const { cluster_id, topic, partition } = listed
        this.#state.positions.set(positionKey(cluster_id || null, topic, partition), { ...listed })
      }
    }
    return null
  }

  #placeOf({
    kafka_topic: topic,
    kafka_partition: partition,
    kafka_offset: offset,
  }: RecordEntry): RecordPlace {
    let partitions = this.#places.get(topic)
    if (!partitions) {
      partitions = new Map()
      this.#places.set(topic, partitions)
    }
    let place = partitions.get(partition)
    if (!place) {
      const clusterId = this.#state.clusterId ?? ''
      const known = positionOf(this.#state, topic, partition)
      const epoch = known?.epoch ?? epochOf(this.#state, topic, partition)
      if (!known) setPosition(this.#state, { topic, partition, epoch, next_offset: offset, dlq_next: offset })
      place = { clusterId, key: `${positionKey(clusterId, topic, partition)}\n${epoch}` }
      partitions.set(partition, place)
    }
    return place
  }
}
