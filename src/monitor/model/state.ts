/** The monitor's whole state, and what can happen to it. Data only. */
import type { Bucket, EventRow, JournalUpdate, LogRow, LogUpdate, TailUpdate } from '../tail/protocol.js'
import type { HealthThresholds } from './health.js'

/** The panels, in the order of their keys 1 to 6. */
export const PANELS = ['metrics', 'health', 'throughput', 'success', 'events', 'logs'] as const

export type PanelName = (typeof PANELS)[number]

/** What does not change while the monitor runs. */
export interface Setup {
  /** Topics as configured; metrics lines know better. */
  topics: readonly string[]
  eventsFile: string
  logFile: string
  /** Expected time between two metrics lines, until two of them tell. */
  metricsIntervalMs: number
  thresholds: HealthThresholds
}

export interface ViewState {
  columns: number
  rows: number
  /** The panel that fills the screen, if any. */
  zoom: PanelName | null
  isHelpOpen: boolean
  /** Findings up to this id were seen and put away by a person. */
  dismissedTamper: number
  /** The lists as they were when paused; counting goes on. */
  paused: { events: readonly EventRow[]; logs: readonly LogRow[]; seq: number } | null
}

export interface MonitorState {
  setup: Setup
  /** Milliseconds since 1970, as of the last action. */
  nowMs: number
  /** Null until the first report of the tail. */
  journal: JournalUpdate | null
  log: LogUpdate | null
  /** Ascending by second. */
  buckets: readonly Bucket[]
  /** Newest first. */
  events: readonly EventRow[]
  /** Newest first. */
  logs: readonly LogRow[]
  isCaughtUp: boolean
  view: ViewState
}

export type Action =
  | { type: 'tail'; update: TailUpdate; nowMs: number }
  | { type: 'tick'; nowMs: number }
  | { type: 'key'; key: string; nowMs: number }
  | { type: 'resize'; columns: number; rows: number }

/** What the outside is asked to do. */
export type Effect = { type: 'quit' }

export interface Size {
  columns: number
  rows: number
}

export const initialState = (setup: Setup, size: Size, nowMs: number): MonitorState => ({
  setup,
  nowMs,
  journal: null,
  log: null,
  buckets: [],
  events: [],
  logs: [],
  isCaughtUp: false,
  view: { ...size, zoom: null, isHelpOpen: false, dismissedTamper: 0, paused: null },
})
