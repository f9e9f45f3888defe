/** Panels 5 and 6: the newest events and log lines, newest first; or what they wait for. */
import { Box } from 'ink'
import { memo, type ReactNode, useContext } from 'react'
import { escapeTerminalText } from '../../../shared/runtime/terminal-text.js'
import type { FileStatus } from '../../tail/file-follower.js'
import type { EventRow, LogRow } from '../../tail/protocol.js'
import { eventPieces } from '../event-line.js'
import { logPieces } from '../log-line.js'
import { GlyphsContext, Line, type Piece } from '../styled.js'
import type { PanelProps } from './panel.js'

export function EventsPanel({ state, width, height, isZoomed }: PanelProps): ReactNode {
  const events = state.view.paused?.events ?? state.events
  if (events.length === 0)
    return <Waiting file={state.journal?.file ?? null} path={state.setup.eventsFile} width={width} />
  return (
    <Box flexDirection="column">
      {events.slice(0, height).map((row) => (
        <EventLine key={row.seq} row={row} width={width} hasPayload={isZoomed} />
      ))}
    </Box>
  )
}

const EventLine = memo(function EventLine({
  row,
  width,
  hasPayload,
}: {
  row: EventRow
  width: number
  hasPayload: boolean
}): ReactNode {
  const glyphs = useContext(GlyphsContext)
  const pieces = eventPieces(row, { width: width - 2, glyphs, hasPayload })
  return <Line pieces={[{ text: ' ' }, ...pieces]} width={width} />
})

export function LogsPanel({ state, width, height }: PanelProps): ReactNode {
  const logs = state.view.paused?.logs ?? state.logs
  if (logs.length === 0)
    return <Waiting file={state.log?.file ?? null} path={state.setup.logFile} width={width} />
  return (
    <Box flexDirection="column">
      {logs.slice(0, height).map((row) => (
        <LogLine key={row.id} row={row} width={width} />
      ))}
    </Box>
  )
}

const LogLine = memo(function LogLine({ row, width }: { row: LogRow; width: number }): ReactNode {
  return <Line pieces={[{ text: ' ' }, ...logPieces(row, width - 2)]} width={width} />
})

/** Says what is missing and what to do about it. */
export function waitingTexts(file: FileStatus | null, path: string): [string, string] {
  const shown = escapeTerminalText(path)
  switch (file?.state) {
    case undefined:
      return [`opening ${shown}`, '']
    case 'missing':
      return [`waiting for ${shown}`, 'run ./start.sh in another terminal; it appears here by itself']
    case 'denied':
      return [
        `may not read ${shown}: ${file.problem ?? ''}`,
        'run the monitor as the user that runs the tracker',
      ]
    case 'unreadable':
      return [`cannot read ${shown}: ${file.problem ?? ''}`, '']
    case 'open':
      return file.behindBytes > 0
        ? [`reading ${shown}`, '']
        : [`${shown} is empty`, 'its first line appears here by itself']
  }
}

function Waiting({ file, path, width }: { file: FileStatus | null; path: string; width: number }): ReactNode {
  const [what, then] = waitingTexts(file, path)
  const isTrouble = file?.state === 'denied' || file?.state === 'unreadable'
  const lines: Piece[][] = [
    [{ text: ` ${what}`, tone: isTrouble ? 'critical' : 'plain' }],
    [{ text: ` ${then}`, tone: 'quiet' }],
  ]
  return (
    <Box flexDirection="column">
      {lines.map((pieces) => (
        <Line key={pieces[0]?.text} pieces={pieces} width={width} />
      ))}
    </Box>
  )
}
