/**
 * The whole screen as a function of the state: header, alarms, panels in a grid of rules, footer.
 *
 * Draws exactly one row less than the terminal has, so that no frame scrolls it and none needs a full repaint.
 */
import { Box } from 'ink'
import type { ReactNode } from 'react'
import { escapeTerminalText } from '../../shared/runtime/terminal-text.js'
import { type Dashboard, dashboard } from '../model/dashboard.js'
import { type MonitorState, PANELS, type PanelName } from '../model/state.js'
import { footerPieces, headerPieces, statusPieces } from './bars.js'
import { formatPercent, formatRate, formatTime } from './format.js'
import type { Glyphs } from './glyphs.js'
import { type Band, type Layout, layOut } from './layout.js'
import { SuccessPanel, ThroughputPanel } from './panels/chart.js'
import { HealthPanel } from './panels/health.js'
import { HelpPanel } from './panels/help.js'
import { EventsPanel, LogsPanel } from './panels/lists.js'
import { MetricsPanel } from './panels/metrics.js'
import type { PanelProps } from './panels/panel.js'
import { type PanelTitle, rulePieces } from './rule.js'
import { StatusScreen } from './status-screen.js'
import { GlyphsContext, Line, type Piece, VerticalRule } from './styled.js'

const PANEL_VIEWS: Record<PanelName, (props: PanelProps) => ReactNode> = {
  metrics: MetricsPanel,
  health: HealthPanel,
  throughput: ThroughputPanel,
  success: SuccessPanel,
  events: EventsPanel,
  logs: LogsPanel,
}

const TITLES: Record<PanelName, string> = {
  metrics: 'Metrics',
  health: 'Health',
  throughput: 'Throughput',
  success: 'Success',
  events: 'Events',
  logs: 'Log',
}

export function App({ state, glyphs }: { state: MonitorState; glyphs: Glyphs }): ReactNode {
  const derived = dashboard(state, formatTime)
  const layout = layOut(state.view, derived.alarms.length)
  return (
    <GlyphsContext.Provider value={glyphs}>
      {layout.kind === 'status' ? (
        <StatusScreen
          state={state}
          pieces={statusPieces({ state, dashboard: derived, glyphs })}
          rows={layout.rows}
        />
      ) : (
        <Screen state={state} derived={derived} layout={layout} glyphs={glyphs} />
      )}
    </GlyphsContext.Provider>
  )
}

interface ScreenProps {
  state: MonitorState
  derived: Dashboard
  layout: Extract<Layout, { kind: 'grid' }>
  glyphs: Glyphs
}

function Screen({ state, derived, layout, glyphs }: ScreenProps): ReactNode {
  const { columns } = state.view
  const shown = { state, dashboard: derived, glyphs }
  return (
    <Box flexDirection="column" width={columns}>
      <Line pieces={headerPieces(shown)} width={columns} />
      {alarmLines(derived, layout.alarmRows, glyphs).map((pieces) => (
        <Line key={pieces[0]?.text} pieces={pieces} width={columns} />
      ))}
      {state.view.isHelpOpen ? (
        <HelpGrid {...{ state, derived, layout, glyphs }} />
      ) : (
        <Grid {...{ state, derived, layout, glyphs }} />
      )}
      <Line pieces={footerPieces(shown)} width={columns} />
    </Box>
  )
}

function alarmLines({ alarms }: Dashboard, rows: number, { levels }: Glyphs): Piece[][] {
  return alarms.slice(0, rows).map(({ level, text }, index) => {
    const more = index === rows - 1 && alarms.length > rows ? `  (+${alarms.length - rows} more)` : ''
    return [{ text: ` ${levels[level]} ${escapeTerminalText(text)}${more}`, tone: level, isBold: true }]
  })
}

function Grid({ state, derived, layout: { bands }, glyphs }: ScreenProps): ReactNode {
  const { columns, zoom } = state.view
  return (
    <Box flexDirection="column">
      {bands.map((band, index) => (
        <Box key={band.cells[0]?.panel} flexDirection="column">
          <Line
            width={columns}
            pieces={rulePieces({
              columns,
              above: bands[index - 1] ?? null,
              below: band,
              titles: band.cells.map(({ panel }) => titleOf(panel, state, derived)),
              glyphs,
            })}
          />
          <BandRow band={band}>
            {band.cells.map(({ panel, width }) => {
              const Panel = PANEL_VIEWS[panel]
              return (
                <Panel
                  key={panel}
                  {...{ state, dashboard: derived, width, height: band.height, isZoomed: zoom === panel }}
                />
              )
            })}
          </BandRow>
        </Box>
      ))}
      <Line
        width={columns}
        pieces={rulePieces({ columns, above: bands.at(-1) ?? null, below: null, titles: [], glyphs })}
      />
    </Box>
  )
}

function HelpGrid({ state, layout, glyphs }: ScreenProps): ReactNode {
  const { columns } = state.view
  // As high as all panels and the rules between them, so that the frame keeps its height.
  const height = layout.bands.reduce((sum, band) => sum + band.height + 1, -1)
  const band: Band = { cells: [{ panel: 'metrics', width: columns - 2 }], height }
  const titles: PanelTitle[] = [{ left: [{ text: 'Help', isBold: true }], right: [] }]
  return (
    <Box flexDirection="column">
      <Line width={columns} pieces={rulePieces({ columns, above: null, below: band, titles, glyphs })} />
      <BandRow band={band}>{[<HelpPanel key="help" width={columns - 2} height={height} />]}</BandRow>
      <Line width={columns} pieces={rulePieces({ columns, above: band, below: null, titles: [], glyphs })} />
    </Box>
  )
}

/** Panels of one height between vertical lines. They keep to their room: clipping costs a third of a frame. */
function BandRow({ band, children }: { band: Band; children: ReactNode[] }): ReactNode {
  return (
    <Box height={band.height}>
      <VerticalRule height={band.height} />
      {band.cells.map(({ panel, width }, index) => (
        <Box key={panel} flexShrink={0}>
          <Box width={width} height={band.height} flexShrink={0}>
            {children[index]}
          </Box>
          <VerticalRule height={band.height} />
        </Box>
      ))}
    </Box>
  )
}

function titleOf(panel: PanelName, state: MonitorState, { windows, health }: Dashboard): PanelTitle {
  const left: Piece[] = [
    { text: `${PANELS.indexOf(panel) + 1} `, tone: 'accent' },
    { text: TITLES[panel], isBold: true },
  ]
  const note = (text: string): PanelTitle => ({ left, right: [{ text, tone: 'quiet' }] })
  switch (panel) {
    case 'metrics':
      return note(`updated ${formatTime(state.journal?.timeMaxMs ?? null)}`)
    case 'health': {
      const { word, level } = health.quality
      return {
        left,
        right: [
          { text: 'quality ', tone: 'quiet' },
          { text: word, tone: level },
        ],
      }
    }
    case 'throughput':
      return note(`records/s, now ${formatRate(windows['1s'].recordsPerSecond)}`)
    case 'success':
      return note(`over 10 s ${formatPercent(windows['10s'].successPercent)}`)
    case 'events':
      return note('newest first')
    case 'logs':
      return note(state.log?.badLines ? `${state.log.badLines} lines not readable` : 'newest first')
  }
}
