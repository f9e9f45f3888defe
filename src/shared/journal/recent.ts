/**
 * The last few journaled records of each partition, as fingerprints.
 *
 * They answer one question at every join: is what the topic holds at these offsets still what was journaled? The
 * same offsets come again with other content when a volume is wiped or a topic made anew.
 */
import { hash } from 'node:crypto'
import { isRecordEntry } from '../contract/journal-entry.js'
import { journalLinesBackwards } from './backwards.js'
import { parseLine } from './line.js'
import { keyBytes, timestampMsOf, valueBytes } from './payload.js'
import type { IncomingRecord } from './record.js'
import type { JournalState } from './state.js'

/** How many records back the topic is compared with the journal. */
export const RECENT_RECORDS_MAX = 5

/** How far back an opening journal looks for the last records of a quiet partition. */
const LOOK_BACK_BYTES_MAX = 512 * 1024 * 1024

/** Event type, topic and partition of a line stand within its first bytes, so most lines need no parsing. */
const LINE_HEAD_BYTES = 512
const OPENED_MARK = '"event_type":"journal.opened"'
const CLUSTER_MARK = '"event_type":"journal.cluster"'

export interface Fingerprint {
  offset: number
  /** Over timestamp, key and value. */
  digest: string
}

export const partitionKey = (topic: string, partition: number): string => `${topic}\n${partition}`

/** What identifies a record's content: its timestamp, key and value bytes. */
export function recordDigest(record: Pick<IncomingRecord, 'timestampMs' | 'key' | 'value'>): string {
  const part = (bytes: Buffer | null): Buffer[] => [
    Buffer.from(`\n${bytes?.length ?? -1}\n`),
    bytes ?? Buffer.alloc(0),
  ]
  return hash(
    'sha256',
    Buffer.concat([Buffer.from(record.timestampMs), ...part(record.key), ...part(record.value)]),
  )
}

/** A partition whose last records are looked for. */
interface Wanted {
  /** What the head of its lines holds. */
  mark: string
  /** The newest first. */
  found: Fingerprint[]
}

export class RecentRecords {
  /** By {@link partitionKey}; ascending by offset. */
  readonly #byPartition = new Map<string, Fingerprint[]>()
  readonly #unknown = new Set<string>()

  /** Fingerprints of a partition, the highest offset first. */
  of(topic: string, partition: number): Fingerprint[] {
    return [...(this.#byPartition.get(partitionKey(topic, partition)) ?? [])].reverse()
  }

  /** True where older records of the partition may be in the journal than the look-back reached. */
  isUnknown(topic: string, partition: number): boolean {
    return this.#unknown.has(partitionKey(topic, partition))
  }

  forget(topic: string, partition: number): void {
    this.#byPartition.delete(partitionKey(topic, partition))
    this.#unknown.delete(partitionKey(topic, partition))
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
    const key = partitionKey(first.topic, first.partition)
    const fingerprints = newest.map((record) => ({ offset: record.offset, digest: recordDigest(record) }))
    const kept = [...(this.#byPartition.get(key) ?? []), ...fingerprints]
    this.#byPartition.set(key, kept.slice(-RECENT_RECORDS_MAX))
  }

  /**
   * Reads the journal backwards until each of the current cluster's partitions has its last records.
   *
   * Stops at a partition's last `journal.epoch` and at the last `journal.cluster`: what is before is other content.
   */
  fillFrom(eventsFile: string, state: JournalState): void {
    const wanted = new Map<string, Wanted>()
    for (const { cluster_id, topic, partition } of state.positions.values()) {
      if (cluster_id !== (state.clusterId ?? '')) continue
      const mark = `"kafka_topic":${JSON.stringify(topic)},"kafka_partition":${partition},`
      wanted.set(partitionKey(topic, partition), { mark, found: [] })
    }
    let isAllSeen = false
    for (const line of journalLinesBackwards(eventsFile, LOOK_BACK_BYTES_MAX)) {
      if (wanted.size === 0) return
      const head = line.toString('latin1', 0, LINE_HEAD_BYTES)
      isAllSeen = head.includes(OPENED_MARK) && parseLine(line)?.seq === 1
      if (head.includes(CLUSTER_MARK) && parseLine(line)?.event_type === 'journal.cluster') {
        isAllSeen = true
        break
      }
      for (const [key, { mark, found }] of wanted) {
        if (!head.includes(mark) || !takeLine(line, key, found)) continue
        this.#byPartition.set(key, found.reverse())
        wanted.delete(key)
      }
    }
    for (const [key, { found }] of wanted) {
      if (found.length === 0 && !isAllSeen) this.#unknown.add(key)
      this.#byPartition.set(key, found.reverse())
    }
  }
}

/** Adds the line to `found` where it is a record of partition `key`; true when nothing older is of interest. */
function takeLine(line: Buffer, key: string, found: Fingerprint[]): boolean {
  const entry = parseLine(line)
  // A payload may hold the mark as well.
  if (!entry || !('kafka_partition' in entry)) return false
  if (partitionKey(entry.kafka_topic, entry.kafka_partition) !== key) return false
  if (isRecordEntry(entry)) {
    const record = {
      timestampMs: timestampMsOf(entry),
      key: keyBytes(entry),
      value: valueBytes(line, entry),
    }
    found.push({ offset: entry.kafka_offset, digest: recordDigest(record) })
  }
  return entry.event_type === 'journal.epoch' || found.length === RECENT_RECORDS_MAX
}
