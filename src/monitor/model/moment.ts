/**
 * The one position in time: live, or every view at a moment of the past.
 *
 * The past is shown by the same views, from a state in which what comes from the files is as it was then.
 */
import { MINUTE_MS } from '../business/business-fold.js'
import type { Scope } from '../business/report.js'
import type { Moment } from '../moment/moment-reader.js'
import type { MomentAnswer } from '../moment/moment-session.js'
import type { Target } from '../moment/target.js'
import { goToOf } from './go-to.js'
import { chosenRow } from './position.js'
import { type Changed, type Effect, type MonitorState, type Pause, shownLists } from './state.js'

/** What was asked for last, and what is shown. */
export interface Past {
  queryId: number
  target: Target
  /** What is shown; null until the first answer has come. */
  moment: Moment | null
  /** The answer to the last question has not come. */
  isWaiting: boolean
  /** Why the target cannot be shown. */
  problem: string | null
}

/** Asks for a moment; what is shown stays until it has come. */
export function goToMoment(state: MonitorState, target: Target): Changed {
  // What lies ahead is now.
  if (target.kind === 'time' && target.timeMs >= state.nowMs) return { state: backToLive(state), effects: [] }
  const queryId = state.moments + 1
  const past: Past = {
    queryId,
    target,
    moment: state.past?.moment ?? null,
    isWaiting: true,
    problem: null,
  }
  const scope = wantedScope(state)
  return {
    state: { ...state, moments: queryId, past, replay: null },
    effects: [{ type: 'moment', queryId, target, scope }],
  }
}

/** Goes to what was typed; text that means no moment changes nothing. */
export function goToTyped(state: MonitorState, text: string): Changed {
  const goTo = goToOf(text, state.nowMs, state.view.timeStyle === 'utc')
  return 'target' in goTo ? goToMoment(state, goTo.target) : { state, effects: [] }
}

/** To the row before the one where one is, or after it. */
export function goToEntry(state: MonitorState, step: 1 | -1): Changed {
  const seq = seqOf(state)
  if (step === 1) return state.past ? goToMoment(state, { kind: 'after', seq }) : { state, effects: [] }
  const before = shownLists(state).events.find((row) => row.seq < seq)
  return goToMoment(state, { kind: 'seq', seq: before?.seq ?? Math.max(1, seq - 1) })
}

/** A minute of the clock back or forth. */
export function goByMinutes(state: MonitorState, minutes: number): Changed {
  const { past } = state
  const fromMs = past?.target.kind === 'time' ? past.target.timeMs : (past?.moment?.timeMs ?? state.nowMs)
  if (!past && minutes > 0) return { state, effects: [] }
  return goToMoment(state, { kind: 'time', timeMs: fromMs + minutes * MINUTE_MS })
}

/** Puts every view at the moment of the chosen row. */
export function goToChosen(state: MonitorState): Changed {
  const row = chosenRow(state)
  if (!row) return { state, effects: [] }
  return goToMoment(
    state,
    'seq' in row ? { kind: 'seq', seq: row.seq } : { kind: 'time', timeMs: row.timeMs },
  )
}

/** The line where one is, or is about to be. */
export function seqOf({ past, events, view }: MonitorState): number {
  // Keys held down come faster than answers.
  if (past?.isWaiting && past.target.kind === 'seq') return past.target.seq
  if (past?.isWaiting && past.target.kind === 'after') return past.target.seq + 1
  const cursor = view.paused?.cursor
  const held = cursor?.list === 'events' ? view.paused?.events[cursor.index] : undefined
  return held?.seq ?? past?.moment?.seq ?? events[0]?.seq ?? 1
}

/** The figures are read only where they are looked at. */
const wantedScope = ({ view }: MonitorState): Scope | null => (view.name === 'business' ? view.scope : null)

/** The business figures of the moment, where one is shown and they are looked at. */
export function momentFigures(state: MonitorState): Effect[] {
  const { past } = state
  const scope = wantedScope(state)
  if (!past?.moment || scope === null || past.moment.business?.report.scope === scope) return []
  return [{ type: 'moment', queryId: past.queryId, target: past.target, scope }]
}

/** Takes an answer; one to an earlier question comes too late. */
export function takeMoment(state: MonitorState, { queryId, moment, problem }: MomentAnswer): MonitorState {
  const { past } = state
  if (past?.queryId !== queryId) return state
  if (!moment) return { ...state, past: { ...past, isWaiting: false, problem } }
  const { target } = past
  if (!moment.isReached && target.kind === 'after') return backToLive(state)
  if (!moment.isReached && (target.kind === 'seq' || target.kind === 'offset')) {
    const what = target.kind === 'seq' ? `#${target.seq}` : `${target.partition}@${target.offset}`
    const missing = `${what} is not in the journal, which ends at #${moment.seq}`
    return { ...state, past: { ...past, isWaiting: false, problem: missing } }
  }
  if (target.kind === 'seq' && moment.seq !== target.seq) {
    const missing = `#${target.seq} is not in the journal; the next line there is #${moment.seq}`
    return { ...state, past: { ...past, isWaiting: false, problem: missing } }
  }
  // The same moment comes again with what lies before it, or with figures: one stays where one is.
  const isSame = moment.seq === past.moment?.seq && state.view.paused !== null
  const paused = pauseAt(moment)
  const view = isSame
    ? { ...state.view, paused: { ...paused, cursor: state.view.paused?.cursor ?? null } }
    : { ...state.view, paused, isDetailOpen: false }
  return { ...state, past: { ...past, moment, isWaiting: false, problem: null }, view }
}

/** The lists of the moment, the newest row chosen. */
function pauseAt({ tail, seq }: Moment): Pause {
  return {
    events: tail.events.toReversed(),
    logs: tail.logs.toReversed(),
    rejections: tail.rejections.toReversed(),
    errors: tail.errorRows.toReversed(),
    seq,
    cursor: tail.events.length > 0 ? { list: 'events', index: 0 } : null,
  }
}

/** What could not be shown has been read when the next key comes. */
export function withoutProblem(state: MonitorState): MonitorState {
  const { past } = state
  if (!past || past.problem === null) return state
  return { ...state, past: past.moment ? { ...past, problem: null } : null }
}

/** Lists and figures as they come. */
export const backToLive = (state: MonitorState): MonitorState => ({
  ...state,
  past: null,
  replay: null,
  view: { ...state.view, paused: null, isDetailOpen: false },
})

/**
 * The state that the views draw: live as it is, or with what comes from the files as it was at the moment.
 *
 * What was found out about the journal as a whole, that it was touched or does not hang together, holds at any moment.
 */
export function shownState(state: MonitorState): MonitorState {
  const moment = state.past?.moment
  if (!moment) return state
  const { journal, log, buckets } = moment.tail
  const found = state.journal && {
    clusterId: state.journal.clusterId,
    badLines: state.journal.badLines,
    seqBreaks: state.journal.seqBreaks,
    chain: state.journal.chain,
    agreedSeq: state.journal.agreedSeq,
    disagreement: state.journal.disagreement,
    cuts: state.journal.cuts,
    tampers: state.journal.tampers,
  }
  return {
    ...state,
    nowMs: moment.timeMs,
    journal: { ...journal, ...found },
    log,
    buckets: buckets.toSorted((one, other) => one.second - other.second),
    business: moment.business,
    isCaughtUp: true,
  }
}
