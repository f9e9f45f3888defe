/** How far one partition has been read, and what a fetch adds to it: each record once, in order, up to the stop. */
import { decodeBatches, type UndecodableRange } from './arrived-batch.js'
import type { PartitionRef } from './consumer.js'
import type { FetchedPartition } from './internals.js'
import type { FetchedRecord } from './record-decoder.js'

/** Records of one partition that follow each other; `next` is the offset behind them, passed-over ones included. */
export interface TopicBatch extends PartitionRef {
  records: FetchedRecord[]
  /** Offsets between them that cannot be read, ascending. */
  undecodable: UndecodableRange[]
  next: number
  /** Last stable offset when they were fetched. */
  end: number
}

export class ReadingPlace implements PartitionRef {
  readonly topic: string
  readonly partition: number
  /** Offset that is read next. */
  next: number
  /** Offset that is not read any more. */
  stop: number
  /** A fetch brought nothing although there is something: it was crowded out, or the batch there is empty. */
  isHollow = false

  constructor({ topic, partition }: PartitionRef, next: number, stop = Number.POSITIVE_INFINITY) {
    this.topic = topic
    this.partition = partition
    this.next = next
    this.stop = stop
  }

  get isDone(): boolean {
    return this.next >= this.stop
  }

  /** Goes on at `offset`, wherever it was. */
  moveTo(offset: number): void {
    this.next = offset
    this.isHollow = false
  }

  /**
   * Takes what a fetch from `asked` brought and moves on behind it; null where that was nothing new.
   *
   * @param isAlone No other partition was in that fetch. A broker answers the first partition with one batch at
   *   least, so nothing at all then means a batch whose records were all compacted away; kafkajs does not tell how
   *   far it reaches, so it is passed over offset by offset.
   */
  accept(
    fetched: FetchedPartition,
    { asked, isAlone }: { asked: number; isAlone: boolean },
  ): TopicBatch | null {
    // Another leader's fetch was faster.
    if (asked !== this.next) return null
    const end = Number(fetched.lastStableOffset)
    const last = fetched.messages.at(-1)?.offset ?? -1
    if (last < asked) {
      if (this.isHollow && isAlone && asked < end) this.next += 1
      this.isHollow = this.next < end
      return null
    }
    this.moveTo(Math.min(last + 1, this.stop))
    const batches = fetched.messages.filter(({ isControlRecord }) => !isControlRecord)
    const { records, undecodable } = decodeBatches(batches, { from: asked, to: this.stop })
    return { topic: this.topic, partition: this.partition, records, undecodable, next: this.next, end }
  }
}
