/**
 * Sends a few records and tells which arrived: for dead letters and heads, not for streams (that is `publisher.ts`).
 *
 * At least once: a record whose answer was lost, or came after the deadline, may arrive all the same.
 */
import { atMost } from '../runtime/clock.js'
import { errorText } from '../runtime/errors.js'
import type { KafkaClient } from './client.js'
import { type Delivery, openPublisher, type Publisher } from './publisher.js'

/** What is sent: bytes as they are, null or not, headers in their order. */
export interface Letter {
  key: Buffer | null
  value: Buffer | null
  headers: readonly (readonly [name: string, value: Buffer | null])[]
}

/** `isAway`: the topic takes nothing now; the same record may be sent later. Otherwise the record itself is refused. */
export type SendOutcome = { sent: true } | { sent: false; isAway: boolean; reason: string }

export interface Sender {
  /** One outcome for each record, in order; `signal` ends the wait early, and what is open then counts as away. */
  send(records: Letter[], signal?: AbortSignal): Promise<SendOutcome[]>
  close(): Promise<void>
}

/** Codes that say something about one record, and not about the topic or the rights on it. */
const REFUSED_CODES = new Set([
  'message_too_large',
  'record_list_too_large',
  'record_too_large',
  'invalid_record',
  'invalid_timestamp',
])

const CLOSE_MS = 500

/** Where the outcome of a record is to be noted. */
interface Place {
  outcomes: SendOutcome[]
  index: number
}

/** Connects at the first record; each call ends after `deadlineMs`, and one that failed makes the next connect anew. */
export function openSender(
  client: KafkaClient,
  { topic, deadlineMs }: { topic: string; deadlineMs: number },
): Sender {
  let opened: Promise<Publisher<Place>> | null = null
  const open = (): Promise<Publisher<Place>> => {
    const opening = openPublisher<Place>({ client, topic, deadlineMs, onDelivery, onFault })
    opening.catch(() => {
      if (opened === opening) opened = null
    })
    return opening
  }
  const close = (): Promise<void> | undefined => {
    const closing = opened?.then((publisher) => publisher.close()).catch(() => {})
    opened = null
    return closing
  }
  return {
    send: async (records, signal) => {
      const outcomes = records.map(() => away('no answer in time'))
      const late = new AbortController()
      // One that is left to run out wakes the process for nothing.
      const timer = setTimeout(() => late.abort(), deadlineMs).unref()
      const end = signal ? AbortSignal.any([signal, late.signal]) : late.signal
      try {
        opened ??= open()
        const publisher = await unlessAborted(opened, end)
        for (const [index, record] of records.entries()) {
          await publisher.room(end)
          if (end.aborted) break
          publisher.publish({ ...record, timestamp: Date.now() }, { outcomes, index })
        }
        // What is open after the deadline would arrive at any time later: it is given up, and its outcome noted.
        if (!(await publisher.flush(end)) || end.aborted) await close()
        return outcomes
      } catch (error) {
        void close()
        return outcomes.map(() => away(errorText(error)))
      } finally {
        clearTimeout(timer)
      }
    },
    // What does not end by itself ends with its client.
    close: () => atMost(CLOSE_MS, Promise.resolve(close())),
  }
}

function onDelivery(delivery: Delivery<Place>): void {
  for (const { outcomes, index } of delivery.contexts) outcomes[index] = outcomeOf(delivery)
}

/** Only a fault of this file comes here. */
function onFault(error: unknown): never {
  throw error
}

function outcomeOf(delivery: Delivery<Place>): SendOutcome {
  if (delivery.outcome === 'delivered') return { sent: true }
  if (delivery.outcome === 'unknown') return away('its answer was lost')
  const { code, message } = delivery
  return REFUSED_CODES.has(code) ? { sent: false, isAway: false, reason: message } : away(message)
}

const away = (reason: string): SendOutcome => ({ sent: false, isAway: true, reason })

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    const abort = (): void => reject(new Error('no connection in time'))
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  })
  return Promise.race([work, late])
}
