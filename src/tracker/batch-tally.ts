/** What is to be counted of a batch once it is durable; its records need not be kept for that. */
import type { JudgedRecord } from './judging/judged-records.js'

export class BatchTally {
  received = 0
  accepted = 0
  /** By `error.code`. */
  readonly rejected = new Map<string, number>()
  /** Times of the records that have one, milliseconds since 1970. */
  readonly stampedAt: number[] = []
  /** Times that the order events themselves tell, where they do. */
  readonly eventAt: number[] = []

  add({ timeMs, verdict }: Pick<JudgedRecord, 'timeMs' | 'verdict'>): void {
    const { rejection } = verdict
    this.received += 1
    if (rejection === null) this.accepted += 1
    else this.rejected.set(rejection.code, (this.rejected.get(rejection.code) ?? 0) + 1)
    if (timeMs >= 0) this.stampedAt.push(timeMs)
    if (verdict.deserialized && verdict.eventTimeMs !== null) this.eventAt.push(verdict.eventTimeMs)
  }
}
