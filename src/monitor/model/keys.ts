/**
 * What the actions do: one table, from which the help is made as well; key-map.ts says by which keys.
 *
 * A key changes what is looked at, never what is counted.
 */
import { SCOPES } from '../business/report.js'
import { dismissed } from './alerts.js'
import { movedOn } from './beyond.js'
import { columnsReset, columnToggled, paneCursor, paneMoved, paneToggled } from './column-keys.js'
import { COLUMNS } from './columns.js'
import { type ActionName, keyFor } from './key-map.js'
import type { KeyRow, KeySection } from './key-section.js'
import { LAG_COLUMNS } from './lag.js'
import { backToLive, momentFigures, withoutProblem } from './moment.js'
import { MOMENT_SECTION } from './moment-keys.js'
import { chosenRow, type Movement, moved } from './position.js'
import { isTyped, openPrompt } from './prompt.js'
import { READING_SECTION } from './reading-keys.js'
import { replayHeld } from './replay.js'
import { searchEnded, story, typed } from './search.js'
import { type Changed, type Effect, type MonitorState, see, togetherIn, type ViewState } from './state.js'
import { roundTo, VIEW_PANELS, VIEWS, type ViewName } from './views.js'

/** Shows a view; the business figures are read when they are first looked at. */
export function goToView(state: MonitorState, name: ViewState['name']): Changed {
  const changes = { name, zoom: null, isHelpOpen: false, isDetailOpen: false, columnCursor: null }
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

/** One thing at a time: help, pane of columns, detail, search, enlarged panel, held lists. */
function back(state: MonitorState): Changed {
  const { isHelpOpen, isDetailOpen, columnCursor, zoom } = state.view
  if (isHelpOpen) return see(state, { isHelpOpen: false })
  if (columnCursor !== null) return see(state, { columnCursor: null })
  if (isDetailOpen) return see(state, { isDetailOpen: false })
  if (state.search) return searchEnded(state)
  if (zoom) return see(state, { zoom: null })
  return { state: backToLive(state), effects: [] }
}

/** The next column to sort by, or the next scope: what the view can be arranged by. In the pane all as at first. */
function arranged(state: MonitorState): Changed {
  const { name, lagSort, scope } = state.view
  if (paneCursor(state) !== null) return columnsReset(state)
  if (name === 'lag') return see(state, { lagSort: roundTo(LAG_COLUMNS, lagSort, 1) })
  if (name !== 'business') return { state, effects: [] }
  const next = roundTo(SCOPES, scope, 1)
  const { state: changed } = see(state, { scope: next })
  return { state: changed, effects: [{ type: 'business', scope: next }, ...momentFigures(changed)] }
}

/** Opens the chosen row, the newest one where none is chosen yet; closes it again. In the pane shows or hides a column. */
export function chosen(state: MonitorState): Changed {
  const column = paneCursor(state)
  if (column !== null) return columnToggled(state, column)
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

const prompted = (state: MonitorState, kind: 'text' | 'filter'): Changed => ({
  ...see(state, { prompt: openPrompt(kind), isHelpOpen: false, isDetailOpen: false, columnCursor: null }),
  effects: [{ type: 'prepareSearch' }],
})

const move =
  (movement: Movement) =>
  (state: MonitorState): Changed =>
    movedBy(state, movement)

/** Moves in what is looked at: a sheet, or else a list. */
export function movedBy(state: MonitorState, movement: Movement): Changed {
  if (paneCursor(state) !== null) return paneMoved(state, rowsDown(movement))
  const { isHelpOpen, isDetailOpen } = state.view
  const isReading = isHelpOpen || isDetailOpen
  return isReading ? scrolled(state, movement) : movedOn(state, movement)
}

/** In the pane there is nothing but rows. */
function rowsDown(movement: Movement): number {
  if (movement === 'oldest') return -COLUMNS.length
  if (movement === 'live') return COLUMNS.length
  if (typeof movement === 'string' || 'rejected' in movement) return 0
  return 'rows' in movement ? -movement.rows : -Math.sign(movement.pages) * COLUMNS.length
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

const view =
  (name: ViewName) =>
  (state: MonitorState): Changed =>
    goToView(state, name)

/** Puts away what was seen: alerts, and findings about the journal. */
function putAway(state: MonitorState): Changed {
  const dismissedTamper = state.journal?.tampers.at(-1)?.id ?? state.view.dismissedTamper
  const seen = see({ ...state, alerts: dismissed(state.alerts) }, { dismissedTamper })
  return { ...seen, effects: state.look ? [{ type: 'dismissParts' }] : [] }
}

function nextJournal(state: MonitorState): Changed {
  if (state.look) return { state, effects: [{ type: 'nextLook' }] }
  return { state: { ...state, notice: 'one journal is watched; --dir again adds another' }, effects: [] }
}

/** What reads one journal, so that one must be looked at. */
const OF_ONE_JOURNAL: ReadonlySet<ActionName> = new Set<ActionName>([
  'search',
  'filter',
  'order_story',
  'include_field',
  'exclude_field',
  'entry_earlier',
  'entry_later',
  'minute_earlier',
  'minute_later',
  'go_to',
  'go_to_row',
  'bookmark',
  'previous_bookmark',
  'next_bookmark',
])

function mouseTurned(state: MonitorState): Changed {
  const isOn = !state.view.isMouseOn
  return { ...see(state, { isMouseOn: isOn }), effects: [{ type: 'mouse', isOn }] }
}

const VIEW_SECTION: KeySection = {
  title: 'Views',
  rows: [
    {
      does: 'overview, live, lag, business, problems, journal',
      runs: {
        view_overview: view('overview'),
        view_live: view('live'),
        view_lag: view('lag'),
        view_business: view('business'),
        view_problems: view('problems'),
        view_journal: view('journal'),
      },
    },
    {
      does: 'next view, the one before',
      runs: {
        next_view: (state) => goToView(state, roundTo(VIEWS, state.view.name, 1)),
        previous_view: (state) => goToView(state, roundTo(VIEWS, state.view.name, -1)),
      },
    },
    {
      does: 'enlarge the next panel, or the one before',
      runs: { zoom: (state) => zoomed(state, 1), zoom_back: (state) => zoomed(state, -1) },
    },
    { does: 'lag: sort by the next column; business: next scope', runs: { arrange: arranged } },
    { does: 'which columns the events have, and in which order', runs: { columns: paneToggled } },
  ],
}

const LIST_SECTION: KeySection = {
  title: 'Lists',
  rows: [
    {
      does: 'hold the lists still; counting goes on',
      runs: {
        hold: (state) => ({ state: state.replay ? replayHeld(state) : moved(state, 'pause'), effects: [] }),
      },
    },
    { does: 'one row up, which holds the lists still', runs: { row_up: move({ rows: 1 }) } },
    { does: 'one row down; the last row is live again', runs: { row_down: move({ rows: -1 }) } },
    { does: 'a page up', runs: { page_up: move({ pages: 1 }) } },
    { does: 'a page down', runs: { page_down: move({ pages: -1 }) } },
    {
      does: 'half a page up, down',
      runs: { half_page_up: move({ pages: 0.5 }), half_page_down: move({ pages: -0.5 }) },
    },
    {
      does: 'the oldest row at hand; up goes on from there',
      runs: { oldest: move('oldest') },
    },
    { does: 'live again', runs: { live: move('live') } },
    {
      does: 'next, previous rejected record of the journal',
      runs: { next_rejected: move({ rejected: -1 }), previous_rejected: move({ rejected: 1 }) },
    },
    {
      does: 'search the whole journal for a text or a pattern, newest first',
      runs: { search: (state) => prompted(state, 'text') },
    },
    {
      does: 'filter the whole journal by an expression: order.total > 50',
      runs: { filter: (state) => prompted(state, 'filter') },
    },
    {
      does: 'next match, the one before',
      runs: { next_match: move({ rows: 1 }), previous_match: move({ rows: -1 }) },
    },
    { does: 'everything that happened to this order', runs: { order_story: story } },
    { does: 'all that is in the chosen row', runs: { open: chosen } },
  ],
}

const ELSE_SECTION: KeySection = {
  title: 'Else',
  rows: [
    { does: 'put away alerts, and an alarm about a changed journal', runs: { dismiss: putAway } },
    {
      does: 'of several journals the next one, or all of a cluster together',
      runs: { next_journal: nextJournal },
    },
    { does: 'mouse on or off: the wheel moves, a click chooses and opens', runs: { mouse: mouseTurned } },
    {
      does: 'draw everything again',
      runs: { redraw: (state) => ({ state, effects: [{ type: 'redraw' }] }) },
    },
    {
      does: 'back to the shell; fg comes back',
      runs: { suspend: (state) => ({ state, effects: [{ type: 'suspend' }] }) },
    },
    {
      does: 'this help',
      runs: { help: (state) => see(state, { isHelpOpen: !state.view.isHelpOpen, sheetTop: 0 }) },
    },
    { does: 'back, one thing at a time', runs: { back } },
    {
      does: 'leave; nothing else stops',
      runs: { quit: (state) => ({ state, effects: [{ type: 'quit' }] }) },
    },
  ],
}

/** In the order of the help. */
export const KEY_SECTIONS: readonly KeySection[] = [
  VIEW_SECTION,
  LIST_SECTION,
  READING_SECTION,
  MOMENT_SECTION,
  ELSE_SECTION,
]

const RUNS: KeyRow['runs'] = Object.assign(
  {},
  ...KEY_SECTIONS.flatMap(({ rows }) => rows.map(({ runs }) => runs)),
)

/** What a key does to the state; a key that means nothing changes nothing. */
export function pressKey(state: MonitorState, key: string): Changed {
  // In the pane a blank is what it is in front of any box to tick.
  const action = key === 'space' && paneCursor(state) !== null ? 'open' : state.setup.keys.get(key)
  // These are for the terminal, not for the text that is being typed, unless the text needs the key.
  const isOfTerminal = (action === 'redraw' || action === 'suspend') && !isTyped(key)
  if (state.view.prompt !== null && !isOfTerminal) return typed(state, key)
  const read = withoutProblem(state.notice === null ? state : { ...state, notice: null })
  if (action && OF_ONE_JOURNAL.has(action) && togetherIn(read)) {
    const key = keyFor(read.setup.keys, 'next_journal')
    return { state: { ...read, notice: `this reads one journal: ${key} chooses one of them` }, effects: [] }
  }
  return (action && RUNS[action]?.(read)) ?? { state: read, effects: [] }
}
