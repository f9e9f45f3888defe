/** What stands at a place of the screen: the reverse of drawing, by the same layout. */
import type { Dashboard } from '../model/dashboard.js'
import { type MonitorState, rowsOf } from '../model/state.js'
import { type ListName, type PanelName, VIEWS, type ViewName } from '../model/views.js'
import { footerPieces } from './bars.js'
import type { Glyphs } from './glyphs.js'
import { type Band, layOut } from './layout.js'
import { headingRows } from './panels/lists.js'
import { firstShown } from './row-window.js'
import { piecesWidth } from './styled.js'

export type Hit = { view: ViewName } | { list: ListName; index: number }

interface Place {
  /** Both count from 0. */
  column: number
  row: number
}

interface Shown {
  state: MonitorState
  dashboard: Dashboard
  glyphs: Glyphs
}

/** Null where there is nothing that can be pointed at. */
export function hitAt(shown: Shown, { column, row }: Place): Hit | null {
  const { state, dashboard } = shown
  const { isHelpOpen, isDetailOpen, columnCursor, prompt, rows } = state.view
  const layout = layOut(state.view, dashboard.alarms.length)
  if (layout.kind === 'status' || prompt !== null) return null
  // The last row of the terminal stays free.
  if (row === rows - 2) return viewAt(shown, column)
  if (isHelpOpen || isDetailOpen || columnCursor !== null) return null
  let top = 1 + layout.alarmRows
  for (const band of layout.bands) {
    const inBand = row - top - 1
    if (inBand >= 0 && inBand < band.height) return rowAt(state, band, { column, row: inBand })
    top += band.height + 1
  }
  return null
}

/** Each view has two pieces in the footer: its digit and its name. */
function viewAt(shown: Shown, column: number): Hit | null {
  const pieces = footerPieces(shown)
  let end = 0
  for (const [index, view] of VIEWS.entries()) {
    end += piecesWidth(pieces.slice(index * 2, index * 2 + 2))
    if (column < end) return { view }
  }
  return null
}

function rowAt(state: MonitorState, band: Band, { column, row }: Place): Hit | null {
  let left = 1
  for (const { panel, width } of band.cells) {
    if (column >= left && column < left + width) {
      const list = listIn(state, panel)
      const above = list === 'events' || list === 'found' ? headingRows(state, band.height) : 0
      const place = { row: row - above, height: band.height - above }
      return list && place.row >= 0 ? listRow(state, list, place) : null
    }
    left += width + 1
  }
  return null
}

function listIn({ search, view }: MonitorState, panel: PanelName): ListName | null {
  if (panel === 'events') return search && view.name === 'live' ? 'found' : 'events'
  return panel === 'logs' || panel === 'rejections' || panel === 'errors' ? panel : null
}

function listRow(
  state: MonitorState,
  list: ListName,
  { row, height }: { row: number; height: number },
): Hit | null {
  const { length } = rowsOf(state, list)
  const cursor = state.view.paused?.cursor
  const first = firstShown({ length, height, chosen: cursor?.list === list ? cursor.index : null })
  const shown = Math.min(height, length - first)
  return row < shown ? { list, index: first + shown - 1 - row } : null
}
