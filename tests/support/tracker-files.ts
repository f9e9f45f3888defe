/**
 * Writes `tracker.events` and `tracker.log` as a tracker does, line by line and without one, so that a test can
 * tear, cut, rotate and time them as it likes. Lines are encoded by the journal's own encoder.
 */
import { appendFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OwnEntry, Totals } from '../../src/shared/contract/journal-entry.js'
import type { TrackerState } from '../../src/shared/contract/log-entry.js'
import { judge } from '../../src/shared/contract/verdict.js'
import { ChainEncoder } from '../../src/shared/journal/encoder.js'
import { writeRecordBody } from '../../src/shared/journal/record.js'
import { copyTotals, countRecord, emptyTotals } from '../../src/shared/journal/totals.js'

const CATALOGUE = [
  ['client01', 'espresso', 2, 2.5],
  ['client02', 'cappuccino', 3, 3.2],
  ['client03', 'latte', 4, 3.5],
  ['client04', 'macchiato', 5, 3.0],
  ['client05', 'flat white', 6, 3.3],
  ['client06', 'mocha', 7, 4.0],
  ['client07', 'americano', 8, 2.8],
  ['client08', 'chai latte', 9, 3.8],
  ['client09', 'matcha', 10, 4.5],
  ['client10', 'smoothie fraise', 11, 5.5],
] as const

const LIFE = ['created', 'confirmed', 'shipped', 'delivered'] as const
const STATUSES = { created: 'pending', confirmed: 'confirmed', shipped: 'shipped', delivered: 'delivered' }

const cents = (value: number): number => Math.round(value * 100) / 100

/** The payload of the `n`-th event of a stream, accepted by the verdict; `changes` may spoil it. */
export function orderPayload(n: number, changes: Record<string, unknown> = {}): Buffer {
  const [client, item, quantity, unitPrice] = CATALOGUE[n % CATALOGUE.length] ?? CATALOGUE[0]
  const step = LIFE[Math.floor(n / CATALOGUE.length) % LIFE.length] ?? 'created'
  const subTotal = cents(quantity * unitPrice)
  const tax = cents(subTotal * 0.2)
  const order = {
    order_id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    sequence: n + 1,
    status: STATUSES[step],
    items: [
      { item_id: `item-${item}`, item_name: item, quantity, unit_price: unitPrice, total_price: subTotal },
    ],
    sub_total: subTotal,
    tax,
    shipping_fee: 2.5,
    total: cents(subTotal + tax + 2.5),
    currency: 'EUR',
    payment_method: 'credit_card',
    shipping_address: `${n} Rue de la Paix, 75000 Paris`,
    metadata: {
      timestamp: '2026-11-21T02:15:37.000Z',
      version: '1.1',
      event_type: `order.${step}`,
      source: 'producer-service',
      correlation_id: `00000000-0000-4000-9000-${String(n).padStart(12, '0')}`,
    },
    customer_info: {
      customer_id: client,
      name: client,
      email: `${client}@example.com`,
      phone: '+33 1 00 00 00 00',
      address: `${n} Rue de la Paix, 75000 Paris`,
      loyalty_level: 'silver',
    },
    inventory_status: [],
  }
  return Buffer.from(JSON.stringify({ ...order, ...changes }))
}

type OwnFields = OwnEntry extends infer E
  ? E extends OwnEntry
    ? Omit<E, 'timestamp' | 'seq' | 'hash'>
    : never
  : never

export interface RecordOptions {
  /** Time of the line, milliseconds since 1970. */
  timeMs: number
  partition?: number
}

export class TrackerFiles {
  readonly eventsFile: string
  readonly logFile: string
  seq = 0
  hash = '0'.repeat(64)
  totals: Totals = emptyTotals()
  readonly #encoder = new ChainEncoder()
  readonly #offsets = new Map<number, number>()
  #timeMax: string | null = null
  #sealed = 0

  constructor(dir: string) {
    this.eventsFile = join(dir, 'tracker.events')
    this.logFile = join(dir, 'tracker.log')
  }

  /** The line of a record with this value; counts as written. */
  record(value: Buffer | null, { timeMs, partition = 0 }: RecordOptions): Buffer {
    const verdict = judge(value)
    const offset = this.#offsets.get(partition) ?? 0
    this.#offsets.set(partition, offset + 1)
    countRecord(this.totals, {
      bytes: value?.length ?? 0,
      rejection: verdict.rejection?.code ?? null,
      orderEventType: verdict.deserialized ? verdict.eventType : null,
    })
    return this.#line(timeMs, (encoder) =>
      writeRecordBody(encoder, {
        topic: 'orders',
        partition,
        offset,
        timestampMs: String(timeMs - 3),
        key: Buffer.from(`key-${offset}`),
        headers: [],
        value,
        verdict,
      }),
    )
  }

  /** Lines of `count` good orders from number `first` on, `stepMs` apart. */
  orders(
    count: number,
    { timeMs, stepMs = 0, first = 0 }: { timeMs: number; stepMs?: number; first?: number },
  ): Buffer {
    const lines = Array.from({ length: count }, (_, index) =>
      this.record(orderPayload(first + index), { timeMs: timeMs + index * stepMs, partition: index % 3 }),
    )
    return Buffer.concat(lines)
  }

  /** A line of the journal's own. */
  own(fields: OwnFields, timeMs: number): Buffer {
    return this.#line(timeMs, (encoder) => encoder.text(`${JSON.stringify(fields).slice(1, -1)},`))
  }

  opened(timeMs: number): Buffer {
    return this.own(
      {
        event_type: 'journal.opened',
        format: 1,
        instance: null,
        writer_version: '0.1.0',
        previous_file: null,
        previous_hash: null,
      },
      timeMs,
    )
  }

  checkpoint(timeMs: number, totals: Totals = this.totals): Buffer {
    return this.own(
      { event_type: 'journal.checkpoint', positions: [], totals, time_max: this.#timeMax },
      timeMs,
    )
  }

  closed(timeMs: number): Buffer {
    return this.own({ event_type: 'journal.closed', positions: [] }, timeMs)
  }

  /** A metrics line of tracker.log that tells the truth about this journal, unless `changes` say otherwise. */
  metrics(timeMs: number, changes: Record<string, unknown> = {}): Buffer {
    const rejected = Object.values(this.totals.rejected).reduce((sum, count) => sum + count, 0)
    const partition = (number: number): object => ({
      topic: 'orders',
      partition: number,
      epoch: 0,
      next: this.#offsets.get(number) ?? 0,
      end: this.#offsets.get(number) ?? 0,
      end_read_at: new Date(timeMs).toISOString(),
      committed: this.#offsets.get(number) ?? 0,
      lag: 0,
      last_record_timestamp: new Date(timeMs).toISOString(),
      state: 'consuming' satisfies TrackerState,
    })
    return this.log(timeMs, {
      kind: 'metrics',
      message: `${this.totals.records} received, ${this.totals.accepted} accepted, ${rejected} rejected`,
      metadata: {
        uptime_seconds: 3600,
        messages_received: this.totals.records,
        messages_processed: this.totals.accepted,
        messages_failed: rejected,
        success_rate_percent: 98,
        messages_per_second: 5,
        received_total: this.totals.records,
        accepted_total: this.totals.accepted,
        rejected_total: this.totals.rejected,
        journal: { seq: this.seq, hash: this.hash, totals: copyTotals(this.totals) },
        throughput_per_second: { '1s': 5, '10s': 5, '60s': 5 },
        latency_ms: { p50: 3, p95: 8, p99: 12 },
        event_age_ms: { p50: 4, p95: 9, p99: 14, negative: 0 },
        dead_letters: { sent_total: rejected, refused_total: 0, held_partitions: 0 },
        partitions: [0, 1, 2].map(partition),
        state: 'consuming',
        ...changes,
      },
    })
  }

  /** A line of tracker.log. */
  log(
    timeMs: number,
    fields: { kind: string; message: string; level?: string; error?: string; metadata?: object },
  ): Buffer {
    const { level = 'info', kind, message, error, metadata } = fields
    const timestamp = new Date(timeMs).toISOString()
    const entry = { level, timestamp, service: 'order-tracker', kind, error, metadata, message }
    return Buffer.from(`${JSON.stringify(entry)}\n`)
  }

  appendEvents(...bytes: Buffer[]): void {
    appendFileSync(this.eventsFile, Buffer.concat(bytes), { mode: 0o600 })
  }

  writeEvents(...bytes: Buffer[]): void {
    writeFileSync(this.eventsFile, Buffer.concat(bytes), { mode: 0o600 })
  }

  /** Seals the open file and begins the next one, as a rotation does. Answers the name of the sealed file. */
  rotate(timeMs: number): string {
    this.#sealed += 1
    const sealed = `${this.eventsFile}.${String(this.#sealed).padStart(6, '0')}`
    const next = `${this.eventsFile}.next`
    writeFileSync(next, Buffer.concat([this.opened(timeMs), this.checkpoint(timeMs)]), { mode: 0o600 })
    renameSync(this.eventsFile, sealed)
    renameSync(next, this.eventsFile)
    return sealed
  }

  appendLog(...bytes: Buffer[]): void {
    appendFileSync(this.logFile, Buffer.concat(bytes))
  }

  #line(timeMs: number, body: (encoder: ChainEncoder) => void): Buffer {
    const encoder = this.#encoder
    const timestamp = new Date(timeMs).toISOString()
    encoder.begin(this.hash, timestamp)
    encoder.line()
    body(encoder)
    this.seq += 1
    encoder.seal(this.seq)
    this.hash = encoder.hash
    if (this.#timeMax === null || timestamp > this.#timeMax) this.#timeMax = timestamp
    return Buffer.from(encoder.batch())
  }
}
