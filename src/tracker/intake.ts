/**
 * One fetched batch on its way into the journal: verdict, append, dead letters, and only then count, resolve and
 * commit. A full disk holds the batch, and with it the fetching, until there is room.
 */
import { LINE_BYTES_MAX } from '../shared/contract/limits.js'
import { judge } from '../shared/contract/verdict.js'
import { JOURNAL_FULL } from '../shared/journal/append-file.js'
import type { AppendResult, Journal } from '../shared/journal/journal.js'
import type { IncomingRecord } from '../shared/journal/record.js'
import type { FetchedBatch } from '../shared/kafka/consumer.js'
import { sleep } from '../shared/runtime/clock.js'
import { SuiteError } from '../shared/runtime/errors.js'
import type { Logger } from '../shared/runtime/logger.js'
import type { Counters } from './counters.js'
import type { DeadLetter, DeadLetters } from './dead-letters.js'

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

export class Intake {
  readonly #options: IntakeOptions
  /** True while the disk is full. */
  isDiskFull = false

  constructor(options: IntakeOptions) {
    this.#options = options
  }

  /**
   * Journals a batch; resolves when its records are durable and its dead letters are out.
   *
   * @returns False when the batch was left undone because the tracker stops.
   */
  async take(batch: FetchedBatch): Promise<boolean> {
    const { journal, counters, deadLetters } = this.#options
    const records = batch.records.map((record): IncomingRecord => {
      return { ...record, topic: batch.topic, partition: batch.partition, verdict: judge(record.value) }
    })
    const result = await this.#append(records, batch)
    if (!result) return false
    journal.reach(batch, batch.next)
    counters.droppedTotal += result.dropped
    for (const record of result.tooLarge) this.#sayTooLarge(record)
    await deadLetters.send(batch, result.appended.filter(isRejected).map(asLetter), batch.next)
    counters.journaled(result.appended)
    return true
  }

  /** Tries until the append is done; null when the tracker is to stop while the disk is full. */
  async #append(records: IncomingRecord[], batch: FetchedBatch): Promise<AppendResult | null> {
    const { journal, stopping } = this.#options
    for (;;) {
      try {
        const result = await journal.append(records)
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

const isRejected = (record: IncomingRecord): boolean => record.verdict.rejection !== null

const asLetter = (record: IncomingRecord): DeadLetter => ({
  offset: record.offset,
  key: record.key,
  value: record.value,
  headers: record.headers,
  code: record.verdict.rejection?.code ?? '',
  message: record.verdict.rejection?.message ?? '',
})
