/**
 * Rates over windows and series for the charts, from buckets of one second.
 *
 * A window is made of complete seconds and ends with the last one before now; the second that still runs would
 * make every rate look too low. Now is never earlier than the newest timestamp of the journal.
 */
import type { Bucket } from '../tail/protocol.js'
import type { MonitorState } from './state.js'

export interface WindowRates {
  /** Length asked for. */
  seconds: number
  /** Seconds of it that the buckets know: less where the journal is younger. */
  coveredSeconds: number
  records: number
  accepted: number
  bytes: number
  /** Null where no second is covered. */
  recordsPerSecond: number | null
  acceptedPerSecond: number | null
  bytesPerSecond: number | null
  /** Accepted of received in percent; null where nothing was received. */
  successPercent: number | null
}

/** Length of one sample of the median, and the least number of samples that say something. */
const SAMPLE_SECONDS = 10
const SAMPLES_MIN = 6

type Timeline = Pick<MonitorState, 'nowMs' | 'journal' | 'buckets'>

/** The second that is not complete yet, exclusive end of every window. */
export function currentSecond({ nowMs, journal }: Timeline): number {
  return Math.floor(Math.max(nowMs, journal?.timeMaxMs ?? nowMs) / 1000)
}

export function ratesOver(timeline: Timeline, seconds: number): WindowRates {
  const end = currentSecond(timeline)
  return ratesBetween(timeline, end - seconds, end)
}

function ratesBetween({ journal, buckets }: Timeline, from: number, end: number): WindowRates {
  const sum = { records: 0, accepted: 0, bytes: 0 }
  for (let index = buckets.length - 1; index >= 0; index -= 1) {
    const bucket = buckets[index] as Bucket
    if (bucket.second < from) break
    if (bucket.second >= end) continue
    sum.records += bucket.records
    sum.accepted += bucket.accepted
    sum.bytes += bucket.bytes
  }
  const knownFrom = journal?.bucketsFromSecond ?? end
  const coveredSeconds = Math.max(0, end - Math.max(from, knownFrom))
  const perSecond = (count: number): number | null => (coveredSeconds > 0 ? count / coveredSeconds : null)
  return {
    ...sum,
    seconds: end - from,
    coveredSeconds,
    recordsPerSecond: perSecond(sum.records),
    acceptedPerSecond: perSecond(sum.accepted),
    bytesPerSecond: perSecond(sum.bytes),
    successPercent: sum.records > 0 ? (100 * sum.accepted) / sum.records : null,
  }
}

/** Median of the throughput over the last `seconds`; null where too little of them is known. */
export function medianThroughput(timeline: Timeline, seconds: number): number | null {
  const end = currentSecond(timeline)
  const samples: number[] = []
  for (let to = end; to - SAMPLE_SECONDS >= end - seconds; to -= SAMPLE_SECONDS) {
    const { coveredSeconds, recordsPerSecond } = ratesBetween(timeline, to - SAMPLE_SECONDS, to)
    if (coveredSeconds === SAMPLE_SECONDS && recordsPerSecond !== null) samples.push(recordsPerSecond)
  }
  if (samples.length < SAMPLES_MIN) return null
  samples.sort((one, other) => one - other)
  const middle = samples.length >> 1
  const upper = samples[middle] as number
  return samples.length % 2 === 1 ? upper : (upper + (samples[middle - 1] as number)) / 2
}

/** Length of a slot of the last minute, and how many there are. */
const SLOT_SECONDS = 5
const SLOTS = 12

export type Slot = Pick<Bucket, 'records' | 'accepted' | 'bytes'>

/**
 * What happened in the last minute, in slots of five seconds that begin where those of the clock do, so that they stand still
 * while a slot runs; oldest first, the complete ones only, null where not known.
 */
export function minuteSlots(timeline: Timeline): (Slot | null)[] {
  const end = Math.floor(currentSecond(timeline) / SLOT_SECONDS) * SLOT_SECONDS
  return Array.from({ length: SLOTS }, (_, index) => {
    const from = end - (SLOTS - index) * SLOT_SECONDS
    const { records, accepted, bytes, coveredSeconds } = ratesBetween(timeline, from, from + SLOT_SECONDS)
    return coveredSeconds === SLOT_SECONDS ? { records, accepted, bytes } : null
  })
}

/** The worst p99 that a tracker told of each of the last `points` complete seconds, oldest first; null where none did. */
export function latencySeries(
  timeline: Timeline & Pick<MonitorState, 'log'>,
  points: number,
): (number | null)[] {
  const end = currentSecond(timeline)
  const series: (number | null)[] = new Array(points).fill(null)
  for (const { fromMs, untilMs, p99 } of timeline.log?.metrics?.latencies ?? []) {
    if (p99 === null) continue
    const from = Math.max(0, Math.floor(fromMs / 1000) - end + points)
    const until = Math.min(points, Math.ceil(untilMs / 1000) - end + points)
    for (let at = from; at < until; at += 1) series[at] = Math.max(series[at] ?? 0, p99)
  }
  return series
}

/** Records of each of the last `points` complete seconds, oldest first; null where not known. */
export function throughputSeries(timeline: Timeline, points: number): (number | null)[] {
  const end = currentSecond(timeline)
  const knownFrom = timeline.journal?.bucketsFromSecond ?? end
  const bySecond = new Map(timeline.buckets.map((bucket) => [bucket.second, bucket.records]))
  return Array.from({ length: points }, (_, index) => {
    const second = end - points + index
    return second < knownFrom ? null : (bySecond.get(second) ?? 0)
  })
}

/**
 * Success in percent at each of the last `points` complete seconds, oldest first, each over the `windowSeconds`
 * that end with it; null where nothing was received.
 */
export function successSeries(timeline: Timeline, points: number, windowSeconds = 10): (number | null)[] {
  const end = currentSecond(timeline)
  const bySecond = new Map(timeline.buckets.map((bucket) => [bucket.second, bucket]))
  const series: (number | null)[] = []
  let records = 0
  let accepted = 0
  for (let second = end - points - windowSeconds + 1; second < end; second += 1) {
    const entering = bySecond.get(second)
    const leaving =
      second - windowSeconds >= end - points - windowSeconds + 1
        ? bySecond.get(second - windowSeconds)
        : undefined
    records += (entering?.records ?? 0) - (leaving?.records ?? 0)
    accepted += (entering?.accepted ?? 0) - (leaving?.accepted ?? 0)
    if (second >= end - points) series.push(records > 0 ? (100 * accepted) / records : null)
  }
  return series
}
