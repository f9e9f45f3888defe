/**
 * Puts rejected records on the dead-letter topic, at least once: after they are durable in the journal and before
 * their offset is committed. The journal remembers up to where that is done (`dlq_next`), so what a crash or an
 * unwilling topic left unsent is read from it and sent later, beside the intake.
 *
 * A dead letter never blocks the journal for longer than the sender's deadline.
 */
import {
  ERROR_HEADER,
  ORIGIN_HEADER,
  originText,
  REASON_HEADER,
  REPLAY_OF_HEADER,
} from '../shared/contract/dead-letter.js'
import type { Journal } from '../shared/journal/journal.js'
import { headerPairs, keyBytes, valueBytes } from '../shared/journal/payload.js'
import { type JournaledLine, rejectedSince } from '../shared/journal/since.js'
import type { PartitionRef } from '../shared/kafka/consumer.js'
import type { Letter, Sender } from '../shared/kafka/sender.js'
import { systemClock } from '../shared/runtime/clock.js'
import { errorText } from '../shared/runtime/errors.js'
import type { Logger } from '../shared/runtime/logger.js'
import { refKey } from './ref-key.js'

export interface DeadLetter extends Letter {
  offset: number
  code: string
  message: string
}

export interface DeadLettersOptions {
  journal: Journal
  sender: Sender
  log: Logger
  /** Aborts when the tracker is to stop. */
  stopping: AbortSignal
}

/** Letters that are read back from the journal are sent in portions. */
const PORTION_LETTERS_MAX = 500
const PORTION_BYTES_MAX = 1024 * 1024
/** Between two tries to send what waits; doubles up to the longest. */
const RETRY_MS_MIN = 1_000
const RETRY_MS_MAX = 60_000
/** For the letters in hand when the tracker stops. */
const STOP_GRACE_MS = 500

export class DeadLetters {
  readonly #options: DeadLettersOptions
  /** Partitions whose letters wait in the journal from `dlq_next` on. */
  readonly #held = new Map<string, PartitionRef>()
  /** Ends every wait. */
  readonly #end = new AbortController()
  #catchingUp: Promise<void> | null = null
  #isAway = false
  #retryMs = RETRY_MS_MIN
  #retryAt = 0
  sentTotal = 0
  /** Letters that the topic will never take. */
  refusedTotal = 0

  constructor(options: DeadLettersOptions) {
    this.#options = options
    const end = (): void => void setTimeout(() => this.#end.abort(), STOP_GRACE_MS).unref()
    if (options.stopping.aborted) end()
    else options.stopping.addEventListener('abort', end, { once: true })
  }

  /** Partitions with letters that wait. */
  get heldPartitions(): number {
    return this.#held.size
  }

  /** True while letters of an earlier life or an outage are being sent. */
  get isCatchingUp(): boolean {
    return this.#catchingUp !== null
  }

  /** Sends the rejected records of one batch, ascending; below `next` nothing else of the partition is waiting. */
  async send(ref: PartitionRef, letters: DeadLetter[], next: number): Promise<void> {
    if (this.#held.has(refKey(ref))) return
    const epoch = this.#options.journal.epoch(ref)
    const unsentFrom = await this.#deliver(ref, epoch, letters)
    this.#note(ref, epoch, unsentFrom ?? next)
    if (unsentFrom !== null) this.#held.set(refKey(ref), ref)
  }

  /** Begins to send what an earlier life or an outage left unsent; does not wait for it. */
  resend(): void {
    const { clusterId, positions } = this.#options.journal.state
    for (const { cluster_id, topic, partition, dlq_next, next_offset } of positions.values()) {
      // Another cluster's records are not on the topics of this one.
      if (cluster_id !== (clusterId ?? '') || dlq_next >= next_offset) continue
      this.#held.set(refKey({ topic, partition }), { topic, partition })
    }
    this.#retryAt = 0
    this.retryIfDue()
  }

  /** To be called now and then: tries again to send what waits. */
  retryIfDue(): void {
    if (this.#held.size === 0 || this.#catchingUp || systemClock.monotonic() < this.#retryAt) return
    this.#isAway = false
    this.#catchingUp = this.#catchUpAll()
      .catch((error) => this.#options.log.error(errorText(error), { kind: 'dlq.failed', error }))
      .finally(() => {
        this.#catchingUp = null
        this.#retryMs = this.#held.size === 0 ? RETRY_MS_MIN : Math.min(this.#retryMs * 2, RETRY_MS_MAX)
        this.#retryAt = systemClock.monotonic() + this.#retryMs
      })
  }

  /**
   * The position of a partition is about to move elsewhere, and `dlq_next` with it: sends what waits now or never.
   */
  async finish(ref: PartitionRef): Promise<void> {
    if (!(await this.#catchUp(ref))) {
      const { dlq_next, next_offset } = this.#options.journal.position(ref) ?? { dlq_next: 0, next_offset: 0 }
      const message = `rejected records of ${refKey(ref)} between offset ${dlq_next} and ${next_offset} stay in the journal only`
      this.#options.log.error(message, {
        kind: 'dlq.failed',
        metadata: { ...ref, offset: dlq_next, will_retry: false },
      })
    }
    this.#held.delete(refKey(ref))
  }

  /** Gives what is on its way a moment, and disconnects. */
  async stop(): Promise<void> {
    await this.#catchingUp
    await this.#options.sender.close()
  }

  async #catchUpAll(): Promise<void> {
    for (const ref of this.#held.values()) if (!(await this.#catchUp(ref))) return
  }

  /** Sends what the journal holds from `dlq_next` on; false where the topic takes nothing now. */
  async #catchUp(ref: PartitionRef): Promise<boolean> {
    const { journal, log } = this.#options
    const epoch = journal.epoch(ref)
    let sent = 0
    for (;;) {
      const { dlq_next: from, next_offset: to } = journal.position(ref) ?? { dlq_next: 0, next_offset: 0 }
      if (from >= to || journal.epoch(ref) !== epoch) break
      const { lines, isAll } = await rejectedSince(journal.eventsFile, { ...ref, from, to })
      for (const letters of portions(lines)) {
        const unsentFrom = await this.#deliver(ref, epoch, letters)
        if (unsentFrom !== null) {
          this.#note(ref, epoch, unsentFrom)
          return false
        }
        sent += letters.length
        this.#note(ref, epoch, letters.at(-1)!.offset + 1)
      }
      if (isAll) this.#note(ref, epoch, to)
    }
    // In the same turn as the last look at the position: what is journaled from now on is sent by its batch.
    this.#held.delete(refKey(ref))
    if (sent > 0) {
      const message = `sent ${sent} dead letters of ${refKey(ref)} that may not have left before`
      log.info(message, { kind: 'dlq.resend', metadata: { ...ref, letters: sent } })
    }
    return true
  }

  /** Sends `letters`; the offset of the first that could not be sent now, or null. */
  async #deliver(ref: PartitionRef, epoch: number, letters: DeadLetter[]): Promise<number | null> {
    const fresh = letters.filter(({ headers }) => !headers.some(([name]) => name === REPLAY_OF_HEADER))
    if (fresh.length === 0) return null
    if (this.#isAway) return fresh[0]!.offset
    const outgoing = fresh.map((letter) =>
      withOrigin(letter, originText({ ...ref, offset: letter.offset, epoch })),
    )
    const outcomes = await this.#options.sender.send(outgoing, this.#end.signal)
    for (const [index, outcome] of outcomes.entries()) {
      const { offset } = fresh[index]!
      if (outcome.sent) {
        this.sentTotal += 1
        continue
      }
      this.#failed({ ...ref, offset }, outcome)
      if (outcome.isAway) {
        this.#isAway = true
        return offset
      }
    }
    return null
  }

  /** Letters below `next` are done; where the partition has begun a new epoch meanwhile, that says nothing of it. */
  #note(ref: PartitionRef, epoch: number, next: number): void {
    const { journal } = this.#options
    if (journal.epoch(ref) === epoch) journal.deadLettered(ref, next)
  }

  #failed(
    at: PartitionRef & { offset: number },
    { isAway, reason }: { isAway: boolean; reason: string },
  ): void {
    if (!isAway) this.refusedTotal += 1
    const which = `dead letter of ${refKey(at)} offset ${at.offset}`
    const message = isAway
      ? `the ${which} and those after it were not sent: ${reason}; they are tried again`
      : `the ${which} is refused: ${reason}; the record stays in the journal only`
    const metadata = { ...at, will_retry: isAway, refused_total: this.refusedTotal }
    this.#options.log.error(message, { kind: 'dlq.failed', metadata })
  }
}

const withOrigin = ({ key, value, headers, code, message }: DeadLetter, origin: string): Letter => ({
  key,
  value,
  headers: [
    ...headers,
    [ORIGIN_HEADER, Buffer.from(origin)],
    [REASON_HEADER, Buffer.from(code)],
    [ERROR_HEADER, Buffer.from(message)],
  ],
})

function* portions(lines: JournaledLine[]): Generator<DeadLetter[]> {
  let letters: DeadLetter[] = []
  let bytes = 0
  for (const line of lines) {
    letters.push(letterOf(line))
    bytes += line.line.length
    if (letters.length < PORTION_LETTERS_MAX && bytes < PORTION_BYTES_MAX) continue
    yield letters
    letters = []
    bytes = 0
  }
  if (letters.length > 0) yield letters
}

function letterOf({ line, entry }: JournaledLine): DeadLetter {
  return {
    offset: entry.kafka_offset,
    key: keyBytes(entry),
    value: valueBytes(line, entry),
    headers: headerPairs(entry),
    code: entry.error?.code ?? '',
    message: entry.error?.message ?? '',
  }
}
