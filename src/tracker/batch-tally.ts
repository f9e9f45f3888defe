/** What is to be counted of a batch once it is durable; its records need not be kept for that. */
import type { IncomingRecord } from '../shared/journal/record.js'

export class BatchTally {
  received = 0
  accepted = 0
  /** By `error.code`. */
  readonly rejected = new Map<string, number>()
  /** Times of the records that have one, milliseconds since 1970. */
  readonly stampedAt: number[] = []
  /** Times that the order events themselves tell, where they do. */
  readonly eventAt: number[] = []

  add({ timestampMs, verdict }: IncomingRecord): void {
    const { rejection } = verdict
    this.received += 1
    if (rejection === null) this.accepted += 1
    else this.rejected.set(rejection.code, (this.rejected.get(rejection.code) ?? 0) + 1)
    const stampedAt = Number(timestampMs)
    if (stampedAt >= 0) this.stampedAt.push(stampedAt)
    if (verdict.deserialized && verdict.eventTimeMs !== null) this.eventAt.push(verdict.eventTimeMs)
  }
}
