/** The pane in which the columns of the events are chosen. */
import { type ReactNode, useContext } from 'react'
import { listedColumns } from '../../model/column-keys.js'
import type { ColumnName } from '../../model/columns.js'
import { type KeyMap, keyFor } from '../../model/key-map.js'
import type { MonitorState } from '../../model/state.js'
import { headingOf } from '../event-line.js'
import { GlyphsContext, Lines, type Piece } from '../styled.js'

const NAME_COLUMNS = 12

/** What stands in each column. */
export const COLUMN_TEXTS: Record<ColumnName, string> = {
  time: 'when the line was written',
  verdict: 'accepted or rejected, as a sign',
  type: 'what happened to the order',
  customer: 'who ordered',
  items: 'the first item, and how many more',
  total: 'with its currency',
  order: 'number of the order in its run',
  partition: 'of the topic',
  offset: 'in the partition',
  size: 'of the record’s value',
  latency: 'from the record’s timestamp to its line’s',
  topic: 'that the record came from',
  seq: 'number of the line in the journal',
  order_id: 'of the order',
  key: 'of the record',
  payload: 'as it stands in the journal',
}

/** A column by its heading, which the verdict has none of. */
export const columnTitle = (name: ColumnName): string => headingOf(name) || name

/** What the keys do in the pane. */
export const columnsHint = (keys: KeyMap): string =>
  `${keyFor(keys, 'open')} shows or hides, ${keyFor(keys, 'left')} ${keyFor(keys, 'right')} moves, ` +
  `${keyFor(keys, 'arrange')} as at first, ${keyFor(keys, 'back')} closes`

interface ColumnsProps {
  state: MonitorState
  width: number
  height: number
}

export function ColumnsPanel({ state, width, height }: ColumnsProps): ReactNode {
  const { cursor } = useContext(GlyphsContext)
  const { eventColumns, columnCursor } = state.view
  const names = listedColumns(state.view)
  const lines = names.map((name): Piece[] => {
    const isChosen = name === columnCursor
    const isShown = eventColumns.includes(name)
    return [
      { text: `${isChosen ? cursor : ' '} ${isShown ? '[x]' : '[ ]'} `, tone: 'accent', isBold: isChosen },
      {
        text: columnTitle(name).padEnd(NAME_COLUMNS),
        tone: isShown ? 'plain' : 'quiet',
        isBold: isChosen,
      },
      { text: COLUMN_TEXTS[name], tone: 'quiet' },
    ]
  })
  const index = columnCursor === null ? 0 : names.indexOf(columnCursor)
  // The chosen one in the middle, but near the ends.
  const from = Math.max(0, Math.min(names.length - height, index - Math.floor(height / 2)))
  return <Lines {...{ lines, width, height, from }} />
}
