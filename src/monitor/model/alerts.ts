/**
 * Alerts: a figure that has been past its limit for so long that somebody should look up from other work.
 *
 * An alert is pending while the limit is passed, raised once that has lasted for its hold time, and ends only when
 * the figure was inside the limit by the margin for as long. Pure: the figures and the time are handed in.
 */
import type { Level } from './health.js'

/** The worst first. */
export const ALERT_CODES = ['journal', 'stall', 'success_rate', 'lag'] as const

export type AlertCode = (typeof ALERT_CODES)[number]

export interface AlertRule {
  /** In the figure's own unit: percent below it for the success rate, else a count above it. */
  limit: number
  /** So long must the limit be passed to raise the alert, and be kept to end it. */
  holdMs: number
}

export type AlertRules = Record<AlertCode, AlertRule> & {
  /** How far inside the limit the alert ends, in percent of the limit; of the success rate, of what may fail. */
  marginPercent: number
}

/** What is measured; null where nothing is known. */
export type AlertFigures = Record<AlertCode, number | null>

export interface Alert {
  code: AlertCode
  phase: 'pending' | 'raised'
  /** The last figure that was known. */
  value: number
  /** When the limit was passed. Milliseconds since 1970, as all times here. */
  sinceMs: number
  /** Since when the figure is inside the limit by the margin; null while it is not. */
  backSinceMs: number | null
  /** When the figure was last looked at. */
  seenMs: number
  /** Put away by a person; an alert that is raised anew is a new one. */
  isDismissed: boolean
}

export const ALERT_LEVELS: Record<AlertCode, Extract<Level, 'warning' | 'critical'>> = {
  journal: 'critical',
  stall: 'critical',
  success_rate: 'critical',
  lag: 'warning',
}

/** A longer time in which nobody looked, while the machine slept, counts for nothing. */
export const UNSEEN_MS_MAX = 10_000

/** The alerts after one more look at the figures: those that are pending or raised, the worst first. */
export function nextAlerts(
  alerts: readonly Alert[],
  figures: AlertFigures,
  { rules, nowMs }: { rules: AlertRules; nowMs: number },
): Alert[] {
  return ALERT_CODES.flatMap((code) => {
    const before = alerts.find((alert) => alert.code === code)
    const next = before
      ? goesOn(seenAt(before, nowMs), figures[code], rules)
      : begins(code, { value: figures[code], rules, nowMs })
    return next ? [next] : []
  })
}

/** The same alert at a later look; the clock may have gone back, or nobody may have looked for long. */
function seenAt(alert: Alert, nowMs: number): Alert {
  const isUnseen = nowMs - alert.seenMs > UNSEEN_MS_MAX
  const isHolding = alert.phase === 'pending'
  return {
    ...alert,
    seenMs: nowMs,
    sinceMs: isHolding && isUnseen ? nowMs : Math.min(alert.sinceMs, nowMs),
    backSinceMs: alert.backSinceMs === null || isUnseen ? null : Math.min(alert.backSinceMs, nowMs),
  }
}

function begins(
  code: AlertCode,
  { value, rules, nowMs }: { value: number | null; rules: AlertRules; nowMs: number },
): Alert | null {
  if (value === null || !isPast(code, value, rules)) return null
  const phase = rules[code].holdMs === 0 ? 'raised' : 'pending'
  return { code, phase, value, sinceMs: nowMs, backSinceMs: null, seenMs: nowMs, isDismissed: false }
}

function goesOn(alert: Alert, value: number | null, rules: AlertRules): Alert | null {
  const { code, phase, seenMs } = alert
  const { holdMs } = rules[code]
  if (phase === 'pending') {
    if (value === null || !isPast(code, value, rules)) return null
    return { ...alert, value, phase: seenMs - alert.sinceMs >= holdMs ? 'raised' : 'pending' }
  }
  // What is not known neither goes on nor ends.
  if (value === null) return { ...alert, backSinceMs: null }
  if (!isBack(code, value, rules)) return { ...alert, value, backSinceMs: null }
  const backSinceMs = alert.backSinceMs ?? seenMs
  return seenMs - backSinceMs >= holdMs ? null : { ...alert, value, backSinceMs }
}

/** Every figure as one that is worse the larger it is. */
const badness = (code: AlertCode, value: number): number => (code === 'success_rate' ? 100 - value : value)

const isPast = (code: AlertCode, value: number, rules: AlertRules): boolean =>
  badness(code, value) > badness(code, rules[code].limit)

const isBack = (code: AlertCode, value: number, rules: AlertRules): boolean =>
  badness(code, value) <= badness(code, rules[code].limit) * (1 - rules.marginPercent / 100)

/** Whether one is raised that was not before. */
export const isRaisedAnew = (before: readonly Alert[], after: readonly Alert[]): boolean => {
  const raised = new Set(before.filter(({ phase }) => phase === 'raised').map(({ code }) => code))
  return after.some(({ code, phase }) => phase === 'raised' && !raised.has(code))
}

/** Those a person should see. */
export const shownAlerts = (alerts: readonly Alert[]): Alert[] =>
  alerts.filter(({ phase, isDismissed }) => phase === 'raised' && !isDismissed)

/** Puts away what is raised; it comes back only when it is raised anew. */
export const dismissed = (alerts: readonly Alert[]): Alert[] =>
  alerts.map((alert) => (alert.phase === 'raised' ? { ...alert, isDismissed: true } : alert))
