/** A search over the whole journal, as it is typed and as its answers come. */
import { errorText } from '../../shared/runtime/errors.js'
import { type SearchKind, wantedOf } from '../query/wanted.js'
import type { EventRow } from '../tail/protocol.js'
import { goToOf } from './go-to.js'
import { goToTyped } from './moment.js'
import { chosenRow } from './position.js'
import { type Entered, editPrompt, insertInto, openPrompt, remember } from './prompt.js'
import { activeList, type Changed, type MonitorState, rowsOf, see } from './state.js'

export interface Search {
  queryId: number
  kind: SearchKind
  /** What was asked for, as a person would say it. */
  title: string
  /** Last line of the journal when it began. */
  headSeq: number
  /** Newest first; grows at its end, so a place in it stays. */
  rows: readonly EventRow[]
  /** Share of the journal that has been searched, 0 to 1. */
  progress: number
  isDone: boolean
  problem: string | null
}

export interface SearchUpdate {
  queryId: number
  /** Newest first, to be added. */
  rows: readonly EventRow[]
  progress: number
  isDone: boolean
  problem: string | null
}

/** What a key does while a text is typed. */
export function typed(state: MonitorState, key: string): Changed {
  const prompt = state.view.prompt ?? openPrompt('text')
  if (key !== 'enter') return see(state, { prompt: editPrompt(prompt, key, state.view.entered) })
  const { kind, text } = prompt
  if (text === '') return see(state, { prompt: null })
  // What cannot be searched for stays to be mended.
  if (problemOf(prompt, state.nowMs)) return see(state, { prompt: { ...prompt } })
  const left = see(state, { prompt: null, entered: remember(state.view.entered, prompt) }).state
  if (kind === 'save') return saved(left, text)
  return kind === 'goTo' ? goToTyped(left, text) : searched(left, { kind, text }, text)
}

/** A paste becomes text where one is typed, and nothing anywhere else: it is never keys. */
export function pasted(state: MonitorState, pastedText: string): Changed {
  const { prompt } = state.view
  return prompt === null ? { state, effects: [] } : see(state, { prompt: insertInto(prompt, pastedText) })
}

/** What is wrong with a text as far as it was typed; null where it can be searched for, or gone to. */
export function problemOf({ kind, text }: Entered, nowMs: number): string | null {
  if (text === '' || kind === 'save') return null
  if (kind === 'goTo') {
    const goTo = goToOf(text, nowMs)
    return 'problem' in goTo ? goTo.problem : null
  }
  try {
    wantedOf(text, kind)
    return null
  } catch (error) {
    return errorText(error).split('\n')[0] ?? ''
  }
}

/** Begins a search; its answers stand in the live view in place of the events. */
function searched(
  state: MonitorState,
  { kind, text }: { kind: SearchKind; text: string },
  title: string,
): Changed {
  const queryId = (state.search?.queryId ?? state.searches) + 1
  const view = {
    ...state.view,
    name: 'live' as const,
    zoom: 'events' as const,
    isDetailOpen: false,
    isHelpOpen: false,
    columnCursor: null,
  }
  const headSeq = state.journal?.seq ?? 0
  const search: Search = {
    queryId,
    kind,
    title,
    headSeq,
    rows: [],
    progress: 0,
    isDone: false,
    problem: null,
  }
  return {
    state: { ...state, searches: queryId, view, search },
    effects: [{ type: 'search', queryId, text, kind }],
  }
}

/** Shows what meets `expression`, which can be edited from then on as if it had been typed. */
export function filtered(state: MonitorState, expression: string): Changed {
  const filter = { kind: 'filter', text: expression } as const
  return searched(see(state, { entered: remember(state.view.entered, filter) }).state, filter, expression)
}

/** What was found is written to a file, the oldest line first. */
const saved = (state: MonitorState, path: string): Changed => ({
  state,
  effects: [{ type: 'save', path, places: (state.search?.rows ?? []).map(({ at }) => at).reverse() }],
})

/** Everything that happened to the order of the chosen row, or of the newest one, over all files. */
export function story(state: MonitorState): Changed {
  const list = activeList(state)
  const row = chosenRow(state) ?? (list ? rowsOf(state, list)[0] : null)
  if (!row || !('seq' in row) || row.orderId === null) return { state, effects: [] }
  // As it stands in the file, with what JSON escapes.
  const text = literal(JSON.stringify(row.orderId).slice(1, -1))
  return searched(state, { kind: 'text', text }, `order ${row.orderId}`)
}

/** Signs of a pattern are escaped, so that the text means itself. */
const literal = (text: string): string =>
  /[\\^$.*+?()[\]{}|]/.test(text) ? text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&') : text

/** Takes an answer; one to an earlier search comes too late. */
export function takeSearch(state: MonitorState, update: SearchUpdate): MonitorState {
  const { search } = state
  if (!search || search.queryId !== update.queryId) return state
  const { progress, isDone, problem } = update
  return {
    ...state,
    search: { ...search, rows: [...search.rows, ...update.rows], progress, isDone, problem },
  }
}

/** Ends the search and shows the events again. */
export function searchEnded(state: MonitorState): Changed {
  const paused = state.view.paused?.cursor?.list === 'found' ? null : state.view.paused
  const view = { ...state.view, paused, zoom: null, isDetailOpen: false }
  return { state: { ...state, search: null, view }, effects: [{ type: 'stopSearch' }] }
}
