/** What a person chooses for good: how the screen looks, never what is looked for or where one is. */
import { type ColumnName, DEFAULT_COLUMNS } from './columns.js'
import type { MonitorState } from './state.js'
import type { ThemeName } from './themes.js'
import type { ViewName } from './views.js'

/** How times are written; `local` is the first and the default. */
export const TIME_STYLES = ['local', 'utc', 'age'] as const

export type TimeStyle = (typeof TIME_STYLES)[number]

export interface Preferences {
  view: ViewName
  theme: ThemeName
  timeStyle: TimeStyle
  /** Of the events, in their order; at least one. */
  eventColumns: readonly ColumnName[]
}

/** Of somebody who has not chosen yet. */
export const DEFAULT_PREFERENCES: Preferences = {
  view: 'overview',
  theme: 'dark',
  timeStyle: 'local',
  eventColumns: DEFAULT_COLUMNS,
}

export const preferencesOf = ({
  view: { name, theme, timeStyle, eventColumns },
}: Pick<MonitorState, 'view'>): Preferences => ({ view: name, theme, timeStyle, eventColumns })
