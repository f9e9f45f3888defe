/** Keys as a person presses them, through the monitor's model. */
import type { Effect, MonitorState } from '../../src/monitor/model/state.js'
import { update } from '../../src/monitor/model/update.js'
import { NOW_MS } from './monitor-state.js'

/** The state after the keys, and all that they asked for. */
export function press(state: MonitorState, ...keys: string[]): { state: MonitorState; effects: Effect[] } {
  let result: { state: MonitorState; effects: Effect[] } = { state, effects: [] }
  for (const key of keys) {
    const { state: next, effects } = update(result.state, { type: 'key', key, nowMs: NOW_MS })
    result = { state: next, effects: [...result.effects, ...effects] }
  }
  return result
}
