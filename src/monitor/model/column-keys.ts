/** What keys do to the columns of the events: which there are and in which order, and which stand on the screen. */
import { COLUMNS, type ColumnName, DEFAULT_COLUMNS, firstMax } from './columns.js'
import { type Changed, type MonitorState, see } from './state.js'

/** Columns of the screen beside those of a row: borders, the sign of the chosen row, the sign at the right edge. */
const EDGE_COLUMNS = 4

/** The events as a table that can be arranged: which columns, and the index of the first one on the screen. */
export interface EventTable {
  columns: readonly ColumnName[]
  first: number
  /** Ends in the payload, chosen or not. */
  hasPayload: boolean
}

/** Null where the events are a list beside others and have the columns they have. */
export function eventTable({ view, search }: Pick<MonitorState, 'view' | 'search'>): EventTable | null {
  const isTable = view.zoom === 'events' || (view.name === 'live' && view.zoom === null)
  if (!isTable) return null
  const hasPayload = view.zoom === 'events' || search !== null
  return { columns: view.eventColumns, first: view.firstColumn, hasPayload }
}

/** The events as a list beside others. */
export const LIST_TABLE: EventTable = { columns: DEFAULT_COLUMNS, first: 0, hasPayload: false }

const WITH_PAYLOAD = new WeakMap<readonly ColumnName[], readonly ColumnName[]>()

/** The columns of a table; the payload stands last where it was not chosen. The same list as long as they are the same. */
export function columnsOf({ columns, hasPayload }: Omit<EventTable, 'first'>): readonly ColumnName[] {
  if (!hasPayload || columns.includes('payload')) return columns
  const known = WITH_PAYLOAD.get(columns) ?? [...columns, 'payload']
  WITH_PAYLOAD.set(columns, known)
  return known
}

/** The columns beyond the left or the right edge, by one. */
export function scrolledSideways(state: MonitorState, step: 1 | -1): Changed {
  const table = eventTable(state)
  if (!table) return { state, effects: [] }
  const max = firstMax(columnsOf(table), state.view.columns - EDGE_COLUMNS)
  // A screen that became wider shows more than it was scrolled to.
  const first = Math.min(table.first, max) + step
  return see(state, { firstColumn: Math.max(0, Math.min(max, first)) })
}

/** All columns as the pane lists them: the chosen ones in their order, then the others. */
export const listedColumns = ({ eventColumns }: MonitorState['view']): ColumnName[] => [
  ...eventColumns,
  ...COLUMNS.filter((name) => !eventColumns.includes(name)),
]

/** Opens the pane at the first column, or closes it. */
export const paneToggled = (state: MonitorState): Changed =>
  see(state, {
    columnCursor: state.view.columnCursor === null ? (state.view.eventColumns[0] ?? 'time') : null,
    isHelpOpen: false,
    isDetailOpen: false,
    sheetTop: 0,
  })

/** The column that keys are about; null where the pane is not in front. */
export const paneCursor = ({ view }: Pick<MonitorState, 'view'>): ColumnName | null =>
  view.isHelpOpen ? null : view.columnCursor

/** Moves the cursor of the pane down by `rows`. */
export function paneMoved(state: MonitorState, rows: number): Changed {
  const names = listedColumns(state.view)
  const index = names.indexOf(state.view.columnCursor ?? 'time') + rows
  return see(state, { columnCursor: names[Math.max(0, Math.min(names.length - 1, index))] ?? null })
}

/** Shows the column as the last one, or hides it; one stays. */
export function columnToggled(state: MonitorState, name: ColumnName): Changed {
  const { eventColumns } = state.view
  const others = eventColumns.filter((shown) => shown !== name)
  if (others.length === 0) return { state, effects: [] }
  return see(state, { eventColumns: others.length < eventColumns.length ? others : [...others, name] })
}

/** Changes the place of a shown column with its neighbour. */
export function columnShifted(state: MonitorState, name: ColumnName, step: 1 | -1): Changed {
  const eventColumns = [...state.view.eventColumns]
  const index = eventColumns.indexOf(name)
  const neighbour = eventColumns[index + step]
  if (index === -1 || neighbour === undefined) return { state, effects: [] }
  eventColumns[index] = neighbour
  eventColumns[index + step] = name
  return see(state, { eventColumns })
}

export const columnsReset = (state: MonitorState): Changed =>
  see(state, { eventColumns: DEFAULT_COLUMNS, firstColumn: 0 })
