/**
 * Numbers, sizes and times as the screen shows them; "–" where there is nothing to say.
 *
 * Without `Intl`, whose tables alone take longer to load than the first screen takes to draw.
 */

export const NOTHING = '–'

/** Between digits of which three, six and so on follow up to the point. */
const THOUSANDS = /(?<!\.\d*)\B(?=(?:\d{3})+(?!\d))/g
const COMPACT_UNITS = ['', 'K', 'M', 'B', 'T']
const COMPACT_DIGITS = 3
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB']

/** @example formatCount(1234567) // '1,234,567' */
export const formatCount = (count: number): string => grouped(String(Math.round(count)))

/** Where there is little room: three digits from a hundred thousand on. @example formatShort(1234567) // '1.23M' */
export const formatShort = (count: number): string =>
  count < 100_000 ? formatCount(count) : formatCompact(count)

/** At most three digits that count. @example formatCompact(1234567) // '1.23M' */
export function formatCompact(value: number): string {
  let scaled = toCompactDigits(value)
  let unit = 0
  while (Math.abs(scaled) >= 1000 && unit < COMPACT_UNITS.length - 1) {
    scaled = toCompactDigits(scaled / 1000)
    unit += 1
  }
  return `${scaled}${COMPACT_UNITS[unit]}`
}

const toCompactDigits = (value: number): number => Number(value.toPrecision(COMPACT_DIGITS))

const grouped = (digits: string): string => digits.replace(THOUSANDS, ',')

/** @example formatRate(5.04) // '5.0/s' */
export function formatRate(perSecond: number | null): string {
  if (perSecond === null) return NOTHING
  return `${perSecond < 99.95 ? perSecond.toFixed(1) : formatCount(perSecond)}/s`
}

/** Rounded down, so that 100 % means all. */
export function formatPercent(percent: number | null): string {
  if (percent === null) return NOTHING
  return percent >= 100 ? '100 %' : `${(Math.floor(percent * 10) / 10).toFixed(1)} %`
}

/** Decimal units. @example formatBytes(4400) // '4.4 kB' */
export function formatBytes(bytes: number | null): string {
  if (bytes === null) return NOTHING
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`
}

/** Hundredths of a unit of money. @example formatMinor(123450) // '1,234.50' */
export const formatMinor = (minor: number): string => formatAmount(minor / 100)

/** Units of money. @example formatAmount(1234.5) // '1,234.50' */
export const formatAmount = (amount: number): string => grouped(amount.toFixed(2))

/** The two largest units. @example formatDuration(7980) // '2h 13m' */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  if (whole < 60) return `${whole}s`
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${whole % 60}s`
  if (whole < 86_400) return `${Math.floor(whole / 3600)}h ${Math.floor((whole % 3600) / 60)}m`
  return `${Math.floor(whole / 86_400)}d ${Math.floor((whole % 86_400) / 3600)}h`
}

const two = (value: number): string => String(value).padStart(2, '0')

export type Zone = 'local' | 'utc'

/** Date and time of day, apart. */
function partsOf(timeMs: number, zone: Zone): [date: string, time: string] {
  const date = new Date(timeMs)
  if (zone === 'utc') {
    const iso = date.toISOString()
    const timeAt = iso.indexOf('T')
    return [iso.slice(0, timeAt), iso.slice(timeAt + 1, timeAt + 9)]
  }
  return [
    `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`,
    `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`,
  ]
}

/** Time of day. @example formatTime(0, 'utc') // '00:00:00' */
export const formatTime = (timeMs: number | null, zone: Zone = 'local'): string =>
  timeMs === null ? NOTHING : partsOf(timeMs, zone)[1]

/** Date and time of day. @example formatDate(0, 'utc') // '1970-01-01 00:00:00' */
export const formatDate = (timeMs: number, zone: Zone): string => partsOf(timeMs, zone).join(' ')

/** Time of day, with the date where that is not the day of `nowMs`. @example '2026-11-20 10:15:37' */
export function formatMoment(timeMs: number, nowMs: number, zone: Zone): string {
  const [date, time] = partsOf(timeMs, zone)
  return date === partsOf(nowMs, zone)[0] ? time : `${date} ${time}`
}

/** The largest unit alone. @example formatAge(7_980_000) // '2 h' */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`
}

/** Time of day with milliseconds. */
export const formatTimeMs = (timeMs: number, zone: Zone): string =>
  `${formatTime(timeMs, zone)}.${String(new Date(timeMs).getMilliseconds()).padStart(3, '0')}`
