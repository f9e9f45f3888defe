/**
 * The one place where state changes: `update(state, action)`, pure, with time handed in.
 *
 * Values of the tail replace those before them; nothing is ever added up here, so nothing can be counted twice.
 */
import { BUCKET_SECONDS_MAX, type Bucket, ROWS_MAX, type TailUpdate } from '../tail/protocol.js'
import {
  type Action,
  type Effect,
  type MonitorState,
  PANELS,
  type PanelName,
  type ViewState,
} from './state.js'

export interface Updated {
  state: MonitorState
  effects: Effect[]
}

export function update(state: MonitorState, action: Action): Updated {
  switch (action.type) {
    case 'tail':
      return { state: { ...takeTail(state, action.update), nowMs: action.nowMs }, effects: [] }
    case 'tick':
      return { state: { ...state, nowMs: action.nowMs }, effects: [] }
    case 'resize': {
      const view = { ...state.view, columns: action.columns, rows: action.rows }
      return { state: { ...state, view }, effects: [] }
    }
    case 'key':
      return pressKey({ ...state, nowMs: action.nowMs }, action.key)
  }
}

function takeTail(state: MonitorState, tail: TailUpdate): MonitorState {
  const { buckets, events } = tail.isFresh ? { buckets: [], events: [] } : state
  return {
    ...state,
    journal: tail.journal,
    log: tail.log,
    buckets: mergeBuckets(buckets, tail.buckets),
    events: newestFirst(events, tail.events),
    logs: newestFirst(state.logs, tail.logs),
    isCaughtUp: tail.isCaughtUp,
  }
}

/** A changed bucket replaces the one of its second. */
export function mergeBuckets(old: readonly Bucket[], changed: readonly Bucket[]): readonly Bucket[] {
  if (changed.length === 0) return old
  const replaced = new Set(changed.map(({ second }) => second))
  const merged = [...old.filter(({ second }) => !replaced.has(second)), ...changed]
  merged.sort((one, other) => one.second - other.second)
  const oldest = (merged.at(-1)?.second ?? 0) - BUCKET_SECONDS_MAX
  return merged.filter(({ second }) => second > oldest)
}

const newestFirst = <T>(old: readonly T[], added: readonly T[]): readonly T[] =>
  added.length === 0 ? old : [...added.toReversed(), ...old].slice(0, ROWS_MAX)

function pressKey(state: MonitorState, key: string): Updated {
  if (key === 'q' || key === 'ctrl+c') return { state, effects: [{ type: 'quit' }] }
  const view = viewAfterKey(state, key)
  return { state: view === state.view ? state : { ...state, view }, effects: [] }
}

function viewAfterKey(state: MonitorState, key: string): ViewState {
  const { view } = state
  const panel = PANELS[Number(key) - 1]
  if (panel) return { ...view, isHelpOpen: false, zoom: view.zoom === panel ? null : panel }
  switch (key) {
    case 'tab':
      return { ...view, isHelpOpen: false, zoom: nextPanel(view.zoom, 1) }
    case 'shift+tab':
      return { ...view, isHelpOpen: false, zoom: nextPanel(view.zoom, -1) }
    case 'escape':
    case '0':
      return { ...view, isHelpOpen: false, zoom: null }
    case '?':
    case 'h':
      return { ...view, isHelpOpen: !view.isHelpOpen }
    case 'p':
    case 'space':
      return { ...view, paused: view.paused ? null : pausedLists(state) }
    case 'x':
      return { ...view, dismissedTamper: state.journal?.tampers.at(-1)?.id ?? view.dismissedTamper }
    default:
      return view
  }
}

const pausedLists = ({ events, logs, journal }: MonitorState): ViewState['paused'] => ({
  events,
  logs,
  seq: journal?.seq ?? 0,
})

/** Goes round through all panels and the overview, which stands for null. */
function nextPanel(zoom: PanelName | null, step: 1 | -1): PanelName | null {
  const stops = [null, ...PANELS]
  const at = stops.indexOf(zoom) + step
  return stops[(at + stops.length) % stops.length] ?? null
}
