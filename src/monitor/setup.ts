/** From settings to what the model needs to know; the only place in the monitor that reads them. */

import { randomBytes } from 'node:crypto'
import { basename, join } from 'node:path'
import type { Settings } from '../shared/runtime/config/load.js'
import { stateFolder } from '../shared/runtime/run-state.js'
import { cacheFolder } from '../shared/runtime/user-folders.js'
import type { AlertRules } from './model/alerts.js'
import type { HealthThresholds } from './model/health.js'
import { type KeyMap, keyMapOf } from './model/key-map.js'
import { DEFAULT_PREFERENCES, type Preferences } from './model/preferences.js'
import type { NamedJournal, Setup } from './model/state.js'

const SECRET_BYTES = 32

/** What the flags of one run say, and earlier runs. */
export interface RunOptions {
  isMouseOn: boolean
  isBellOn: boolean
  isMasked: boolean
  preferences: Preferences
  keys: KeyMap
}

const DEFAULT_OPTIONS: RunOptions = {
  isMouseOn: false,
  isBellOn: false,
  isMasked: false,
  preferences: DEFAULT_PREFERENCES,
  keys: keyMapOf(),
}

export const setupFrom = (
  settings: Settings,
  { isMouseOn, isBellOn, isMasked, preferences, keys }: RunOptions = DEFAULT_OPTIONS,
  journals: readonly NamedJournal[] = [journalOf(settings)],
): Setup => ({
  topics: settings.topics,
  eventsFile: settings.eventsFile,
  logFile: settings.logFile,
  journals,
  indexFolders: [stateFolder(settings.dir), cacheFolder()].map((folder) => join(folder, 'index')),
  metricsIntervalMs: settings.metricsIntervalMs,
  thresholds: thresholdsFrom(settings),
  alerts: alertRulesFrom(settings),
  mask: isMasked ? randomBytes(SECRET_BYTES).toString('hex') : null,
  preferences,
  keys,
  isMouseOn,
  isBellOn,
})

const journalOf = ({ eventsFile, logFile }: Settings): NamedJournal => ({
  label: basename(eventsFile),
  eventsFile,
  logFile,
})

const thresholdsFrom = (settings: Settings): HealthThresholds => ({
  successExcellentPercent: settings.healthSuccessExcellent,
  successGoodPercent: settings.healthSuccessGood,
  throughputNormalPerSecond: settings.healthThroughputNormal,
  throughputLowPerSecond: settings.healthThroughputLow,
  throughputMedianPercent: settings.healthThroughputMedian,
  errorGreenMs: settings.healthErrorGreenMs,
  errorYellowMs: settings.healthErrorYellowMs,
  silentIntervals: settings.healthSilentIntervals,
})

const alertRulesFrom = (settings: Settings): AlertRules => ({
  success_rate: { limit: settings.alertSuccess, holdMs: settings.alertSuccessHoldMs },
  lag: { limit: settings.alertLag, holdMs: settings.alertLagHoldMs },
  stall: { limit: settings.alertStall, holdMs: settings.alertStallHoldMs },
  journal: { limit: settings.alertJournal, holdMs: settings.alertJournalHoldMs },
  marginPercent: settings.alertMargin,
})
