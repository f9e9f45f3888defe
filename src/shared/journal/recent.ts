/**
 * The last few journaled records of each partition, as fingerprints.
 *
 * They answer one question at every join: is what the topic holds at these offsets still what was journaled? The
 * same offsets come again with other content when a volume is wiped or a topic made anew.
 */
import { type Fingerprint, partitionKey, RECENT_RECORDS_MAX, recordDigest } from './fingerprint.js'
import type { LastRecords } from './last-records.js'
import type { IncomingRecord } from './record.js'

export class RecentRecords {
  /** By {@link partitionKey}; ascending by offset. */
  readonly #byPartition = new Map<string, Fingerprint[]>()
  readonly #unknown = new Set<string>()

  /** Fingerprints of a partition, the highest offset first. */
  of(topic: string, partition: number): Fingerprint[] {
    return [...(this.#byPartition.get(partitionKey({ topic, partition })) ?? [])].reverse()
  }

  /** True where older records of the partition may be in the journal than were found. */
  isUnknown(topic: string, partition: number): boolean {
    return this.#unknown.has(partitionKey({ topic, partition }))
  }

  forget(topic: string, partition: number): void {
    this.#byPartition.delete(partitionKey({ topic, partition }))
    this.#unknown.delete(partitionKey({ topic, partition }))
  }

  /** Another cluster: nothing is known of its partitions. */
  clear(): void {
    this.#byPartition.clear()
    this.#unknown.clear()
  }

  /** Takes the last of `records`, which are of one partition and ascending. */
  add(records: IncomingRecord[]): void {
    const newest = records.slice(-RECENT_RECORDS_MAX)
    const [first] = newest
    if (!first) return
    const key = partitionKey(first)
    const fingerprints = newest.map((record) => ({ offset: record.offset, digest: recordDigest(record) }))
    const kept = [...(this.#byPartition.get(key) ?? []), ...fingerprints]
    this.#byPartition.set(key, kept.slice(-RECENT_RECORDS_MAX))
  }

  /** Takes what an opening journal found at its end. */
  fill(lastRecords: LastRecords[]): void {
    for (const { topic, partition, found, isUnknown } of lastRecords) {
      const key = partitionKey({ topic, partition })
      this.#byPartition.set(key, found)
      if (isUnknown) this.#unknown.add(key)
    }
  }
}
