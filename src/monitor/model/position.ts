/**
 * Where a person is in the lists: live, or held still at a row.
 *
 * Rows are kept newest first, so an index grows towards the past; up on the screen is the past.
 */
import type { EventRow, LogRow } from '../tail/protocol.js'
import { activeList, type MonitorState, type Pause, rowsOf } from './state.js'
import type { ListName } from './views.js'

/** Positive goes towards the past. `rejected` goes to the next rejected record in that direction. */
export type Movement =
  | { rows: number }
  | { pages: number }
  | { rejected: 1 | -1 }
  | 'oldest'
  | 'live'
  | 'pause'

/** Rows of the screen that are not rows of a list. */
const FRAME_ROWS = 6

/** The state after a movement. Moving holds the lists still; moving past the newest row makes them live again. */
export function moved(state: MonitorState, movement: Movement): MonitorState {
  const { view } = state
  if (movement === 'live') return withPause(state, null)
  // The past holds still by itself.
  if (movement === 'pause' && state.past) return state
  if (movement === 'pause') return withPause(state, view.paused ? null : held(state))
  const list = activeList(state)
  if (!list) return state
  const rows = rowsOf(state, list)
  if (rows.length === 0) return state
  const current = view.paused?.cursor?.list === list ? view.paused.cursor.index : null
  const index = target(state, { list, from: current, movement })
  if (index === null) return state
  if (index < 0 && !state.past) return withPause(state, null)
  const cursor = { list, index: Math.max(0, Math.min(rows.length - 1, index)) }
  return withPause(state, { ...(view.paused ?? held(state)), cursor })
}

/** The state with that row chosen, where there is one. */
export function chosenAt(state: MonitorState, list: ListName, index: number): MonitorState {
  if (index < 0 || index >= rowsOf(state, list).length) return state
  return withPause(state, { ...(state.view.paused ?? held(state)), cursor: { list, index } })
}

/** Index to go to, below 0 for beyond the newest; null where there is nowhere to go. */
function target(
  state: MonitorState,
  { list, from, movement }: { list: ListName; from: number | null; movement: Movement },
): number | null {
  const rows = rowsOf(state, list)
  if (movement === 'oldest') return rows.length - 1
  // Without a chosen row the newest one is where one is.
  const start = from ?? 0
  if (typeof movement === 'string') return start
  if ('rows' in movement) return from === null && movement.rows < 0 ? -1 : start + movement.rows
  if ('pages' in movement) return start + pageRows(state, movement.pages)
  return rejectedFrom(state, { list, from, step: movement.rejected })
}

/** Rows of so many pages, of which each is what is on the screen less a little; at least one. */
export function pageRows({ view }: MonitorState, pages: number): number {
  const page = Math.max(1, view.rows - FRAME_ROWS)
  return Math.sign(pages) * Math.max(1, Math.floor(Math.abs(pages) * page))
}

function rejectedFrom(
  state: MonitorState,
  { list, from, step }: { list: ListName; from: number | null; step: 1 | -1 },
): number | null {
  if (list === 'logs' || list === 'errors') return null
  const rows = rowsOf(state, list)
  // From live the first key looks back, whichever it is.
  const towards = from === null ? 1 : step
  for (let index = (from ?? -1) + towards; index >= 0 && index < rows.length; index += towards) {
    const row = rows[index]
    if (row && 'seq' in row && row.kind === 'rejected') return index
  }
  return null
}

const held = ({ events, logs, rejections, errors, journal }: MonitorState): Pause => ({
  events,
  logs,
  rejections,
  errors,
  seq: journal?.seq ?? 0,
  cursor: null,
})

const withPause = (state: MonitorState, paused: Pause | null): MonitorState => ({
  ...state,
  past: paused === null ? null : state.past,
  replay: paused === null ? null : state.replay,
  view: { ...state.view, paused, isDetailOpen: paused === null ? false : state.view.isDetailOpen },
})

/** The row that is chosen, of whichever list. */
export function chosenRow(state: MonitorState): EventRow | LogRow | null {
  const cursor = state.view.paused?.cursor
  return cursor ? (rowsOf(state, cursor.list)[cursor.index] ?? null) : null
}
