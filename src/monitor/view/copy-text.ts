/** What a person copies: the open detail from top to bottom, or else the chosen row, as it is shown. */
import { columnsOf, eventTable, LIST_TABLE } from '../model/column-keys.js'
import { fitColumns } from '../model/columns.js'
import { chosenRow } from '../model/position.js'
import type { MonitorState } from '../model/state.js'
import { eventPieces } from './event-line.js'
import { UNICODE } from './glyphs.js'
import { logPieces } from './log-line.js'
import { rowLines } from './panels/detail.js'
import type { Piece } from './styled.js'
import { timesOf } from './times.js'

/** Wide enough for every column of a row. */
const ROW_COLUMNS = 240
/** No line is cut. */
const DETAIL_COLUMNS = 100_000

const textOf = (pieces: readonly Piece[]): string =>
  pieces
    .map(({ text }) => text)
    .join('')
    .trim()

/** Null where nothing is chosen. */
export function copiedText(state: MonitorState): string | null {
  const row = chosenRow(state)
  if (!row) return null
  const times = timesOf(state.view, state.nowMs)
  if (state.view.isDetailOpen) {
    const style = { width: DETAIL_COLUMNS, times, isWrapped: false, chosen: null }
    return rowLines(row, state.detail.entry, style)
      .map((pieces) =>
        pieces
          .map(({ text }) => text)
          .join('')
          .trimEnd(),
      )
      .join('\n')
  }
  const width = ROW_COLUMNS
  const { columns } = fitColumns(columnsOf({ ...(eventTable(state) ?? LIST_TABLE), hasPayload: true }), width)
  return textOf(
    'seq' in row ? eventPieces(row, { columns, glyphs: UNICODE, times }) : logPieces(row, { width, times }),
  )
}
