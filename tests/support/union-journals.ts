/**
 * Journals of several trackers, line by line, with offsets that overlap as a test wants it, and a slow count of what
 * stands in them. The lines have no true hashes: readers of several journals do not look at them.
 */
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { emptyTotals } from '../../src/shared/journal/totals.js'

export const T0 = Date.parse('2026-11-21T12:00:00.000Z')

export type Step =
  | { kind: 'cluster'; id: string }
  | { kind: 'epoch'; partition: number }
  /** `count` records from `from` on. */
  | { kind: 'records'; partition: number; from: number; count: number }

interface Identity {
  clusterId: string
  partition: number
  epoch: number
  offset: number
}

/** What a record is like follows from where it stands, so that copies of it are equal. */
const isRejected = ({ partition, epoch, offset }: Identity): boolean => (partition + epoch + offset) % 5 === 0
const typeOf = ({ offset }: Identity): string => (offset % 3 === 0 ? 'order.created' : 'order.shipped')
const bytesOf = ({ offset, clusterId }: Identity): number => 100 + (offset % 7) + clusterId.length
/** Of one created order, hundredths. */
export const PRICE_MINOR = 250

export class UnionJournal {
  readonly eventsFile: string
  /** Every record that was written, in its order. */
  readonly records: Identity[] = []
  #clusterId = ''
  #seq = 0
  /** By partition, then by cluster. */
  readonly #epochs = new Map<number, Map<string, number>>()

  constructor(dir: string, name: string) {
    this.eventsFile = join(dir, `tracker-${name}.events`)
    writeFileSync(this.eventsFile, '')
  }

  append(steps: readonly Step[]): void {
    appendFileSync(this.eventsFile, steps.flatMap((step) => this.#linesOf(step)).join(''))
  }

  #linesOf(step: Step): string[] {
    if (step.kind === 'cluster') {
      this.#clusterId = step.id
      return [this.#line({ event_type: 'journal.cluster', cluster_id: step.id })]
    }
    const { partition } = step
    const epoch = this.#epochOf(partition)
    if (step.kind === 'records') {
      this.#setEpoch(partition, epoch)
      return Array.from({ length: step.count }, (_, index) =>
        this.#record({ clusterId: this.#clusterId, partition, epoch, offset: step.from + index }),
      )
    }
    const next = Math.max(-1, ...(this.#epochs.get(partition)?.values() ?? [])) + 1
    this.#setEpoch(partition, next)
    const place = { kafka_topic: 'orders', kafka_partition: partition, from_offset: 0 }
    return [this.#line({ event_type: 'journal.epoch', ...place, epoch: next, reason: 'content_differs' })]
  }

  /** A cluster that is new to the partition goes on with the largest epoch of all. */
  #epochOf(partition: number): number {
    const epochs = this.#epochs.get(partition)
    return epochs?.get(this.#clusterId) ?? Math.max(0, ...(epochs?.values() ?? []))
  }

  #setEpoch(partition: number, epoch: number): void {
    const epochs = this.#epochs.get(partition) ?? new Map<string, number>()
    this.#epochs.set(partition, epochs.set(this.#clusterId, epoch))
  }

  #record(identity: Identity): string {
    this.records.push(identity)
    const rejected = isRejected(identity)
    return this.#line({
      event_type: rejected ? 'message.received.validation_error' : 'message.received',
      kafka_topic: 'orders',
      kafka_partition: identity.partition,
      kafka_offset: identity.offset,
      message_size: bytesOf(identity),
      ...(rejected ? { error: { code: 'x', message: '' } } : {}),
      order_full: {
        currency: 'EUR',
        total: PRICE_MINOR / 100,
        metadata: { event_type: typeOf(identity) },
      },
    })
  }

  #line(fields: object): string {
    this.#seq += 1
    const timestamp = new Date(T0 + this.#seq).toISOString()
    return `${JSON.stringify({ timestamp, ...fields, seq: this.#seq, hash: '0'.repeat(64) })}\n`
  }
}

/** What stands in any of the journals, counted one by one, by cluster. */
export function slowTotals(journals: readonly UnionJournal[]): Map<string, ReturnType<typeof emptyTotals>> {
  const seen = new Set<string>()
  const totals = new Map<string, ReturnType<typeof emptyTotals>>()
  for (const record of journals.flatMap(({ records }) => records)) {
    const key = JSON.stringify(record)
    if (seen.has(key)) continue
    seen.add(key)
    const sum = totals.get(record.clusterId) ?? emptyTotals()
    totals.set(record.clusterId, sum)
    sum.records += 1
    sum.bytes += bytesOf(record)
    if (isRejected(record)) sum.rejected['x'] = (sum.rejected['x'] ?? 0) + 1
    else {
      sum.accepted += 1
      sum.by_event_type[typeOf(record)] = (sum.by_event_type[typeOf(record)] ?? 0) + 1
    }
  }
  return totals
}
