/** What the mouse does: the wheel moves as keys do, a click chooses, and a click on what is chosen opens it. */
import { chosen, movedBy } from './keys.js'
import { chosenAt } from './position.js'
import type { Effect, MonitorState } from './state.js'
import type { ListName } from './views.js'

interface Pointed {
  state: MonitorState
  effects: Effect[]
}

/** Rows that one step of the wheel moves. */
const WHEEL_ROWS = 3

export const wheeled = (state: MonitorState, step: 'up' | 'down'): Pointed =>
  movedBy(state, { rows: step === 'up' ? WHEEL_ROWS : -WHEEL_ROWS })

/** `index` counts from the newest row. */
export function pointedAt(state: MonitorState, list: ListName, index: number): Pointed {
  const cursor = state.view.paused?.cursor
  if (cursor?.list === list && cursor.index === index) return chosen(state)
  return { state: chosenAt(state, list, index), effects: [] }
}
