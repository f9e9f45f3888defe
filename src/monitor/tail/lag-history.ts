/**
 * How the lag of each partition moves, from the metrics lines of the last minute.
 *
 * Rates are taken between two readings of one tracker process, over the time that passed between them. Where the
 * position went back, or an epoch began, that is a change of state and no rate.
 */
import type { PartitionMetrics } from '../../shared/contract/log-entry.js'
import type { PartitionReading } from './protocol.js'

/** Readings are compared over at most this long ... */
const WINDOW_MS = 60_000
/** ... and at most so many are kept. */
const SAMPLES_MAX = 60

interface Sample {
  timeMs: number
  partitions: Map<string, PartitionMetrics>
}

const keyOf = ({ topic, partition }: PartitionMetrics): string => `${topic}\n${partition}`

export class LagHistory {
  #samples: Sample[] = []
  /** When a partition was last seen to go back. */
  readonly #rewoundMs = new Map<string, number>()

  /** Takes the partitions of the next metrics line; answers them with their trends. */
  add(timeMs: number, partitions: readonly PartitionMetrics[]): PartitionReading[] {
    const last = this.#samples.at(-1)
    // A log that was cut or a clock that stepped back: what came before cannot be compared.
    if (last && timeMs <= last.timeMs) this.#samples = []
    const kept = this.#samples.filter((sample) => timeMs - sample.timeMs <= WINDOW_MS)
    this.#samples = [...kept.slice(-SAMPLES_MAX + 1), { timeMs, partitions: byKey(partitions) }]
    return partitions.map((partition) => this.#reading(partition, timeMs))
  }

  #reading(now: PartitionMetrics, timeMs: number): PartitionReading {
    const key = keyOf(now)
    const previous = this.#samples.at(-2)?.partitions.get(key)
    if (previous && (now.next < previous.next || now.epoch > previous.epoch)) this.#rewoundMs.set(key, timeMs)
    const rewoundMs = this.#rewoundMs.get(key) ?? null
    const since = this.#samples.find(
      (sample) => sample.timeMs >= (rewoundMs ?? 0) && sample.partitions.has(key),
    )
    const before = since?.partitions.get(key)
    const seconds = since ? (timeMs - since.timeMs) / 1000 : 0
    const rate = (later: number | null, earlier: number | null | undefined): number | null =>
      seconds > 0 && later !== null && typeof earlier === 'number' ? (later - earlier) / seconds : null
    return {
      ...now,
      lagPerSecond: rate(now.lag, before?.lag),
      readPerSecond: rate(now.next, before?.next),
      trendSeconds: seconds,
      rewoundMs: rewoundMs !== null && timeMs - rewoundMs <= WINDOW_MS ? rewoundMs : null,
    }
  }
}

const byKey = (partitions: readonly PartitionMetrics[]): Map<string, PartitionMetrics> =>
  new Map(partitions.map((partition) => [keyOf(partition), partition]))
