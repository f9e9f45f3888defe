/**
 * How far each partition was fetched beyond its last journaled record: offsets that hold nothing for the journal
 * (control and aborted records, compacted ones). They become a `journal.gap` when it is time to say so.
 */
import type { Draft } from './draft.js'
import { type JournalState, listedPositions, type PartitionRef, positionKey } from './state.js'

export class Reached {
  /** By position key: every offset below was fetched. */
  readonly #next = new Map<string, number>()

  /** Notes that everything below `next` was fetched. */
  note({ clusterId }: JournalState, { topic, partition }: PartitionRef, next: number): void {
    const key = positionKey(clusterId, topic, partition)
    if (next > (this.#next.get(key) ?? 0)) this.#next.set(key, next)
  }

  /** The offsets of a partition begin anew. */
  forget({ clusterId }: JournalState, { topic, partition }: PartitionRef): void {
    this.#next.delete(positionKey(clusterId, topic, partition))
  }

  /** The offsets of every partition begin anew. */
  clear(): void {
    this.#next.clear()
  }

  /** Writes a gap for each partition of the current cluster that was fetched further than it is journaled. */
  writeGaps(draft: Draft): void {
    const { state } = draft
    for (const { cluster_id, topic, partition, next_offset } of listedPositions(state)) {
      if (cluster_id !== (state.clusterId ?? '')) continue
      const to = this.#next.get(positionKey(state.clusterId, topic, partition)) ?? 0
      if (to > next_offset) draft.gap({ topic, partition, to, reason: 'compacted_or_transactional' })
    }
  }
}
