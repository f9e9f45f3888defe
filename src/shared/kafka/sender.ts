/**
 * Sends a few records and tells which arrived: for dead letters, not for streams (that is `publisher.ts`).
 *
 * Not idempotent: a record whose answer was lost may arrive twice, which readers of dead letters must expect.
 */
import type { Producer } from 'kafkajs'
import { sleep } from '../runtime/clock.js'
import type { KafkaClient } from './client.js'
import { isTransient } from './failure.js'

/** What is sent: bytes as they are; a stream has its own kind of record in `record-batch.ts`. */
export interface Letter {
  key: Buffer | null
  value: Buffer | null
  headers: [string, Buffer | null][]
}

/** `isAway`: the broker does not answer now; the same record may be sent later. */
export type SendOutcome = { sent: true } | { sent: false; isAway: boolean; error: Error }

export interface Sender {
  /** One outcome for each record, in order. */
  send(records: Letter[]): Promise<SendOutcome[]>
  close(): Promise<void>
}

/** Bytes of keys, values and headers in one request; below any broker's default limit for a batch. */
const REQUEST_BYTES_MAX = 512 * 1024
const CLOSE_MS = 500

/** Connects at the first record. */
export function openSender(client: KafkaClient, topic: string): Sender {
  let connecting: Promise<Producer> | null = null
  const connect = async (): Promise<Producer> => {
    const producer = client.kafka.producer({ allowAutoTopicCreation: false })
    await producer.connect()
    return producer
  }
  const sendAll = async (records: Letter[]): Promise<SendOutcome> => {
    try {
      connecting ??= connect()
      const messages = records.map((record) => ({ ...record, headers: headerObject(record.headers) }))
      await (await connecting).send({ topic, acks: -1, messages })
      return { sent: true }
    } catch (error) {
      const isAway = isTransient(error)
      if (isAway) connecting = null
      return { sent: false, isAway, error: error as Error }
    }
  }
  return {
    send: async (records) => {
      const outcomes: SendOutcome[] = []
      for (const chunk of chunksOf(records)) {
        const outcome = await sendAll(chunk)
        const isRefused = !outcome.sent && !outcome.isAway
        // One record that the broker refuses refuses its whole request: the others go alone.
        if (isRefused && chunk.length > 1) for (const record of chunk) outcomes.push(await sendAll([record]))
        else outcomes.push(...chunk.map(() => outcome))
      }
      return outcomes
    },
    close: async () => {
      const producer = await connecting?.catch(() => null)
      const done = new AbortController()
      await Promise.race([producer?.disconnect().catch(() => {}), sleep(CLOSE_MS, done.signal)])
      done.abort()
    },
  }
}

function* chunksOf(records: Letter[]): Generator<Letter[]> {
  let chunk: Letter[] = []
  let bytes = 0
  for (const record of records) {
    const size = sizeOf(record)
    if (chunk.length > 0 && bytes + size > REQUEST_BYTES_MAX) {
      yield chunk
      chunk = []
      bytes = 0
    }
    chunk.push(record)
    bytes += size
  }
  if (chunk.length > 0) yield chunk
}

const sizeOf = ({ key, value, headers }: Letter): number =>
  headers.reduce((sum, [name, bytes]) => sum + name.length + (bytes?.length ?? 0), 0) +
  (key?.length ?? 0) +
  (value?.length ?? 0)

/** kafkajs takes repeated names as an array of values. A header without a value cannot be sent; it becomes empty. */
function headerObject(pairs: [string, Buffer | null][]): Record<string, Buffer | Buffer[]> {
  const headers: Record<string, Buffer | Buffer[]> = Object.create(null)
  for (const [name, value] of pairs) {
    const bytes = value ?? Buffer.alloc(0)
    const before = headers[name]
    if (before === undefined) headers[name] = bytes
    else headers[name] = Array.isArray(before) ? [...before, bytes] : [before, bytes]
  }
  return headers
}
