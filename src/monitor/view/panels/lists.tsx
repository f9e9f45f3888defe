/** Lists of events and log lines, the newest at the bottom; or what they wait for. */
import { Box } from 'ink'
import { memo, type ReactNode, useContext, useMemo } from 'react'
import { escapeTerminalText } from '../../../shared/runtime/terminal-text.js'
import { columnsOf, eventTable, LIST_TABLE } from '../../model/column-keys.js'
import { type FittedColumn, fitColumns } from '../../model/columns.js'
import type { Search } from '../../model/search.js'
import { type MonitorState, shownLists } from '../../model/state.js'
import type { ListName } from '../../model/views.js'
import type { FileStatus } from '../../tail/file-follower.js'
import type { EventRow, LogRow } from '../../tail/protocol.js'
import { eventPieces, headingPieces } from '../event-line.js'
import type { Glyphs } from '../glyphs.js'
import { useBoxKeys } from '../kept-boxes.js'
import { logPieces } from '../log-line.js'
import { rejectionPieces } from '../rejection-line.js'
import { rowWindow } from '../row-window.js'
import { GlyphsContext, Line, Lines, type Piece } from '../styled.js'
import { TimesContext } from '../times.js'
import { waitingTexts } from '../waiting-texts.js'
import type { PanelProps } from './panel.js'

/** Index of the chosen row where it is in this list. */
const chosenIn = ({ view }: MonitorState, list: ListName): number | null =>
  view.paused?.cursor?.list === list ? view.paused.cursor.index : null

/** Lines of several journals may have the same seq. */
const keyOf = ({ seq, at }: EventRow): string => `${at.journal ?? ''} ${seq}`

export function EventsPanel(props: PanelProps): ReactNode {
  const { state, width } = props
  if (state.search && state.view.name === 'live') return <FoundRows {...props} search={state.search} />
  const { events } = shownLists(state)
  if (events.length === 0)
    return <Waiting file={state.journal?.file ?? null} path={state.setup.eventsFile} width={width} />
  return <EventRows {...props} rows={events} list="events" />
}

/** What a search has found, in place of the events. */
function FoundRows({ search, ...props }: PanelProps & { search: Search }): ReactNode {
  if (search.rows.length === 0) {
    const { width, height } = props
    const text = search.problem ?? (search.isDone ? 'found nowhere in the journal' : 'searching')
    const tone = search.problem === null ? 'quiet' : 'critical'
    return <Lines lines={[[{ text: ` ${escapeTerminalText(text)}`, tone }]]} {...{ width, height }} />
  }
  return <EventRows {...props} rows={search.rows} list="found" />
}

/** With less height the rows are worth more than a heading. */
const HEADING_ROWS_MIN = 4

/** Rows that a list of events has above its own, in a panel of this height. */
export const headingRows = (state: MonitorState, height: number): number =>
  eventTable(state) !== null && height >= HEADING_ROWS_MIN ? 1 : 0

interface EventRowsProps extends PanelProps {
  rows: readonly EventRow[]
  list: 'events' | 'found'
}

function EventRows({ state, width, height, rows, list }: EventRowsProps): ReactNode {
  const table = eventTable(state) ?? LIST_TABLE
  const { first } = table
  const names = columnsOf(table)
  // The same object as long as nothing changes, so that rows need not be drawn again.
  const fitted = useMemo(() => fitColumns(names, width - 2, first), [names, width, first])
  const above = headingRows(state, height)
  const shown = rowWindow(rows, height - above, chosenIn(state, list))
  const keys = useBoxKeys(shown.map(({ row }) => keyOf(row)))
  return (
    <Box flexDirection="column">
      {above > 0 && <Line pieces={headingPieces(fitted, width)} width={width} />}
      {shown.map(({ row, isChosen }, index) => (
        <EventLine
          key={keys[index]}
          {...{ row, width, isChosen }}
          columns={fitted.columns}
          isMarked={state.bookmarks.includes(row.seq)}
        />
      ))}
    </Box>
  )
}

export function RejectionsPanel({ state, width, height }: PanelProps): ReactNode {
  const { rejections } = shownLists(state)
  const rejected = Object.keys(state.journal?.totals.rejected ?? {}).length > 0
  if (rejections.length === 0) {
    const text = rejected ? 'none in what was read; orderscope journal cat --rejected has them all' : '–'
    return <Lines lines={[[{ text: ` ${text}`, tone: 'quiet' }]]} {...{ width, height }} />
  }
  return (
    <Box flexDirection="column">
      {rowWindow(rejections, height, chosenIn(state, 'rejections')).map(({ row, isChosen }) => (
        <RejectionLine
          key={keyOf(row)}
          {...{ row, width, isChosen }}
          isMarked={state.bookmarks.includes(row.seq)}
        />
      ))}
    </Box>
  )
}

interface EventLineProps {
  row: EventRow
  width: number
  isChosen: boolean
  /** It has a bookmark. */
  isMarked: boolean
  columns: readonly FittedColumn[]
}

const EventLine = memo(function EventLine(props: EventLineProps): ReactNode {
  const { row, width, columns } = props
  const glyphs = useContext(GlyphsContext)
  const times = useContext(TimesContext)
  const pieces = eventPieces(row, { columns, glyphs, times })
  return <Line pieces={withMargin(pieces, marginOf(props, glyphs))} width={width} />
})

const RejectionLine = memo(function RejectionLine(props: Omit<EventLineProps, 'columns'>): ReactNode {
  const { row, width } = props
  const glyphs = useContext(GlyphsContext)
  const times = useContext(TimesContext)
  const pieces = rejectionPieces(row, { width: width - 2, glyphs, times })
  return <Line pieces={withMargin(pieces, marginOf(props, glyphs))} width={width} />
})

interface Margin {
  sign: string
  isBold: boolean
}

/** The chosen row and those with a bookmark have a sign in the margin. */
const marginOf = (
  { isChosen, isMarked }: Pick<EventLineProps, 'isChosen' | 'isMarked'>,
  { cursor, bookmark }: Glyphs,
): Margin => ({ sign: isChosen ? cursor : isMarked ? bookmark : ' ', isBold: isChosen })

/** No other row moves for a sign. */
const withMargin = (pieces: readonly Piece[], { sign, isBold }: Margin): Piece[] => [
  { text: sign, tone: 'accent', isBold },
  ...(isBold ? pieces.map((piece) => ({ ...piece, isBold })) : pieces),
]

interface LogListProps extends PanelProps {
  list: 'logs' | 'errors'
}

function LogList({ state, width, height, list }: LogListProps): ReactNode {
  return (
    <Box flexDirection="column">
      {rowWindow(shownLists(state)[list], height, chosenIn(state, list)).map(({ row, isChosen }) => (
        <LogLine key={`${row.journal ?? ''} ${row.id}`} {...{ row, width, isChosen }} />
      ))}
    </Box>
  )
}

export function LogsPanel(props: PanelProps): ReactNode {
  const { state, width } = props
  if (shownLists(state).logs.length > 0) return <LogList {...props} list="logs" />
  return <Waiting file={state.log?.file ?? null} path={state.setup.logFile} width={width} />
}

export function ErrorsPanel(props: PanelProps): ReactNode {
  const { state, width, height } = props
  if (shownLists(state).errors.length > 0) return <LogList {...props} list="errors" />
  return <Lines lines={[[{ text: ' – no error', tone: 'quiet' }]]} {...{ width, height }} />
}

const LogLine = memo(function LogLine({
  row,
  width,
  isChosen,
}: {
  row: LogRow
  width: number
  isChosen: boolean
}): ReactNode {
  const glyphs = useContext(GlyphsContext)
  const times = useContext(TimesContext)
  return (
    <Line
      pieces={withMargin(
        logPieces(row, { width: width - 2, times }),
        marginOf({ isChosen, isMarked: false }, glyphs),
      )}
      width={width}
    />
  )
})

function Waiting({ file, path, width }: { file: FileStatus | null; path: string; width: number }): ReactNode {
  const [what, then] = waitingTexts(file, path)
  const isTrouble = file?.state === 'denied' || file?.state === 'unreadable'
  const lines: Piece[][] = [
    [{ text: ` ${what}`, tone: isTrouble ? 'critical' : 'plain' }],
    [{ text: ` ${then}`, tone: 'quiet' }],
  ]
  return <Lines lines={lines} width={width} height={2} />
}
