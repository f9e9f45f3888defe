/** One measured thing: its samples, the reference measured beside it, and what was promised of it. */

export type Unit =
  | 'µs'
  | 'ms'
  | 's'
  | 'records/s'
  | 'MB/s'
  | 'MiB'
  | 'bytes'
  | '% of a core'
  | '%'
  | 'records'
  | 'times'

export interface Target {
  is: 'at most' | 'at least'
  value: number
  /**
   * What is held against `value`: the share of samples that do not pass it (0.5 is the median, 1 the largest), or the
   * median as a multiple of the reference's median.
   */
  of: number | 'ratio'
}

export interface BenchRow {
  name: string
  unit: Unit
  /** In the order in which they were taken; never empty. */
  samples: number[]
  reference?: {
    /** What else was measured in the same run, in turns with ours. */
    name: string
    samples: number[]
  }
  target?: Target
}

/** The smallest sample that at least this share of them does not pass. */
export function quantile(samples: number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

/** More do not fit a file for people; the quantiles stay what they were. */
const SAMPLES_MAX = 1_000

/** Every so many samples of the sorted ones, the largest kept; all of them where they are few. */
export function thinned(samples: number[], countMax = SAMPLES_MAX): number[] {
  if (samples.length <= countMax) return samples
  const sorted = samples.toSorted((a, b) => a - b)
  return Array.from(
    { length: countMax },
    (_, index) => sorted[Math.ceil(((index + 1) * sorted.length) / countMax) - 1] ?? 0,
  )
}

export const median = (samples: number[]): number => quantile(samples, 0.5)

/** Ours as a multiple of the reference, by the medians; null where nothing was measured beside it. */
export const ratioOf = ({ samples, reference }: BenchRow): number | null =>
  reference ? median(samples) / median(reference.samples) : null

/** Whether the promise is kept; null where nothing was promised. */
export function isReached(row: BenchRow): boolean | null {
  const { target, samples } = row
  if (!target) return null
  const measured = target.of === 'ratio' ? ratioOf(row) : quantile(samples, target.of)
  if (measured === null) return false
  return target.is === 'at most' ? measured <= target.value : measured >= target.value
}

/** From so many samples on, quantiles say more than all of the range. */
const QUANTILES_FROM = 20

/** `12.3 (11.9–13.1)`: the median and the range; of many samples p50, p95, p99 and the largest. */
export function spreadText(samples: number[]): string {
  const [p50, p95, p99, least, most] = [0.5, 0.95, 0.99, 0, 1].map((share) =>
    figure(quantile(samples, share)),
  )
  if (samples.length === 1) return `${p50}`
  return samples.length < QUANTILES_FROM
    ? `${p50} (${least}–${most})`
    : `p50 ${p50}, p95 ${p95}, p99 ${p99}, max ${most}`
}

/** Three digits that count, thousands set apart. */
export const figure = (value: number): string =>
  value.toLocaleString(
    'en-US',
    Math.abs(value) >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 },
  )

const SHARES = new Map<number, string>([
  [0.5, 'median'],
  [0.95, 'p95'],
  [0.99, 'p99'],
  [1, 'max'],
])

/** `ratio >= 0.6`, `p99 <= 25 ms`; empty where nothing was promised. */
export function targetText({ target, unit }: BenchRow): string {
  if (!target) return ''
  const sign = target.is === 'at most' ? '<=' : '>='
  if (target.of === 'ratio') return `ratio ${sign} ${target.value}`
  return `${SHARES.get(target.of) ?? `share ${target.of}`} ${sign} ${figure(target.value)} ${unit}`
}
