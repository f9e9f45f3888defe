/** A search over the whole journal, as it is typed and as its answers come. */
import { errorText } from '../../shared/runtime/errors.js'
import { type SearchKind, wantedOf } from '../query/wanted.js'
import type { EventRow } from '../tail/protocol.js'
import { goToOf } from './go-to.js'
import { goToTyped } from './moment.js'
import { chosenRow } from './position.js'
import { activeList, type Changed, type MonitorState, type Prompt, rowsOf } from './state.js'

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

/** Longest text that can be typed. */
const TEXT_UNITS_MAX = 200

const PROMPT_KEYS: ReadonlySet<string> = new Set(['enter', 'escape', 'ctrl+c', 'backspace', 'space'])

/** True for a key that means something while a text is typed. */
export const isTyped = (key: string): boolean => PROMPT_KEYS.has(key) || [...key].length === 1

/** What a key does while a text is typed. */
export function typed(state: MonitorState, key: string): Changed {
  const { kind, text } = state.view.prompt ?? { kind: 'text', text: '' }
  const prompt = (next: string | null): Changed => ({
    state: { ...state, view: { ...state.view, prompt: next === null ? null : { kind, text: next } } },
    effects: [],
  })
  if (key === 'enter') {
    if (text === '') return prompt(null)
    // What cannot be searched for stays to be mended.
    if (problemOf({ kind, text }, state.nowMs)) return prompt(text)
    const left = prompt(null).state
    if (kind === 'save') return saved(left, text)
    return kind === 'goTo' ? goToTyped(left, text) : searched(left, { kind, text }, text)
  }
  if (key === 'escape' || key === 'ctrl+c') return prompt(null)
  if (key === 'backspace') return text === '' ? prompt(null) : prompt(text.slice(0, -1))
  if (key === 'space') return prompt(`${text} `)
  return [...key].length === 1 && text.length < TEXT_UNITS_MAX ? prompt(text + key) : prompt(text)
}

/** A paste becomes text where one is typed, and nothing anywhere else: it is never keys. */
export function pasted(state: MonitorState, pastedText: string): Changed {
  const { prompt } = state.view
  if (prompt === null) return { state, effects: [] }
  const typable = pastedText.slice(0, TEXT_UNITS_MAX).replace(/\p{Cc}+/gu, ' ')
  const text = (prompt.text + typable).slice(0, TEXT_UNITS_MAX)
  return { state: { ...state, view: { ...state.view, prompt: { ...prompt, text } } }, effects: [] }
}

/** What is wrong with a text as far as it was typed; null where it can be searched for, or gone to. */
export function problemOf({ kind, text }: Prompt, nowMs: number): string | null {
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

/** Shows what meets `expression`. */
export const filtered = (state: MonitorState, expression: string): Changed =>
  searched(state, { kind: 'filter', text: expression }, expression)

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
