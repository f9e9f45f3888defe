/**
 * Whether anything moves on the screen. Where nothing does, it is drawn every few seconds rather than every second:
 * a frame costs as much as reading a hundred records, and the clock in the header tells minutes then.
 */
import { shownAlerts } from './alerts.js'
import type { MonitorState } from './state.js'

/** Nothing was written for so long: the rates over a second and over ten are level. */
const CALM_AFTER_MS = 15_000

/** What is seen of a calm screen is at most this old. */
export const CALM_FRAME_MS = 5_000

export const isCalm = ({ nowMs, journal, replay }: MonitorState): boolean =>
  replay === null && nowMs - (journal?.timeMaxMs ?? 0) > CALM_AFTER_MS

/** True where a second that passed shows no more than a clock would. */
export const isCalmBetween = (before: MonitorState, after: MonitorState): boolean =>
  isCalm(before) && isCalm(after) && alertsOf(before) === alertsOf(after)

const alertsOf = ({ alerts }: MonitorState): string =>
  shownAlerts(alerts)
    .map(({ code }) => code)
    .join()
