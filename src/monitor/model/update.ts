/**
 * The one place where state changes: `update(state, action)`, pure, with time handed in.
 *
 * Values of the tail replace those before them; nothing is ever added up here, so nothing can be counted twice.
 */
import { watched } from './alert-figures.js'
import { goToView, pressKey } from './keys.js'
import { takeMoment } from './moment.js'
import { pointedAt, wheeled } from './pointer.js'
import { playedOn, replayFrom } from './replay.js'
import { pasted, takeSearch } from './search.js'
import type { Action, Changed, MonitorState } from './state.js'
import { takeTail } from './take-tail.js'

export function update(state: MonitorState, action: Action): Changed {
  switch (action.type) {
    case 'tail': {
      return watched({ ...state, ...takeTail(state, action.update), nowMs: action.nowMs })
    }
    case 'reading':
      return watched({ ...state, ...action.reading, nowMs: action.nowMs })
    case 'business': {
      // Figures of a scope that was asked for before.
      const isWanted = action.update.report.scope === state.view.scope
      return { state: isWanted ? { ...state, business: action.update } : state, effects: [] }
    }
    case 'detail': {
      // An answer to an earlier question comes too late.
      if (action.queryId !== state.detail.queryId) return { state, effects: [] }
      const detail = { queryId: action.queryId, entry: action.detail ?? ('gone' as const) }
      return { state: { ...state, detail }, effects: [] }
    }
    case 'search':
      return { state: takeSearch(state, action.update), effects: [] }
    case 'moment':
      return { state: takeMoment(state, action.answer), effects: [] }
    case 'goTo':
      return replayFrom(state, action.target, action.speed)
    case 'notice':
      return { state: { ...state, notice: action.text }, effects: [] }
    case 'tick':
      return ticked({ ...state, nowMs: action.nowMs })
    case 'resize': {
      const view = { ...state.view, columns: action.columns, rows: action.rows }
      return { state: { ...state, view }, effects: [] }
    }
    case 'paste':
      return pasted({ ...state, nowMs: action.nowMs }, action.text)
    case 'wheel':
      return wheeled({ ...state, nowMs: action.nowMs }, action.step)
    case 'point':
      return pointedAt({ ...state, nowMs: action.nowMs }, action.list, action.index)
    case 'view':
      return goToView({ ...state, nowMs: action.nowMs }, action.name)
    case 'key':
      return pressKey({ ...state, nowMs: action.nowMs }, action.key)
  }
}

/** Time passes for the alerts and for the past that is played again. */
function ticked(state: MonitorState): Changed {
  const { state: seen, effects } = watched(state)
  const played = playedOn(seen)
  return { state: played.state, effects: [...effects, ...played.effects] }
}
