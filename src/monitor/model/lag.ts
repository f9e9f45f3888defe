/** The lag of each partition, from the last metrics line alone: the monitor never asks Kafka. */
import type { PartitionReading } from '../tail/protocol.js'
import { isLate } from './late.js'
import type { MonitorState } from './state.js'

export type LagState = 'OK' | 'LAGGING' | 'STALLED' | 'REWIND' | '?'

export interface LagRow {
  topic: string
  partition: number
  /** Last stable offset, or null before it was first read. */
  end: number | null
  next: number
  /** Records. */
  lag: number | null
  /** Age of the last journaled record when the end was read; 0 where nothing is left to read. */
  lagSeconds: number | null
  /** Change of the lag over the last minute, records per second. */
  lagPerSecond: number | null
  /** Until nothing is left at the pace of the last minute; infinite where the lag does not shrink, null without lag. */
  drainSeconds: number | null
  state: LagState
}

export const LAG_COLUMNS = ['partition', 'end', 'next', 'lag', 'seconds', 'trend', 'drain', 'state'] as const

export type LagColumn = (typeof LAG_COLUMNS)[number]

/** Behind by more than this is lagging, whatever the tracker calls it. */
const LAGGING_SECONDS = 10
/** A partition that read nothing for this long, with records waiting, is stalled. */
const STALLED_SECONDS = 10
/** Less change than this is none. */
const TREND_MIN = 0.05

/** `isOld` where metrics are late: then no state is claimed. */
export function lagRows(partitions: readonly PartitionReading[], isOld: boolean): LagRow[] {
  return partitions.map((reading) => {
    const lagSeconds = secondsBehind(reading)
    return {
      topic: reading.topic,
      partition: reading.partition,
      end: reading.end,
      next: reading.next,
      lag: reading.lag,
      lagSeconds,
      lagPerSecond: reading.lagPerSecond,
      drainSeconds: drainSeconds(reading),
      state: isOld ? '?' : lagState(reading, lagSeconds),
    }
  })
}

function secondsBehind(reading: PartitionReading): number | null {
  if (reading.lag === null) return null
  if (reading.lag === 0) return 0
  const endReadMs = Date.parse(reading.end_read_at ?? '')
  const lastRecordMs = Date.parse(reading.last_record_timestamp ?? '')
  const seconds = (endReadMs - lastRecordMs) / 1000
  return Number.isNaN(seconds) ? null : Math.max(0, seconds)
}

function drainSeconds({ lag, lagPerSecond }: PartitionReading): number | null {
  if (lag === null || lag === 0 || lagPerSecond === null) return null
  return lagPerSecond < -TREND_MIN ? lag / -lagPerSecond : Number.POSITIVE_INFINITY
}

function lagState(reading: PartitionReading, lagSeconds: number | null): LagState {
  if (reading.rewoundMs !== null) return 'REWIND'
  const hasWork = (reading.lag ?? 0) > 0
  const isIdle = reading.readPerSecond === 0 && reading.trendSeconds >= STALLED_SECONDS
  const isHeld = ['stalled', 'disk_full', 'broker_down'].includes(reading.state)
  if (isHeld || (hasWork && isIdle)) return 'STALLED'
  if (hasWork && (reading.state === 'lagging' || (lagSeconds ?? 0) > LAGGING_SECONDS)) return 'LAGGING'
  return 'OK'
}

/** How bad each state is, the worst first. */
const STATE_ORDER: readonly LagState[] = ['STALLED', 'REWIND', 'LAGGING', '?', 'OK']

/** Largest first for numbers, worst first for states; what is not known comes last. */
export function sortedBy(rows: readonly LagRow[], column: LagColumn): LagRow[] {
  return [...rows].sort((one, other) => compare(one, other, column) || compare(one, other, 'partition'))
}

function compare(one: LagRow, other: LagRow, column: LagColumn): number {
  switch (column) {
    case 'partition':
      return one.topic === other.topic ? one.partition - other.partition : one.topic < other.topic ? -1 : 1
    case 'state':
      return STATE_ORDER.indexOf(one.state) - STATE_ORDER.indexOf(other.state)
    default: {
      const [first, second] = [figure(other, column), figure(one, column)]
      // Two infinities are equal, and their difference is no number.
      return first === second ? 0 : first - second
    }
  }
}

function figure(row: LagRow, column: Exclude<LagColumn, 'partition' | 'state'>): number {
  const value = {
    end: row.end,
    next: row.next,
    lag: row.lag,
    seconds: row.lagSeconds,
    trend: row.lagPerSecond,
    drain: row.drainSeconds,
  }[column]
  return value ?? Number.NEGATIVE_INFINITY
}

/** The whole lag and when it was read; null before the first metrics line. */
export function lagOf(state: MonitorState, isOld: boolean): { rows: LagRow[]; timeMs: number } | null {
  const metrics = state.log?.metrics
  if (!metrics) return null
  const isOldOf = ({ toldMs }: PartitionReading): boolean =>
    isOld || (toldMs !== undefined && isLate(state, toldMs))
  const rows = metrics.partitions.flatMap((reading) => lagRows([reading], isOldOf(reading)))
  return { rows: sortedBy(rows, state.view.lagSort), timeMs: metrics.timeMs }
}
