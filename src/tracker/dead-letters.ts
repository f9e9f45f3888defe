/**
 * Puts rejected records on the dead-letter topic, at least once: after they are durable in the journal and before
 * their offset is committed. What could not be sent is sent again at the next start or reconnect.
 *
 * A dead letter never blocks the journal.
 */
import { isRecordEntry } from '../shared/contract/journal-entry.js'
import type { Journal } from '../shared/journal/journal.js'
import { headerPairs, keyBytes, valueBytes } from '../shared/journal/payload.js'
import { type JournaledLine, linesSince } from '../shared/journal/since.js'
import type { PartitionRef } from '../shared/kafka/consumer.js'
import type { Letter, Sender } from '../shared/kafka/sender.js'
import { errorText } from '../shared/runtime/errors.js'
import type { Logger } from '../shared/runtime/logger.js'

/** Set on records that were replayed from the dead letters; rejected again, they stay in the journal only. */
export const REPLAY_HEADER = 'orderscope-replay-of'

export interface DeadLetter extends PartitionRef, Letter {
  offset: number
  code: string
  message: string
}

export class DeadLetters {
  readonly #journal: Journal
  readonly #sender: Sender
  readonly #log: Logger
  /** Partitions with letters that wait for the broker; their `dlq_next` stays behind until the next start. */
  readonly #held = new Set<string>()
  failedTotal = 0

  constructor({ journal, sender, log }: { journal: Journal; sender: Sender; log: Logger }) {
    this.#journal = journal
    this.#sender = sender
    this.#log = log
  }

  /** Sends `letters` of one partition, ascending; below `next` nothing else is waiting. */
  async send(ref: PartitionRef, letters: DeadLetter[], next: number): Promise<void> {
    const key = `${ref.topic}/${ref.partition}`
    if (this.#held.has(key)) return
    const fresh = letters.filter(({ headers }) => !headers.some(([name]) => name === REPLAY_HEADER))
    const outcomes =
      fresh.length > 0 ? await this.#sender.send(fresh.map((letter) => this.#outgoing(letter))) : []
    for (const [index, outcome] of outcomes.entries()) {
      const letter = fresh[index]
      if (!letter || outcome.sent) continue
      this.#failed(letter, outcome)
      if (outcome.isAway) {
        this.#held.add(key)
        this.#journal.deadLettered(ref, letter.offset)
        return
      }
    }
    this.#journal.deadLettered(ref, next)
  }

  /** Sends what an earlier life or an outage left unsent: rejected lines from `dlq_next` on. */
  async resend(): Promise<void> {
    this.#held.clear()
    const { clusterId, positions } = this.#journal.state
    // Another cluster's records are not on the topics of this one.
    const waiting = [...positions.values()].filter(
      (at) => at.cluster_id === (clusterId ?? '') && at.dlq_next < at.next_offset,
    )
    for (const { topic, partition, dlq_next, next_offset } of waiting) {
      const letters: DeadLetter[] = []
      for (const journaled of linesSince(this.#journal.eventsFile, { topic, partition }, dlq_next)) {
        const letter = letterOf(journaled)
        if (letter) letters.push(letter)
      }
      if (letters.length > 0) {
        this.#log.info(
          `sending ${letters.length} dead letters of ${topic}/${partition} that may not have left`,
          {
            kind: 'dlq.resend',
            metadata: { topic, partition, letters: letters.length, from_offset: dlq_next },
          },
        )
      }
      await this.send({ topic, partition }, letters, next_offset)
    }
  }

  #outgoing(letter: DeadLetter): Letter {
    const { topic, partition, offset, code, message, key, value, headers } = letter
    const origin = `${topic}/${partition}/${offset}/${this.#journal.epoch(letter)}`
    return {
      key,
      value,
      headers: [
        ...headers,
        ['orderscope-origin', Buffer.from(origin)],
        ['orderscope-reason', Buffer.from(code)],
        ['orderscope-error', Buffer.from(message)],
      ],
    }
  }

  #failed(
    { topic, partition, offset }: DeadLetter,
    { error, isAway }: { error: Error; isAway: boolean },
  ): void {
    this.failedTotal += 1
    const message = `dead letter of ${topic}/${partition} offset ${offset} was not sent: ${errorText(error)}`
    const metadata = { topic, partition, offset, will_retry: isAway, failed_total: this.failedTotal }
    this.#log.error(message, { kind: 'dlq.failed', error, metadata })
  }
}

function letterOf({ line, entry }: JournaledLine): DeadLetter | null {
  if (!isRecordEntry(entry) || !entry.error) return null
  return {
    topic: entry.kafka_topic,
    partition: entry.kafka_partition,
    offset: entry.kafka_offset,
    key: keyBytes(entry),
    value: valueBytes(line, entry),
    headers: headerPairs(entry),
    code: entry.error.code,
    message: entry.error.message,
  }
}
