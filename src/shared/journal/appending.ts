/**
 * Records of one partition on their way into the journal. Their lines are made as often as that takes: ahead of their turn,
 * when the state came out otherwise, and when there was no room on the disk.
 */
import type { Draft } from './draft.js'
import { RECENT_RECORDS_MAX } from './fingerprint.js'
import type { IncomingRecord } from './record.js'

export interface AppendResult {
  /** Number of records that were journaled now. */
  appended: number
  /** Number of records that stood in the journal already. */
  dropped: number
  /** Records that no line can hold; a `journal.gap` stands for each. */
  tooLarge: IncomingRecord[]
  /** The last that were journaled, ascending. */
  newest: IncomingRecord[]
}

/** Is told of each record whose line is made; that is durable only when the append resolves. */
export interface Collector<R> {
  add(record: R): void
}

/** Of records that nobody is told of. */
export const uncollected = (): Collector<IncomingRecord> => ({ add: () => {} })

export interface AppendingOptions<R, C> {
  /** The records, ascending by offset; from the first one on each time. */
  records(): Iterable<R>
  /** Makes what is told of each; another one each time the lines are made. */
  collect(): C
  /** Called behind each; may add lines of the journal's own. */
  afterEach(draft: Draft): void
}

export class Appending<R extends IncomingRecord = IncomingRecord, C extends Collector<R> = Collector<R>> {
  readonly #options: AppendingOptions<R, C>
  #made: { result: AppendResult; collected: C } | null = null

  constructor(options: AppendingOptions<R, C>) {
    this.#options = options
  }

  /** Makes the lines; a record that is journaled already gets none. */
  readonly fill = (draft: Draft): void => {
    const { records, collect, afterEach } = this.#options
    const result: AppendResult = { appended: 0, dropped: 0, tooLarge: [], newest: [] }
    const collected = collect()
    for (const record of records()) {
      if (record.offset < (draft.position(record)?.next_offset ?? 0)) result.dropped += 1
      else if (draft.record(record)) {
        result.appended += 1
        if (result.newest.push(record) > RECENT_RECORDS_MAX) result.newest.shift()
        collected.add(record)
      } else result.tooLarge.push(record)
      afterEach(draft)
    }
    this.#made = { result, collected }
  }

  /** What became of the records when their lines were made last. */
  get result(): AppendResult {
    return this.#madeLast.result
  }

  /** What was told of each record then. */
  get collected(): C {
    return this.#madeLast.collected
  }

  get #madeLast(): { result: AppendResult; collected: C } {
    if (!this.#made) throw new Error('no lines were made yet')
    return this.#made
  }
}
