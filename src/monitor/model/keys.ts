/**
 * What the keys do: one table, from which the help is made as well.
 *
 * A key changes what is looked at, never what is counted.
 */
import { SCOPES } from '../business/report.js'
import { dismissed } from './alerts.js'
import { LAG_COLUMNS } from './lag.js'
import { backToLive, momentFigures, withoutProblem } from './moment.js'
import { MOMENT_SECTION } from './moment-keys.js'
import { chosenRow, type Movement, moved } from './position.js'
import { READING_SECTION } from './reading-keys.js'
import { replayHeld } from './replay.js'
import { searchEnded, story, typed } from './search.js'
import { type Changed, type Effect, type MonitorState, see, type ViewState } from './state.js'
import { roundTo, VIEW_PANELS, VIEWS } from './views.js'

interface KeyRow {
  /** Names of the keys, as the keyboard gives them. */
  keys: readonly string[]
  /** How they are written in the help. */
  shown: string
  does: string
  run(state: MonitorState, key: string): Changed
}

export interface KeySection {
  title: string
  rows: readonly KeyRow[]
}

/** Shows a view; the business figures are read when they are first looked at. */
export function goToView(state: MonitorState, name: ViewState['name']): Changed {
  const changes = { name, zoom: null, isHelpOpen: false, isDetailOpen: false }
  const isFirst = name === 'business' && state.business === null
  const { state: next } = see(state, changes)
  const first: Effect[] = isFirst ? [{ type: 'business', scope: state.view.scope }] : []
  return { state: next, effects: [...first, ...momentFigures(next)] }
}

/** Through the panels of the view and all of them together, which stands for null. */
function zoomed(state: MonitorState, step: 1 | -1): Changed {
  const { name, zoom } = state.view
  const panels = VIEW_PANELS[name]
  const stops = panels.length > 1 ? [null, ...panels] : [null]
  return see(state, { zoom: roundTo(stops, zoom, step), isHelpOpen: false })
}

/** One thing at a time: help, detail, search, enlarged panel, held lists. */
function back(state: MonitorState): Changed {
  const { isHelpOpen, isDetailOpen, zoom } = state.view
  if (isHelpOpen) return see(state, { isHelpOpen: false })
  if (isDetailOpen) return see(state, { isDetailOpen: false })
  if (state.search) return searchEnded(state)
  if (zoom) return see(state, { zoom: null })
  return { state: backToLive(state), effects: [] }
}

/** The next column to sort by, or the next scope: what the view can be arranged by. */
function arranged(state: MonitorState): Changed {
  const { name, lagSort, scope } = state.view
  if (name === 'lag') return see(state, { lagSort: roundTo(LAG_COLUMNS, lagSort, 1) })
  if (name !== 'business') return { state, effects: [] }
  const next = roundTo(SCOPES, scope, 1)
  const { state: changed } = see(state, { scope: next })
  return { state: changed, effects: [{ type: 'business', scope: next }, ...momentFigures(changed)] }
}

/** Opens the chosen row, the newest one where none is chosen yet; closes it again. */
export function chosen(state: MonitorState): Changed {
  if (state.view.isDetailOpen) return see(state, { isDetailOpen: false })
  const next = state.view.paused?.cursor ? state : moved(state, { rows: 0 })
  const row = chosenRow(next)
  if (!row) return { state: next, effects: [] }
  const opened = see(next, { isDetailOpen: true, sheetTop: 0 }).state
  // A row of the log holds all there is; of a line of the journal the rest is read again.
  if (!('seq' in row)) return { state: opened, effects: [] }
  const queryId = state.detail.queryId + 1
  return {
    state: { ...opened, detail: { queryId, entry: null } },
    effects: [{ type: 'detail', queryId, at: row.at }],
  }
}

const prompted = (state: MonitorState, kind: 'text' | 'filter'): Changed =>
  see(state, { prompt: { kind, text: '' }, isHelpOpen: false, isDetailOpen: false })

const move = (keys: string[], shown: string, does: string, movement: Movement): KeyRow => ({
  keys,
  shown,
  does,
  run: (state) => movedBy(state, movement),
})

/** Moves in what is looked at: a sheet, or else a list. */
export function movedBy(state: MonitorState, movement: Movement): Changed {
  const { isHelpOpen, isDetailOpen } = state.view
  const isReading = isHelpOpen || isDetailOpen
  return isReading ? scrolled(state, movement) : { state: moved(state, movement), effects: [] }
}

/** Sheets are no longer than this; the view knows exactly. */
const SHEET_LINES_MAX = 400

/** Help and detail scroll the way their text runs. */
function scrolled(state: MonitorState, movement: Movement): Changed {
  const { sheetTop, rows } = state.view
  const to = (line: number): Changed => see(state, { sheetTop: Math.max(0, Math.min(SHEET_LINES_MAX, line)) })
  if (movement === 'oldest') return to(0)
  if (movement === 'live') return to(SHEET_LINES_MAX)
  if (typeof movement === 'string' || 'rejected' in movement) return { state, effects: [] }
  const step = 'rows' in movement ? movement.rows : Math.ceil(movement.pages * (rows / 2))
  return to(sheetTop - step)
}

export const KEY_SECTIONS: readonly KeySection[] = [
  {
    title: 'Views',
    rows: [
      {
        keys: VIEWS.map((_name, index) => String(index + 1)),
        shown: `1 to ${VIEWS.length}`,
        does: 'overview, live, lag, business, problems, journal',
        run: (state, key) => goToView(state, VIEWS[Number(key) - 1] ?? 'overview'),
      },
      {
        keys: ['tab'],
        shown: 'Tab',
        does: 'next view; Shift-Tab the one before',
        run: (state) => goToView(state, roundTo(VIEWS, state.view.name, 1)),
      },
      {
        keys: ['shift+tab'],
        shown: '',
        does: '',
        run: (state) => goToView(state, roundTo(VIEWS, state.view.name, -1)),
      },
      {
        keys: ['z'],
        shown: 'z, Z',
        does: 'enlarge the next panel, or the one before',
        run: (state) => zoomed(state, 1),
      },
      { keys: ['Z'], shown: '', does: '', run: (state) => zoomed(state, -1) },
      {
        keys: ['a'],
        shown: 'a',
        does: 'lag: sort by the next column; business: next scope',
        run: arranged,
      },
    ],
  },
  {
    title: 'Lists',
    rows: [
      {
        keys: ['p'],
        shown: 'p',
        does: 'hold the lists still; counting goes on',
        run: (state) => ({ state: state.replay ? replayHeld(state) : moved(state, 'pause'), effects: [] }),
      },
      move(['k', 'up'], 'k, Up', 'one row up, which holds the lists still', { rows: 1 }),
      move(['j', 'down'], 'j, Down', 'one row down; the last row is live again', { rows: -1 }),
      move(['b', 'pageup'], 'b, PgUp', 'a page up', { pages: 1 }),
      move(['space', 'pagedown'], 'Space, PgDn', 'a page down', { pages: -1 }),
      move(['ctrl+u'], 'Ctrl-U, Ctrl-D', 'half a page up, down', { pages: 0.5 }),
      move(['ctrl+d'], '', '', { pages: -0.5 }),
      move(['g', 'home'], 'g, Home', 'the oldest row that is kept', 'oldest'),
      move(['G', 'F', 'end'], 'G, F, End', 'live again', 'live'),
      move(['e'], 'e, E', 'next, previous rejected record', { rejected: -1 }),
      move(['E'], '', '', { rejected: 1 }),
      {
        keys: ['/'],
        shown: '/',
        does: 'search the whole journal for a text or a pattern, newest first',
        run: (state) => prompted(state, 'text'),
      },
      {
        keys: ['&'],
        shown: '&',
        does: 'filter the whole journal by an expression: order.total > 50',
        run: (state) => prompted(state, 'filter'),
      },
      move(['n'], 'n, N', 'next match, the one before', { rows: 1 }),
      move(['N'], '', '', { rows: -1 }),
      { keys: ['o'], shown: 'o', does: 'everything that happened to this order', run: story },
      {
        keys: ['enter'],
        shown: 'Enter',
        does: 'all that is in the chosen row',
        run: chosen,
      },
    ],
  },
  READING_SECTION,
  MOMENT_SECTION,
  {
    title: 'Else',
    rows: [
      {
        keys: ['x'],
        shown: 'x',
        does: 'put away alerts, and an alarm about a changed journal',
        run: (state) => {
          const dismissedTamper = state.journal?.tampers.at(-1)?.id ?? state.view.dismissedTamper
          return see({ ...state, alerts: dismissed(state.alerts) }, { dismissedTamper })
        },
      },
      {
        keys: ['M'],
        shown: 'M',
        does: 'mouse on or off: the wheel moves, a click chooses and opens',
        run: (state) => {
          const isOn = !state.view.isMouseOn
          return { ...see(state, { isMouseOn: isOn }), effects: [{ type: 'mouse', isOn }] }
        },
      },
      {
        keys: ['ctrl+l'],
        shown: 'Ctrl-L',
        does: 'draw everything again',
        run: (state) => ({ state, effects: [{ type: 'redraw' }] }),
      },
      {
        keys: ['ctrl+z'],
        shown: 'Ctrl-Z',
        does: 'back to the shell; fg comes back',
        run: (state) => ({ state, effects: [{ type: 'suspend' }] }),
      },
      {
        keys: ['?', 'f1'],
        shown: '?',
        does: 'this help',
        run: (state) => see(state, { isHelpOpen: !state.view.isHelpOpen, sheetTop: 0 }),
      },
      { keys: ['escape', '0'], shown: 'Esc', does: 'back, one thing at a time', run: back },
      {
        keys: ['q', 'ctrl+c'],
        shown: 'q, Ctrl-C',
        does: 'leave; nothing else stops',
        run: (state) => ({ state, effects: [{ type: 'quit' }] }),
      },
    ],
  },
]

const ROW_OF = new Map(
  KEY_SECTIONS.flatMap(({ rows }) => rows.flatMap((row) => row.keys.map((key) => [key, row] as const))),
)

/** Keys for the terminal, not for the text that is being typed. */
const OF_THE_TERMINAL = new Set(['ctrl+l', 'ctrl+z'])

/** What a key does to the state; a key that means nothing changes nothing. */
export function pressKey(state: MonitorState, key: string): Changed {
  if (state.view.prompt !== null && !OF_THE_TERMINAL.has(key)) return typed(state, key)
  const read = withoutProblem(state.notice === null ? state : { ...state, notice: null })
  return ROW_OF.get(key)?.run(read, key) ?? { state: read, effects: [] }
}
