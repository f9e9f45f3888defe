/**
 * The whole screen as a function of the state: header, alarms, panels in a grid of rules, footer.
 *
 * Draws exactly one row less than the terminal has, so that no frame scrolls it and none needs a full repaint.
 */
import { Box } from 'ink'
import type { ReactNode } from 'react'
import { escapeTerminalText } from '../../shared/runtime/terminal-text.js'
import { type Dashboard, dashboard } from '../model/dashboard.js'
import { type KeyMap, keyFor } from '../model/key-map.js'
import { shownState } from '../model/moment.js'
import type { MonitorState } from '../model/state.js'
import type { PanelName } from '../model/views.js'
import { alertPieces, footerPieces, headerPieces, statusPieces } from './bars.js'
import type { Glyphs } from './glyphs.js'
import { type Band, type Layout, layOut } from './layout.js'
import {
  CustomersPanel,
  FunnelPanel,
  MoneyPanel,
  PaymentsPanel,
  QuantitiesPanel,
  RevenuesPanel,
} from './panels/business.js'
import { LatencyPanel, SuccessPanel, ThroughputPanel } from './panels/chart.js'
import { ColumnsPanel, columnsHint } from './panels/columns.js'
import { DetailPanel } from './panels/detail.js'
import { HealthPanel } from './panels/health.js'
import { HelpPanel } from './panels/help.js'
import { ChainPanel, FilesPanel } from './panels/journal.js'
import { ErrorsPanel, EventsPanel, LogsPanel, RejectionsPanel } from './panels/lists.js'
import { MetricsPanel } from './panels/metrics.js'
import type { PanelProps } from './panels/panel.js'
import { PartitionsPanel } from './panels/partitions.js'
import { LevelsPanel, ReasonsPanel } from './panels/problems.js'
import { type PanelTitle, rulePieces } from './rule.js'
import { StatusScreen } from './status-screen.js'
import { GlyphsContext, Line, type Piece, VerticalRule } from './styled.js'
import { ThemeContext, themeOf } from './theme.js'
import { TimesContext, timesOf } from './times.js'
import { titleOf } from './titles.js'

const PANEL_VIEWS: Record<PanelName, (props: PanelProps) => ReactNode> = {
  metrics: MetricsPanel,
  health: HealthPanel,
  throughput: ThroughputPanel,
  success: SuccessPanel,
  latency: LatencyPanel,
  events: EventsPanel,
  logs: LogsPanel,
  partitions: PartitionsPanel,
  money: MoneyPanel,
  funnel: FunnelPanel,
  customers: CustomersPanel,
  payments: PaymentsPanel,
  quantities: QuantitiesPanel,
  revenues: RevenuesPanel,
  reasons: ReasonsPanel,
  levels: LevelsPanel,
  rejections: RejectionsPanel,
  errors: ErrorsPanel,
  chain: ChainPanel,
  files: FilesPanel,
}

export function App({ state: live, glyphs }: { state: MonitorState; glyphs: Glyphs }): ReactNode {
  const state = shownState(live)
  const times = timesOf(state.view, live.nowMs)
  const derived = dashboard(state, times.clock)
  const layout = layOut(state.view, derived.alarms.length)
  return (
    <GlyphsContext.Provider value={glyphs}>
      <TimesContext.Provider value={times}>
        <ThemeContext.Provider value={themeOf(state.view.theme)}>
          {layout.kind === 'status' ? (
            <StatusScreen
              state={state}
              pieces={statusPieces({ state, dashboard: derived, glyphs })}
              rows={layout.rows}
            />
          ) : (
            <Screen state={state} live={live} derived={derived} layout={layout} glyphs={glyphs} />
          )}
        </ThemeContext.Provider>
      </TimesContext.Provider>
    </GlyphsContext.Provider>
  )
}

interface ScreenProps {
  /** What the panels show: now, or at a moment of the past. */
  state: MonitorState
  derived: Dashboard
  layout: Extract<Layout, { kind: 'grid' }>
  glyphs: Glyphs
}

function Screen({ state, live, derived, layout, glyphs }: ScreenProps & { live: MonitorState }): ReactNode {
  const { columns } = state.view
  const shown = { state, dashboard: derived, glyphs }
  return (
    <Box flexDirection="column" width={columns}>
      <Line pieces={headerPieces(shown)} width={columns} />
      {alarmLines(derived, layout.alarmRows, glyphs).map((pieces) => (
        <Line key={pieces[0]?.text} pieces={pieces} width={columns} />
      ))}
      <Middle {...{ state, derived, layout, glyphs }} />
      <Line pieces={footerPieces({ ...shown, state: live })} width={columns} />
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
  const { columns } = state.view
  const isAlone = bands.length === 1 && bands[0]?.cells.length === 1
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
                  {...{ state, dashboard: derived, width, height: band.height, isZoomed: isAlone }}
                />
              )
            })}
          </BandRow>
        </Box>
      ))}
      <LastRule {...{ state, derived, glyphs }} above={bands.at(-1) ?? null} />
    </Box>
  )
}

/** The rule below the panels. Alerts are set into it, so that nothing has to make room for them. */
function LastRule({
  state,
  derived,
  above,
  glyphs,
}: Omit<ScreenProps, 'layout'> & { above: Band | null }): ReactNode {
  const { columns } = state.view
  const banner = alertPieces({ state, dashboard: derived, glyphs })
  const pieces = rulePieces({ columns, above, below: null, titles: [], banner, glyphs })
  return <Line width={columns} pieces={pieces} />
}

/** The panels, or one sheet in their place. */
function Middle(props: ScreenProps): ReactNode {
  const { isHelpOpen, isDetailOpen, columnCursor } = props.state.view
  const { keys } = props.state.setup
  if (isHelpOpen) return <Sheet {...props} title="Help" hint={scrollHint(keys)} Content={HelpPanel} />
  if (columnCursor !== null)
    return <Sheet {...props} title="Columns" hint={columnsHint(keys)} Content={ColumnsPanel} />
  if (isDetailOpen) return <Sheet {...props} title="Detail" hint={scrollHint(keys)} Content={DetailPanel} />
  return <Grid {...props} />
}

interface SheetProps extends ScreenProps {
  title: string
  /** What the keys do there. */
  hint: string
  Content: (props: { state: MonitorState; width: number; height: number }) => ReactNode
}

function Sheet({ state, derived, layout, glyphs, title, hint, Content }: SheetProps): ReactNode {
  const { columns } = state.view
  // As high as all panels and the rules between them, so that the frame keeps its height.
  const height = layout.bands.reduce((sum, band) => sum + band.height + 1, -1)
  const band: Band = { cells: [{ panel: 'metrics', width: columns - 2 }], height }
  const titles: PanelTitle[] = [
    { left: [{ text: title, isBold: true }], right: [{ text: hint, tone: 'quiet' }] },
  ]
  return (
    <Box flexDirection="column">
      <Line width={columns} pieces={rulePieces({ columns, above: null, below: band, titles, glyphs })} />
      <BandRow band={band}>
        {[<Content key={title} state={state} width={columns - 2} height={height} />]}
      </BandRow>
      <LastRule {...{ state, derived, glyphs }} above={band} />
    </Box>
  )
}

const scrollHint = (keys: KeyMap): string =>
  `${keyFor(keys, 'row_down')}, ${keyFor(keys, 'row_up')} scroll, ${keyFor(keys, 'back')} closes`

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
