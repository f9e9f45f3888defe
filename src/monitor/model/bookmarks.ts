/** Lines that a person wants to come back to, for as long as the monitor runs. */
import { goToMoment, seqOf } from './moment.js'
import { chosenRow } from './position.js'
import type { Changed, MonitorState } from './state.js'

/** More than anybody remembers; the oldest mark gives way. */
const BOOKMARKS_MAX = 1000

/** Marks the line where one is, or takes its mark away. */
export function bookmarked(state: MonitorState): MonitorState {
  const row = chosenRow(state)
  const seq = row && 'seq' in row ? row.seq : seqOf(state)
  const others = state.bookmarks.filter((marked) => marked !== seq)
  const isNew = others.length === state.bookmarks.length
  return { ...state, bookmarks: isNew ? [...others, seq].slice(-BOOKMARKS_MAX) : others }
}

/** To the mark before the line where one is, or after it; from live the first key looks back, whichever it is. */
export function goToBookmark(state: MonitorState, step: 1 | -1): Changed {
  const { past, bookmarks, view } = state
  const isLive = past === null && view.paused === null
  const from = isLive ? Number.POSITIVE_INFINITY : seqOf(state)
  const isAhead = step === 1 && !isLive
  const found = bookmarks.filter((seq) => (isAhead ? seq > from : seq < from))
  if (found.length === 0) return { state, effects: [] }
  const seq = isAhead ? Math.min(...found) : Math.max(...found)
  return goToMoment(state, { kind: 'seq', seq })
}
