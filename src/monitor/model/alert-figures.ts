/** The figures that alerts are about, from the live state: never from a moment of the past. */
import { integrityAlarms } from './alarms.js'
import { type AlertFigures, isRaisedAnew, nextAlerts } from './alerts.js'
import { trackerReading } from './dashboard.js'
import { trackerSignal } from './health.js'
import { lagOf } from './lag.js'
import type { Changed, MonitorState } from './state.js'
import { ratesOver } from './windows.js'

const SUCCESS_SECONDS = 60

function alertFigures(state: MonitorState): AlertFigures {
  const tracker = trackerReading(state)
  return {
    journal: integrityAlarms(state).length,
    stall: stalledPartitions(state),
    success_rate: ratesOver(state, SUCCESS_SECONDS).successPercent,
    lag: tracker && !tracker.isOld ? tracker.lag : null,
  }
}

/** A tracker that is silent moves none of its partitions; one that stopped has none. */
function stalledPartitions(state: MonitorState): number | null {
  const { word } = trackerSignal(state)
  const rows = lagOf(state, false)?.rows
  if (!rows) return null
  if (word === 'stopped') return 0
  if (word === 'silent') return Math.max(1, rows.length)
  return trackerReading(state)?.isOld ? null : rows.filter((row) => row.state === 'STALLED').length
}

/** One bell stands for all that is raised within this time. */
export const BELL_EVERY_MS = 10_000

/**
 * The state with the alerts as they are now, and the bell where one is raised and the bell is wanted.
 *
 * While the journal is still being opened nothing is judged.
 */
export function watched(state: MonitorState): Changed {
  const { nowMs, setup, bellMs } = state
  if (!state.journal || state.journal.progress < 1) return { state, effects: [] }
  const alerts = nextAlerts(state.alerts, alertFigures(state), { rules: setup.alerts, nowMs })
  const isQuiet = bellMs === null || Math.abs(nowMs - bellMs) >= BELL_EVERY_MS
  const rings = setup.isBellOn && isQuiet && isRaisedAnew(state.alerts, alerts)
  return {
    state: { ...state, alerts, bellMs: rings ? nowMs : bellMs },
    effects: rings ? [{ type: 'bell' }] : [],
  }
}
