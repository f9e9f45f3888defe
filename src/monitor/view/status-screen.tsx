/** For terminals too small for panels: one status line, and below it the newest rows. */
import { Box } from 'ink'
import { type ReactNode, useContext } from 'react'
import { DEFAULT_COLUMNS, fitColumns } from '../model/columns.js'
import { type MonitorState, shownLists } from '../model/state.js'
import { eventPieces } from './event-line.js'
import { rowWindow } from './row-window.js'
import { GlyphsContext, Line, type Piece } from './styled.js'
import { TimesContext } from './times.js'
import { waitingTexts } from './waiting-texts.js'

interface StatusScreenProps {
  state: MonitorState
  /** The status line. */
  pieces: readonly Piece[]
  /** Rows of the frame. */
  rows: number
}

export function StatusScreen({ state, pieces, rows }: StatusScreenProps): ReactNode {
  const glyphs = useContext(GlyphsContext)
  const times = useContext(TimesContext)
  const { columns } = state.view
  const { events } = shownLists(state)
  const chosen = state.view.paused?.cursor?.list === 'events' ? state.view.paused.cursor.index : null
  const { columns: fitted } = fitColumns(DEFAULT_COLUMNS, columns)
  const waiting = waitingTexts(state.journal?.file ?? null, state.setup.eventsFile)
  const lines: Piece[][] =
    events.length > 0
      ? rowWindow(events, rows - 1, chosen).map(({ row }) =>
          eventPieces(row, { columns: fitted, glyphs, times }),
        )
      : waiting.slice(0, Math.max(0, rows - 1)).map((text) => [{ text }])
  return (
    <Box flexDirection="column" height={rows} width={columns} overflow="hidden">
      <Line pieces={pieces} width={columns} />
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row of the screen
        <Line key={index} pieces={line} width={columns} />
      ))}
    </Box>
  )
}
