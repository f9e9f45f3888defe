/** What the tracker did since it started: counts, rates and latencies. Told by `metrics`, never by the journal. */
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'
import type { GapReason } from '../shared/contract/journal-entry.js'
import type { Percentiles } from '../shared/contract/log-entry.js'
import type { Clock } from '../shared/runtime/clock.js'
import type { BatchTally } from './batch-tally.js'
import { RateWindows } from './windows.js'

export class Counters {
  receivedTotal = 0
  acceptedTotal = 0
  readonly rejectedTotal: Record<string, number> = {}
  /** Records that stood in the journal already; stays 0 unless something fetched twice. */
  droppedTotal = 0
  /** Offsets that held records and have none in the journal, by the reason of their gap. */
  readonly passedOverTotal: Partial<Record<GapReason, number>> = {}
  readonly #clock: Clock
  readonly #startedAt: number
  readonly #windows: RateWindows
  #latency = createHistogram()
  #age = createHistogram()
  #negativeAges = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.#startedAt = clock.monotonic()
    this.#windows = new RateWindows(this.#startedAt)
  }

  /** Counts records that have just become durable. */
  journaled(batch: BatchTally): void {
    const now = this.#clock.now()
    this.#windows.add(batch.received, this.#clock.monotonic())
    this.receivedTotal += batch.received
    this.acceptedTotal += batch.accepted
    for (const [code, count] of batch.rejected)
      this.rejectedTotal[code] = (this.rejectedTotal[code] ?? 0) + count
    for (const stampedAt of batch.stampedAt) this.#latency.record(histogramValue(now - stampedAt))
    for (const eventAt of batch.eventAt) {
      if (eventAt > now) this.#negativeAges += 1
      else this.#age.record(histogramValue(now - eventAt))
    }
  }

  /** Counts offsets that a gap stands for. */
  passedOver(reason: GapReason, offsets: number): void {
    if (offsets > 0) this.passedOverTotal[reason] = (this.passedOverTotal[reason] ?? 0) + offsets
  }

  get failedTotal(): number {
    return this.receivedTotal - this.acceptedTotal
  }

  uptimeSeconds(): number {
    return Math.round((this.#clock.monotonic() - this.#startedAt) / 100) / 10
  }

  perSecond(seconds: number): number {
    return this.#windows.perSecond(seconds, this.#clock.monotonic())
  }

  /** Latency and age since the last call; both begin anew. */
  takeTimes(): { latency: Percentiles; age: Percentiles & { negative: number } } {
    const times = {
      latency: percentiles(this.#latency),
      age: { ...percentiles(this.#age), negative: this.#negativeAges },
    }
    this.#latency = createHistogram()
    this.#age = createHistogram()
    this.#negativeAges = 0
    return times
  }
}

/** Histograms take whole numbers from 1; below a millisecond is told as one, and clocks that disagree too. */
const histogramValue = (ms: number): number => Math.min(Math.max(1, Math.round(ms)), Number.MAX_SAFE_INTEGER)

function percentiles(histogram: RecordableHistogram): Percentiles {
  if (histogram.count === 0) return { p50: null, p95: null, p99: null }
  return { p50: histogram.percentile(50), p95: histogram.percentile(95), p99: histogram.percentile(99) }
}
