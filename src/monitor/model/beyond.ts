/**
 * Moves in the events that are at hand and, where those end, on through the whole journal.
 *
 * The rows that are kept are the newest ones; behind them, and around a moment of the past, further ones are read.
 */
import type { Target } from '../moment/target.js'
import { goToMoment, seqOf } from './moment.js'
import { type Movement, moved, pageRows } from './position.js'
import { activeList, type Changed, type MonitorState, rowsOf, togetherIn } from './state.js'

/** The state after a movement, and what has to be read for it. */
export function movedOn(state: MonitorState, movement: Movement): Changed {
  const target = targetBeyond(state, movement)
  return target ? goToMoment(state, target) : { state: moved(state, movement), effects: [] }
}

/** The moment to go to; null where the movement ends at a row that is at hand, or there is nothing beyond. */
function targetBeyond(state: MonitorState, movement: Movement): Target | null {
  // Keys held down come faster than answers, and several journals have no order to go on in.
  if (activeList(state) !== 'events' || state.past?.isWaiting || togetherIn(state)) return null
  if (typeof movement === 'string') return null
  if ('rejected' in movement) return rejectedBeyond(state, movement)
  const rows = rowsOf(state, 'events')
  const index = state.view.paused?.cursor?.index
  if (index === undefined) return null
  const steps = 'rows' in movement ? movement.rows : pageRows(state, movement.pages)
  const row = rows[index]
  if (!row || !('seq' in row)) return null
  if (steps > 0 && index === rows.length - 1 && row.seq > 1) return { kind: 'seq', seq: row.seq }
  if (steps < 0 && index === 0 && state.past) return { kind: 'after', seq: row.seq - steps - 1 }
  return null
}

function rejectedBeyond(state: MonitorState, movement: { rejected: 1 | -1 }): Target | null {
  if (moved(state, movement) !== state) return null
  const isLater = movement.rejected === -1 && state.view.paused?.cursor !== undefined
  // Nothing is later than live.
  if (isLater && !state.past) return null
  return { kind: 'rejected', seq: seqOf(state), isLater }
}
