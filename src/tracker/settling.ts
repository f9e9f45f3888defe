/**
 * Settles each partition of a session once, and again where what was known of it may have changed.
 *
 * A broker may never answer what a partition is settled by; that must hold up neither a stop nor the next session.
 */
import type { Connection } from '../shared/kafka/connection.js'
import type { PartitionRef } from '../shared/kafka/consumer.js'
import { type PartitionEnds, readCommitted, readPartitionEnds } from '../shared/kafka/offsets.js'
import type { Settings } from '../shared/runtime/config/load.js'
import { refKey } from './ref-key.js'
import { type PartitionView, type SettleOptions, settlePartition } from './settle.js'
import type { TopicWatch } from './topic-watch.js'

export interface SettlingOptions extends SettleOptions {
  settings: Settings
  connection: Connection
  topicWatch: TopicWatch
  /** The journal's position of a partition was moved. */
  onMoved(ref: PartitionRef): void
}

export class Settling {
  readonly #options: SettlingOptions
  /** By {@link refKey}. */
  readonly #settled = new Map<string, Promise<void>>()
  #giveUp: ((reason: Error) => void) | null = null

  constructor(options: SettlingOptions) {
    this.#options = options
  }

  /** True where nothing is to be asked before a partition is relied on. */
  isSettled(ref: PartitionRef): boolean {
    return this.#settled.has(refKey(ref))
  }

  /** What was settled is to be settled again before it is next relied on. */
  forget(): void {
    this.#settled.clear()
  }

  /** Rejects what a call of {@link one} waits for; one batch is worked on at a time. */
  giveUp(reason: Error): void {
    this.#giveUp?.(reason)
  }

  /** Settles every partition, when a session begins. */
  async all(partitions: PartitionEnds[], deadlineMs: number): Promise<void> {
    const { settings, connection } = this.#options
    const committed = await readCommitted(connection, settings.group, settings.topics, { deadlineMs })
    for (const ends of partitions) {
      const work = this.#settle({ ends, committed: committed.find((at) => refKey(at) === refKey(ends)) })
      this.#settled.set(refKey(ends), work)
      await work
    }
  }

  /** Settles a partition where that is not done yet. */
  async one(ref: PartitionRef): Promise<void> {
    const key = refKey(ref)
    const settled = this.#settled.get(key) ?? this.#ask(ref)
    this.#settled.set(key, settled)
    const over = Promise.withResolvers<never>()
    this.#giveUp = over.reject
    try {
      await Promise.race([settled, over.promise])
    } finally {
      this.#giveUp = null
    }
  }

  /** The same, whatever was done before. */
  again(ref: PartitionRef): Promise<void> {
    this.#settled.delete(refKey(ref))
    return this.one(ref)
  }

  async #ask(ref: PartitionRef): Promise<void> {
    const { settings, connection, topicWatch } = this.#options
    // Before the ends: what is made anew in between has another id than it is settled under.
    await topicWatch.read(connection)
    const isSame = (at: PartitionRef): boolean => refKey(at) === refKey(ref)
    const ends = (await readPartitionEnds(connection, [ref.topic])).find(isSame)
    const committed = (await readCommitted(connection, settings.group, [ref.topic])).find(isSame)
    if (!ends) throw new Error(`${refKey(ref)} is not there any more`)
    await this.#settle({ ends, committed })
  }

  async #settle(view: Omit<PartitionView, 'isReplaced'>): Promise<void> {
    const { journal, connection, onMoved, topicWatch } = this.#options
    const before = journal.nextOffset(view.ends)
    await settlePartition(this.#options, connection, {
      ...view,
      isReplaced: topicWatch.isReplaced(view.ends),
    })
    topicWatch.settled(view.ends)
    if (before !== null && before !== journal.nextOffset(view.ends)) onMoved(view.ends)
  }
}
