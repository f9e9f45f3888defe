/** Writes a journal as the tracker does, from orders as the producer makes them, without a broker between. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { OrderFactory } from '../src/producer/order-factory.js'
import type { Position } from '../src/shared/contract/journal-entry.js'
import { judge } from '../src/shared/contract/verdict.js'
import { Journal } from '../src/shared/journal/journal.js'
import type { IncomingRecord } from '../src/shared/journal/record.js'
import { systemClock } from '../src/shared/runtime/clock.js'
import { ORDERS } from './orders.js'

export interface Until {
  /** The journal ends with the first batch that reaches one of them. */
  records: number
  bytes: number
}

/** Records of one append; each is one write and one sync. */
const BATCH = 2_000
const PARTITIONS = 3

/** Records in the order of their offsets, spread over three partitions. */
export class RecordMaker {
  readonly #factory = new OrderFactory({ ...ORDERS, startTime: null, now: Date.now })
  readonly #offsets: Map<number, number>
  #made = 0

  /** @param positions Where the journal stands; its partitions go on there. */
  constructor(positions: Iterable<Position>) {
    this.#offsets = new Map([...positions].map(({ partition, next_offset }) => [partition, next_offset]))
  }

  next(): IncomingRecord {
    const { orderId, value, headers } = this.#factory.next()
    const bytes = Buffer.from(value)
    const partition = this.#made % PARTITIONS
    const offset = this.#offsets.get(partition) ?? 0
    this.#offsets.set(partition, offset + 1)
    this.#made += 1
    return {
      topic: 'orders',
      partition,
      offset,
      timestampMs: `${Date.now()}`,
      key: Buffer.from(orderId),
      headers: headers.map(([name, text]) => [name, Buffer.from(text)]),
      value: bytes,
      verdict: judge(bytes),
    }
  }
}

export const openJournal = (dir: string): Promise<Journal> =>
  Journal.open({
    eventsFile: join(dir, 'tracker.events'),
    instance: null,
    writerVersion: '0.0.0',
    clock: systemClock,
    signer: null,
  })

/** Adds to `tracker.events` in `dir`, which is made where it is missing; resolves with how many records were added. */
export async function makeJournal(dir: string, until: Partial<Until>): Promise<number> {
  const { records = Number.POSITIVE_INFINITY, bytes = Number.POSITIVE_INFINITY } = until
  const journal = await openJournal(dir)
  const maker = new RecordMaker(journal.state.positions.values())
  let made = 0
  while (made < records && statSync(journal.eventsFile).size < bytes) {
    const count = Math.min(BATCH, records - made)
    await journal.append(Array.from({ length: count }, () => maker.next()))
    made += count
  }
  await journal.close()
  return made
}
