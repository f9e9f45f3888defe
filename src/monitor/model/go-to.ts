/** Reads what a person types to go to a moment of the journal. */
import { moment } from '../../shared/runtime/flags.js'
import type { Target } from '../moment/target.js'

export type GoTo = { target: Target } | { problem: string }

/** What can be typed. */
export const GO_TO_FORMS =
  '10:15, 10:15:37, -15m, 2026-11-21T10:15:37Z, 0@41 (partition@offset) or #1042 (seq)'

const DAY_MS = 86_400_000

/**
 * Times of day are local, or in UTC where the screen's are, and the last ones there were: `10:15` is of yesterday where it is not yet 10:15.
 *
 * @param nowMs Milliseconds since 1970.
 */
export function goToOf(text: string, nowMs: number, isUtc = false): GoTo {
  const typed = text.trim()
  const target = timeTarget(typed, nowMs, isUtc) ?? lineTarget(typed)
  if (!target) return { problem: `possible are ${GO_TO_FORMS}` }
  if (target.kind === 'time' && target.timeMs > nowMs) return { problem: 'that is in the future' }
  return { target }
}

function timeTarget(text: string, nowMs: number, isUtc: boolean): Target | null {
  const timeMs = timeOfDay(text, nowMs, isUtc) ?? moment(nowMs)(text)
  return timeMs === null ? null : { kind: 'time', timeMs }
}

function timeOfDay(text: string, nowMs: number, isUtc: boolean): number | null {
  const [, hours, minutes, seconds = '0'] = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text) ?? []
  if (hours === undefined || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return null
  const time = new Date(nowMs)
  if (isUtc) time.setUTCHours(Number(hours), Number(minutes), Number(seconds), 0)
  else time.setHours(Number(hours), Number(minutes), Number(seconds), 0)
  const timeMs = time.getTime()
  return timeMs > nowMs ? timeMs - DAY_MS : timeMs
}

function lineTarget(text: string): Target | null {
  const [, seq] = /^#(\d{1,15})$/.exec(text) ?? []
  if (seq !== undefined) return Number(seq) > 0 ? { kind: 'seq', seq: Number(seq) } : null
  const [, topic, partition, offset] = /^(?:([\w.-]{1,249})\/)?(\d{1,9})@(\d{1,15})$/.exec(text) ?? []
  if (partition === undefined || offset === undefined) return null
  return { kind: 'offset', topic: topic ?? null, partition: Number(partition), offset: Number(offset) }
}
