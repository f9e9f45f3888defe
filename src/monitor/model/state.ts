/** The monitor's whole state, and what can happen to it. Data only. */
import type { BusinessUpdate } from '../business/business-session.js'
import type { Scope } from '../business/report.js'
import type { MaskSecret } from '../masking/mask.js'
import type { MomentAnswer } from '../moment/moment-session.js'
import type { Target } from '../moment/target.js'
import type { EntryDetail } from '../query/entry-detail.js'
import type { SearchKind } from '../query/wanted.js'
import type { EventRow, LinePlace, LogRow, TailUpdate } from '../tail/protocol.js'
import type { Alert, AlertRules } from './alerts.js'
import type { ColumnName } from './columns.js'
import type { HealthThresholds } from './health.js'
import type { KeyMap } from './key-map.js'
import type { LagColumn } from './lag.js'
import type { Look } from './look.js'
import type { Past } from './moment.js'
import type { Preferences, TimeStyle } from './preferences.js'
import type { Entered, Prompt } from './prompt.js'
import { type Lists, NOTHING_READ, type Reading } from './reading.js'
import type { Replay } from './replay.js'
import type { Search, SearchUpdate } from './search.js'
import type { ThemeName } from './themes.js'
import { type ListName, listOf, type PanelName, type ViewName } from './views.js'

/** The files of one tracker. */
export interface TrackerFiles {
  eventsFile: string
  logFile: string
}

/** One of several journals, under the name that it has on the screen. */
export interface NamedJournal extends TrackerFiles {
  label: string
}

/** What does not change while the monitor runs. */
export interface Setup extends TrackerFiles {
  /** Topics as configured; metrics lines know better. */
  topics: readonly string[]
  /** All that are watched, at least one; the files above are those of the look. */
  journals: readonly NamedJournal[]
  /** Where the derived index may be kept, the first that can be written to. */
  indexFolders: readonly string[]
  /** Expected time between two metrics lines, until two of them tell. */
  metricsIntervalMs: number
  thresholds: HealthThresholds
  alerts: AlertRules
  /** Set where nothing about a person may be told. */
  mask: MaskSecret
  /** What was chosen in earlier runs and by flags: how the run begins. */
  preferences: Preferences
  /** Which action each key does. */
  keys: KeyMap
  /** The mouse is on from the beginning. */
  isMouseOn: boolean
  /** A bell rings when an alert is raised. */
  isBellOn: boolean
}

/** The lists held still as they were; counting goes on. */
export interface Pause extends Lists {
  /** Last line of the journal at that moment. */
  seq: number
  /** Index of the chosen row in its list; null while nothing is chosen. */
  cursor: { list: ListName; index: number } | null
}

export interface ViewState {
  columns: number
  rows: number
  name: ViewName
  /** The panel that fills the screen, if any. */
  zoom: PanelName | null
  isHelpOpen: boolean
  /** The chosen row is shown with all that is in it. */
  isDetailOpen: boolean
  /** Wheel and clicks are ours; else they are the terminal's. */
  isMouseOn: boolean
  /** What is being typed; null while nothing is. */
  prompt: Prompt | null
  /** What was entered before, newest first. */
  entered: readonly Entered[]
  /** Lines of help or detail that are scrolled past. */
  sheetTop: number
  theme: ThemeName
  timeStyle: TimeStyle
  /** Of the events, in their order. */
  eventColumns: readonly ColumnName[]
  /** Index of the leftmost column of the events that is on the screen. */
  firstColumn: number
  /** The column that is chosen in the pane of columns; null while that is closed. */
  columnCursor: ColumnName | null
  /** Long lines of the detail go on in the next one. */
  isWrapped: boolean
  /** The field of the detail that is chosen, by its label. */
  field: string | null
  lagSort: LagColumn
  /** What the business figures are about. */
  scope: Scope
  /** Findings up to this id were seen and put away by a person. */
  dismissedTamper: number
  /** Null while the lists are live. */
  paused: Pause | null
}

export interface MonitorState extends Reading {
  setup: Setup
  /** Where several journals are watched, which of them this is about; null where there is one only. */
  look: Look | null
  /** Milliseconds since 1970, as of the last action. */
  nowMs: number
  /** Null until they were first asked for and have come. */
  business: BusinessUpdate | null
  /** What was last asked for of a line, and the answer: null until it has come, `gone` where the line is not there. */
  detail: { queryId: number; entry: EntryDetail | 'gone' | null }
  /** Those that are pending or raised, of now. */
  alerts: readonly Alert[]
  /** When the bell was last rung; null before. */
  bellMs: number | null
  /** What was just done for a person; null after the next key. */
  notice: string | null
  /** The search whose answers are shown; null while none is. */
  search: Search | null
  /** Searches begun so far. */
  searches: number
  /** The moment every view is at, or is asked to go to; null while live. */
  past: Past | null
  /** Moments asked for so far. */
  moments: number
  /** The past that is played again; null while it stands still. */
  replay: Replay | null
  /** `seq` of lines that were marked, in the order of marking. */
  bookmarks: readonly number[]
  view: ViewState
}

export type Action =
  | { type: 'tail'; update: TailUpdate; nowMs: number }
  | { type: 'reading'; reading: Reading; nowMs: number }
  | { type: 'business'; update: BusinessUpdate }
  | { type: 'detail'; queryId: number; detail: EntryDetail | null }
  | { type: 'search'; update: SearchUpdate }
  | { type: 'moment'; answer: MomentAnswer }
  | { type: 'goTo'; target: Target; speed: number | null }
  | { type: 'notice'; text: string }
  | { type: 'tick'; nowMs: number }
  | { type: 'view'; name: ViewName; nowMs: number }
  | { type: 'key'; key: string; nowMs: number }
  | { type: 'paste'; text: string; nowMs: number }
  | { type: 'wheel'; step: 'up' | 'down'; nowMs: number }
  | { type: 'point'; list: ListName; index: number; nowMs: number }
  | { type: 'resize'; columns: number; rows: number }

/** What the terminal is asked to do. */
export type TerminalEffect =
  | { type: 'quit' }
  | { type: 'suspend' }
  | { type: 'redraw' }
  | { type: 'mouse'; isOn: boolean }
  | { type: 'copy' }
  | { type: 'bell' }

/** What the sources are asked for; they answer with actions. */
export type SourceEffect =
  | { type: 'business'; scope: Scope }
  | { type: 'detail'; queryId: number; at: LinePlace }
  | { type: 'search'; queryId: number; text: string; kind: SearchKind }
  /** A text to search for is about to be typed. */
  | { type: 'prepareSearch' }
  | { type: 'stopSearch' }
  | { type: 'save'; path: string; places: readonly LinePlace[] }
  | { type: 'moment'; queryId: number; target: Target; scope: Scope | null }
  /** Nobody looks any more: what was asked for and still comes is not wanted. */
  | { type: 'leave' }

/** What is asked for where several journals are watched: to look at the next, to put away findings about all. */
export type LookEffect = { type: 'nextLook' } | { type: 'dismissParts' }

export type Effect = TerminalEffect | SourceEffect | LookEffect

const TERMINAL_EFFECTS: ReadonlySet<string> = new Set<TerminalEffect['type']>([
  'quit',
  'suspend',
  'redraw',
  'mouse',
  'copy',
  'bell',
])

export const isForTerminal = (effect: Effect): effect is TerminalEffect => TERMINAL_EFFECTS.has(effect.type)

export const isForSources = (effect: Effect): effect is SourceEffect =>
  !isForTerminal(effect) && effect.type !== 'nextLook' && effect.type !== 'dismissParts'

/** The state after something happened, and what the outside is asked to do about it. */
export interface Changed {
  state: MonitorState
  effects: Effect[]
}

export interface Size {
  columns: number
  rows: number
}

export const initialState = (setup: Setup, size: Size, nowMs: number): MonitorState => ({
  ...NOTHING_READ,
  setup,
  look: null,
  nowMs,
  business: null,
  detail: { queryId: 0, entry: null },
  alerts: [],
  bellMs: null,
  notice: null,
  search: null,
  searches: 0,
  past: null,
  moments: 0,
  replay: null,
  bookmarks: [],
  view: {
    ...size,
    name: setup.preferences.view,
    zoom: null,
    isHelpOpen: false,
    isDetailOpen: false,
    isMouseOn: setup.isMouseOn,
    prompt: null,
    entered: [],
    sheetTop: 0,
    theme: setup.preferences.theme,
    timeStyle: setup.preferences.timeStyle,
    eventColumns: setup.preferences.eventColumns,
    firstColumn: 0,
    columnCursor: null,
    isWrapped: true,
    field: null,
    lagSort: 'partition',
    scope: 'all',
    dismissedTamper: 0,
    paused: null,
  },
})

/** The rows to show: those held still, else the live ones. */
export const shownLists = (state: MonitorState): Lists => state.view.paused ?? state

/** Rows of a list as they are shown, newest first. */
export const rowsOf = (state: MonitorState, list: ListName): readonly (EventRow | LogRow)[] =>
  list === 'found' ? (state.search?.rows ?? []) : shownLists(state)[list]

/** The list that keys move in: what was found, where it stands in place of the events. */
export function activeList({ view, search }: MonitorState): ListName | null {
  const list = listOf(view.name, view.zoom)
  return list === 'events' && view.name === 'live' && search ? 'found' : list
}

/** Where several journals are looked at as one, those; null for a single journal. */
export const togetherIn = ({ look }: MonitorState): Look['parts'] | null =>
  look && 'cluster' in look.name ? look.parts : null

/** The state looked at in another way; nothing else changes. */
export const see = (state: MonitorState, changes: Partial<ViewState>): Changed => ({
  state: { ...state, view: { ...state.view, ...changes } },
  effects: [],
})
