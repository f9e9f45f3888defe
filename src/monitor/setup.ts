/** From settings to what the model needs to know; the only place in the monitor that reads them. */
import type { Settings } from '../shared/runtime/config/load.js'
import type { HealthThresholds } from './model/health.js'
import type { Setup } from './model/state.js'

export const setupFrom = (settings: Settings, { isMouseOn = false } = {}): Setup => ({
  topics: settings.topics,
  eventsFile: settings.eventsFile,
  logFile: settings.logFile,
  metricsIntervalMs: settings.metricsIntervalMs,
  thresholds: thresholdsFrom(settings),
  isMouseOn,
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
