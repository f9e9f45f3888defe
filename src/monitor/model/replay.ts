/** Plays the past again: moments that follow each other as time goes on, faster or slower than it did. */
import type { Target } from '../moment/target.js'
import { backToLive, goToMoment } from './moment.js'
import type { Changed, MonitorState } from './state.js'

export interface Replay {
  /** Seconds of the journal in one second. */
  speed: number
  isHeld: boolean
  /** Which time of the journal was shown when; null until it plays. Milliseconds since 1970. */
  since: { shownMs: number; nowMs: number } | null
}

/** Nearer to now than this the replay has caught up. */
const LIVE_WITHIN_MS = 5000

/** Goes to `target` and plays on from there; `speed` is null where it is only to be looked at. */
export function replayFrom(state: MonitorState, target: Target, speed: number | null): Changed {
  const { state: gone, effects } = goToMoment(state, target)
  const replay: Replay | null = speed === null ? null : { speed, isHeld: false, since: null }
  return { state: { ...gone, replay }, effects }
}

/** Asks for the moment that it is time for; not before the one asked for last has come. */
export function playedOn(state: MonitorState): Changed {
  const { replay, past, nowMs } = state
  const still = { state, effects: [] }
  if (!replay || replay.isHeld || !past?.moment || past.isWaiting) return still
  const { timeMs, isReached } = past.moment
  if (!replay.since)
    return { state: { ...state, replay: { ...replay, since: { shownMs: timeMs, nowMs } } }, effects: [] }
  // The journal ends here: now, or when its tracker stopped.
  if (past.target.kind === 'time' && !isReached) {
    return nowMs - timeMs <= LIVE_WITHIN_MS
      ? { ...still, state: backToLive(state) }
      : { ...still, state: { ...state, replay: null } }
  }
  const toMs = replay.since.shownMs + (nowMs - replay.since.nowMs) * replay.speed
  const { state: gone, effects } = goToMoment(state, { kind: 'time', timeMs: Math.floor(toMs) })
  return { state: gone.past ? { ...gone, replay } : gone, effects }
}

/** Holds the replay at what is shown, or lets it go on from there. */
export const replayHeld = (state: MonitorState): MonitorState =>
  state.replay ? { ...state, replay: { ...state.replay, isHeld: !state.replay.isHeld, since: null } } : state
