/** Panel 2: the verdict, signal by signal; enlarged also the rules by which it is reached. */
import { Box } from 'ink'
import { type ReactNode, useContext } from 'react'
import { escapeTerminalText } from '../../../shared/runtime/terminal-text.js'
import type { Signal } from '../../model/health.js'
import { DataTable, type TableColumn, type TableRow, tableWidth } from '../data-table.js'
import { formatDuration, formatPercent, formatRate, NOTHING } from '../format.js'
import { GlyphsContext, Line, type Piece } from '../styled.js'
import { timesOf } from '../times.js'
import type { PanelProps } from './panel.js'

const WIDE: TableColumn[] = [
  { key: 'signal', align: 'left' },
  { key: 'state', align: 'left' },
  { key: 'value', align: 'right' },
]
const NARROW: TableColumn[] = [
  { key: 'signal', align: 'left' },
  { key: 'both', align: 'left' },
]
const SIGNALS = 6

export function HealthPanel({ state, dashboard, width, height, isZoomed }: PanelProps): ReactNode {
  const glyphs = useContext(GlyphsContext)
  const rows = healthRows({ state, dashboard }, (signal) => `${glyphs.levels[signal.level]} ${signal.word}`)
  const columns = tableWidth(WIDE, rows) <= width ? WIDE : NARROW
  const hasHeading = height > SIGNALS && columns === WIDE
  const isFramed = isZoomed && height >= SIGNALS * 2 + 3
  const used = isFramed ? SIGNALS * 2 + 3 : SIGNALS + (hasHeading ? 1 : 0)
  const lines = isZoomed ? [...lastErrorLines(state), ...ruleLines(state)] : lastErrorLines(state)
  return (
    <Box flexDirection="column">
      <DataTable columns={columns} rows={rows} width={width} hasHeading={hasHeading} isFramed={isFramed} />
      {lines.slice(0, Math.max(0, height - used)).map((pieces, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines stand for the same thing in each frame
        <Line key={index} pieces={[{ text: ' ' }, ...pieces]} width={width} />
      ))}
    </Box>
  )
}

function healthRows(
  { state, dashboard }: Pick<PanelProps, 'state' | 'dashboard'>,
  sign: (signal: Signal) => string,
): TableRow[] {
  const { global, success, throughput, errors, tracker, quality } = dashboard.health
  const row = (name: string, signal: Signal, value: string): TableRow => ({
    signal: name,
    state: sign(signal),
    value,
    both: `${sign(signal)} ${value === NOTHING ? '' : value}`.trimEnd(),
  })
  return [
    row('global', global, ''),
    row('success', success, formatPercent(success.percent)),
    row('throughput', throughput, formatRate(throughput.perSecond)),
    row(
      'errors',
      errors,
      `${errors.recentCount} in ${formatDuration(state.setup.thresholds.errorGreenMs / 1000).replace(' 0s', '')}`,
    ),
    row('uptime', tracker, uptimeText(dashboard)),
    row('quality', quality, quality.score === null ? NOTHING : `${quality.score}/100`),
  ]
}

/** Goes on between two metrics lines, unless the tracker is no longer there. */
function uptimeText({ health, tracker }: PanelProps['dashboard']): string {
  if (!tracker || health.tracker.sinceMs !== null) return NOTHING
  return formatDuration(tracker.uptimeSeconds + tracker.ageMs / 1000)
}

const quiet = (text: string): Piece => ({ text, tone: 'quiet' })

function lastErrorLines({ log, view, nowMs }: PanelProps['state']): Piece[][] {
  const last = log?.errors.last
  if (!last) return []
  return [
    [
      quiet(`last error ${timesOf(view, nowMs).clock(last.timeMs)} `),
      { text: escapeTerminalText(last.text.slice(0, 600)) },
    ],
  ]
}

function ruleLines({ setup }: PanelProps['state']): Piece[][] {
  const rules = setup.thresholds
  return [
    [],
    [{ text: 'how it is judged', isBold: true }],
    [quiet(`  global      the worst of success, throughput, errors and the tracker's own state`)],
    [
      quiet(
        `  success     60 s: ≥ ${rules.successExcellentPercent} % excellent, ≥ ${rules.successGoodPercent} % good, else critical`,
      ),
    ],
    [
      quiet(
        `  throughput  60 s: ≥ ${rules.throughputNormalPerSecond}/s normal, ≥ ${rules.throughputLowPerSecond}/s low, else stopped; ` +
          `10 s below ${rules.throughputMedianPercent} % of the 10-minute median is low`,
      ),
    ],
    [
      quiet(
        `  errors      lines of level error in tracker.log: critical for ${formatDuration(rules.errorYellowMs / 1000)}, ` +
          `a warning for ${formatDuration(rules.errorGreenMs / 1000)}`,
      ),
    ],
    [quiet(`  tracker     silent after ${rules.silentIntervals} metrics intervals without a line`)],
    [quiet('  quality     half the success rate, up to 30 for throughput, 20 less 2 for each error')],
  ]
}
