/** When what a tracker told of itself is too old to be about now. */
import type { MonitorState } from './state.js'

/** A metrics line may come this much later than its interval before it is called old. */
const OLD_AFTER_INTERVALS = 1.5

/** True where the line after one of `timeMs` should have come by now. */
export const isLate = ({ log, setup, nowMs }: MonitorState, timeMs: number): boolean =>
  nowMs - timeMs > (log?.metrics?.intervalMs ?? setup.metricsIntervalMs) * OLD_AFTER_INTERVALS
