/** How times are written: as this machine's clock shows them, in UTC, or in rows as what has passed since. */
import { createContext } from 'react'
import type { ViewState } from '../model/state.js'
import { formatDuration, formatMoment, formatTime, formatTimeMs, type Zone } from './format.js'

export interface Times {
  zone: Zone
  /** Time of day. */
  clock(timeMs: number | null): string
  /** Of a row of a list. */
  row(timeMs: number): string
  /** Of a row where there is room for more. */
  rowLong(timeMs: number): string
  /** With the date where that is another than that of `nowMs`. */
  moment(timeMs: number, nowMs: number): string
}

const inZone = (zone: Zone): Times => ({
  zone,
  clock: (timeMs) => formatTime(timeMs, zone),
  row: (timeMs) => formatTime(timeMs, zone),
  rowLong: (timeMs) => formatTimeMs(timeMs, zone),
  moment: (timeMs, nowMs) => formatMoment(timeMs, nowMs, zone),
})

export const LOCAL_TIMES = inZone('local')
const UTC_TIMES = inZone('utc')
const AGE_COLUMNS = 8

/** The same object as long as what it writes stays the same, so that rows need not be drawn again. */
export function timesOf({ timeStyle }: Pick<ViewState, 'timeStyle'>, nowMs: number): Times {
  if (timeStyle === 'local') return LOCAL_TIMES
  if (timeStyle === 'utc') return UTC_TIMES
  const age = (timeMs: number): string => formatDuration((nowMs - timeMs) / 1000).padStart(AGE_COLUMNS)
  return { ...LOCAL_TIMES, row: age, rowLong: age }
}

export const TimesContext = createContext<Times>(LOCAL_TIMES)
