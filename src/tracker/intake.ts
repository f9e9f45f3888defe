/**
 * Fetched batches on their way into the journal: verdict, append, dead letters, and only then count, resolve and
 * commit. A full disk holds the batch, and with it the fetching, until there is room.
 */
import { LINE_BYTES_MAX } from '../shared/contract/limits.js'
import { JOURNAL_FULL } from '../shared/journal/append-file.js'
import type { Appending, Collector } from '../shared/journal/appending.js'
import type { Journal } from '../shared/journal/journal.js'
import type { IncomingRecord } from '../shared/journal/record.js'
import type { UndecodableRange } from '../shared/kafka/arrived-batch.js'
import type { FetchedBatch } from '../shared/kafka/consumer.js'
import { sleep } from '../shared/runtime/clock.js'
import { SuiteError } from '../shared/runtime/errors.js'
import type { Logger } from '../shared/runtime/logger.js'
import { BatchTally } from './batch-tally.js'
import type { Counters } from './counters.js'
import type { DeadLetter, DeadLetters } from './dead-letters.js'
import type { JudgedRecord, JudgedRecords } from './judging/judged-records.js'

/** Between two tries to write to a full disk; the heartbeat goes on meanwhile. */
const FULL_DISK_RETRY_MS = 1_000

export interface IntakeOptions {
  journal: Journal
  counters: Counters
  deadLetters: DeadLetters
  log: Logger
  /** Aborts when the tracker is to stop. */
  stopping: AbortSignal
}

/** Records that are journaled together, and what is to be done about them once they are durable. */
type TakenRecords = Appending<JudgedRecord, Taken>

class Taken implements Collector<JudgedRecord> {
  readonly tally = new BatchTally()
  readonly letters: DeadLetter[] = []

  add(record: JudgedRecord): void {
    this.tally.add(record)
    if (record.verdict.rejection) this.letters.push(asLetter(record))
  }
}

/** A batch that is being taken. */
export interface Taking {
  batch: FetchedBatch
  judged: JudgedRecords
  /** All of its records; null where something that cannot be read lies between them. */
  whole: TakenRecords | null
}

/** Records of a batch, all of its data below offset `next`. */
interface Stretch {
  batch: FetchedBatch
  records: TakenRecords
  next: number
}

export class Intake {
  readonly #options: IntakeOptions
  /** True while the disk is full. */
  isDiskFull = false

  constructor(options: IntakeOptions) {
    this.#options = options
  }

  /** Begins to take a batch. */
  begin(batch: FetchedBatch, judged: JudgedRecords): Taking {
    return {
      batch,
      judged,
      whole: judged.undecodable.length === 0 ? this.#taken(judged, 0, judged.count) : null,
    }
  }

  /** Makes the lines of a batch while the one before it is synced; no more than a head start. */
  ahead({ whole }: Taking): void {
    if (whole) this.#options.journal.ahead(whole)
  }

  /**
   * Journals the records of batches, all in one write; resolves when they are durable and their dead letters are out.
   *
   * @returns False when something was left undone because the tracker stops.
   */
  async take(takings: Taking[]): Promise<boolean> {
    const wholes = takings.flatMap(({ batch, whole }) =>
      whole ? [{ batch, records: whole, next: batch.next }] : [],
    )
    if (wholes.length === takings.length) return this.#takeRecords(wholes)
    for (const taking of takings) if (!(await this.#takeInParts(taking))) return false
    return true
  }

  /** Journals what lies around that which cannot be read, and lets gaps stand for the latter. */
  async #takeInParts({ batch, judged }: Taking): Promise<boolean> {
    let begin = 0
    for (const range of judged.undecodable) {
      const end = judged.indexFrom(range.from)
      const before = { batch, records: this.#taken(judged, begin, end), next: range.from }
      if (!(await this.#takeRecords([before]))) return false
      if (!(await this.#passOver(batch, range))) return false
      begin = end
    }
    const behind = { batch, records: this.#taken(judged, begin, judged.count), next: batch.next }
    return this.#takeRecords([behind])
  }

  /** Records from index `begin` up to `end` (exclusive), to be journaled together. */
  #taken(judged: JudgedRecords, begin: number, end: number): TakenRecords {
    return this.#options.journal.appending({
      records: () => judged.stretch(begin, end),
      collect: () => new Taken(),
    })
  }

  async #takeRecords(stretches: Stretch[]): Promise<boolean> {
    const { journal } = this.#options
    const [first] = stretches
    if (!first) return true
    const write = () => journal.appendAll(stretches.map(({ records }) => records)).then(() => true)
    if (!(await this.#untilThereIsRoom(first.batch, write))) return false
    for (const stretch of stretches) await this.#tookRecords(stretch)
    return true
  }

  /** Does what is due when records are durable. */
  async #tookRecords({ batch, records, next }: Stretch): Promise<void> {
    const { journal, counters, deadLetters } = this.#options
    const { dropped, tooLarge } = records.result
    const { tally, letters } = records.collected
    journal.reach(batch, next)
    counters.droppedTotal += dropped
    for (const record of tooLarge) this.#sayTooLarge(record)
    counters.passedOver('too_large', tooLarge.length)
    await deadLetters.send(batch, letters, next)
    counters.journaled(tally)
  }

  /** Lets a gap stand for offsets that cannot be read, up to `range.to`; what is journaled already stays. */
  async #passOver(batch: FetchedBatch, range: UndecodableRange): Promise<boolean> {
    const { journal, counters } = this.#options
    const from = Math.max(range.from, batch.fetchedFrom)
    const done = await this.#untilThereIsRoom(batch, async () => {
      const next = journal.nextOffset(batch) ?? from
      if (range.to <= next) return 0
      if (from > next) await journal.skip(batch, from, 'compacted_or_transactional')
      await journal.skip(batch, range.to, 'undecodable')
      return range.to - Math.max(from, next)
    })
    if (done) {
      counters.passedOver('undecodable', done)
      this.#sayUndecodable(batch, { ...range, from })
    }
    return done !== null
  }

  /** Tries until `work` is done; null when the tracker is to stop while the disk is full. */
  async #untilThereIsRoom<T>(batch: FetchedBatch, work: () => Promise<T>): Promise<T | null> {
    const { stopping } = this.#options
    for (;;) {
      try {
        const result = await work()
        if (this.isDiskFull) this.#setDiskFull(false)
        return result
      } catch (error) {
        if (!(error instanceof SuiteError) || error.code !== JOURNAL_FULL) throw error
        if (!this.isDiskFull) this.#setDiskFull(true, error)
      }
      await sleep(FULL_DISK_RETRY_MS, stopping)
      if (stopping.aborted) return null
      await batch.heartbeat()
    }
  }

  #sayUndecodable({ topic, partition }: FetchedBatch, { from, to, why }: UndecodableRange): void {
    const message =
      `${topic}/${partition} offsets ${from} to ${to - 1} are a batch that cannot be read (${why}); ` +
      'a gap stands for them, and they are only on the topic'
    process.stderr.write(`[tracker] ${message}\n`)
    const metadata = { topic, partition, from_offset: from, to_offset: to }
    this.#options.log.error(message, { kind: 'batch.undecodable', metadata })
  }

  #sayTooLarge({ topic, partition, offset }: IncomingRecord): void {
    const message =
      `${topic}/${partition} offset ${offset} fits no journal line of ${LINE_BYTES_MAX} bytes; ` +
      'a gap stands for it, and the record is only on the topic'
    process.stderr.write(`[tracker] ${message}\n`)
    this.#options.log.error(message, { kind: 'record.too_large', metadata: { topic, partition, offset } })
  }

  #setDiskFull(isDiskFull: boolean, error?: SuiteError): void {
    this.isDiskFull = isDiskFull
    const message = error ? error.message : 'there is room on the disk again; the tracker goes on'
    process.stderr.write(`[tracker] ${message}\n`)
    if (error) this.#options.log.error(message, { kind: 'disk.full', error })
    else this.#options.log.info(message, { kind: 'disk.room' })
  }
}

/** It may outlive the memory that the record stands in. */
const asLetter = (record: IncomingRecord): DeadLetter => ({
  offset: record.offset,
  key: copyOf(record.key),
  value: copyOf(record.value),
  headers: [...record.headers].map(([name, value]) => [name, copyOf(value)]),
  code: record.verdict.rejection?.code ?? '',
  message: record.verdict.rejection?.message ?? '',
})

const copyOf = (bytes: Buffer | null): Buffer | null => bytes && Buffer.from(bytes)
