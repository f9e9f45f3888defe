/** A part of the table of actions, as the help shows it. */
import type { ActionName } from './key-map.js'
import type { Changed, MonitorState } from './state.js'

/** One line of the help: actions that belong together. */
export interface KeyRow {
  does: string
  runs: Partial<Record<ActionName, (state: MonitorState) => Changed>>
}

export interface KeySection {
  title: string
  rows: readonly KeyRow[]
}
