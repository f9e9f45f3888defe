/** Throughput, success and latency over time, one point a second, with axes. */
import { Box } from 'ink'
import { memo, type ReactNode, useContext } from 'react'
import { latencySeries, successSeries, throughputSeries } from '../../model/windows.js'
import { formatCompact, formatDuration } from '../format.js'
import type { Glyphs } from '../glyphs.js'
import { highest, niceCeiling, percentFloor, plot } from '../plot.js'
import { GlyphsContext, Line, type Piece, type Tone } from '../styled.js'
import type { PanelProps } from './panel.js'

/** Columns of the labels at the left, the axis not counted. */
const LABEL_COLUMNS = 6

export function ThroughputPanel({ state, width, height }: PanelProps): ReactNode {
  const series = throughputSeries(state, plotColumns(width) * 2)
  return <ChartFromZero {...{ series, width, height, style: 'area', end: endOf(state) }} />
}

export function SuccessPanel({ state, dashboard, width, height }: PanelProps): ReactNode {
  const columns = plotColumns(width)
  const series = successSeries(state, columns * 2)
  const { level } = dashboard.health.success
  const tone = level === 'unknown' ? 'quiet' : level
  return (
    <Chart
      {...{
        series,
        width,
        height,
        min: percentFloor(series),
        max: 100,
        style: 'line',
        unit: ' %',
        tone,
        end: endOf(state),
      }}
    />
  )
}

/** As the tracker tells it with its metrics, so that the last seconds are not known yet. */
export function LatencyPanel({ state, width, height }: PanelProps): ReactNode {
  const series = latencySeries(state, plotColumns(width) * 2)
  return <ChartFromZero {...{ series, width, height, style: 'line', end: endOf(state) }} />
}

/** Up to a round number that is above all of the series. */
function ChartFromZero(props: Omit<ChartProps, 'min' | 'max' | 'unit' | 'tone'>): ReactNode {
  const max = niceCeiling(Math.max(1, highest(props.series)))
  return <Chart {...{ ...props, min: 0, max, unit: '', tone: 'accent' }} />
}

const endOf = ({ past }: PanelProps['state']): string => (past?.moment ? 'then' : 'now')

const plotColumns = (width: number): number => Math.max(1, width - LABEL_COLUMNS - 3)

interface ChartProps {
  series: (number | null)[]
  width: number
  height: number
  min: number
  max: number
  style: 'area' | 'line'
  unit: string
  tone: Tone
  /** What the right end of the axis is. */
  end: string
}

/** Drawn when one of its points or how it looks changed: once a second, while frames come more often. */
const Chart = memo(function Chart(props: ChartProps): ReactNode {
  const { series, width, height, min, max, style, unit, tone, end } = props
  const glyphs = useContext(GlyphsContext)
  const columns = plotColumns(width)
  const rows = Math.max(1, height - 1)
  const drawn = plot({ series, columns, rows, min, max, style, hasBraille: glyphs.hasBraille })
  const labels = axisLabels({ rows, min, max })
  return (
    <Box flexDirection="column">
      {drawn.map((text, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row of the chart is its height
        <Line key={index} pieces={chartRow(text, labels.get(index), { glyphs, unit, tone })} width={width} />
      ))}
      {height > 1 && <Line pieces={timeAxis(columns, glyphs, end)} width={width} />}
    </Box>
  )
}, isSameChart)

function isSameChart({ series, ...look }: ChartProps, { series: next, ...nextLook }: ChartProps): boolean {
  const keys = Object.keys(look) as (keyof typeof look)[]
  return (
    series.length === next.length &&
    series.every((point, index) => point === next[index]) &&
    keys.every((key) => look[key] === nextLook[key])
  )
}

/** Values at the top, the bottom, and in the middle where there is room, by row from the top. */
function axisLabels({ rows, min, max }: { rows: number; min: number; max: number }): Map<number, number> {
  const labels = new Map<number, number>([[rows - 1, min]])
  if (rows >= 5) labels.set(Math.floor((rows - 1) / 2), (min + max) / 2)
  return labels.set(0, max)
}

function chartRow(
  text: string,
  value: number | undefined,
  { glyphs, unit, tone }: { glyphs: Glyphs; unit: string; tone: Tone },
): Piece[] {
  const label = value === undefined ? '' : `${formatCompact(value)}${unit}`
  const axis = value === undefined ? glyphs.vertical : glyphs.tick
  return [
    { text: `${label.padStart(LABEL_COLUMNS)} `, tone: 'quiet' },
    { text: axis, tone: 'border' },
    { text, tone },
  ]
}

/** The axis with the age of its left end, its middle and its right end set into it. */
function timeAxis(columns: number, glyphs: Glyphs, end: string): Piece[] {
  const seconds = columns * 2
  const left = `-${formatDuration(seconds).replace(' ', '')} `
  const right = ` ${end}`
  const middle = ` -${formatDuration(columns).replace(' ', '')} `
  const corner = glyphs.junctions[3] ?? '+'
  const line = (length: number): string => glyphs.horizontal.repeat(Math.max(0, length))
  const half = Math.floor(columns / 2 - middle.length / 2)
  const hasMiddle = columns >= left.length + middle.length + right.length + 8
  const text = hasMiddle
    ? left + line(half - left.length) + middle + line(columns - half - middle.length - right.length) + right
    : left + line(columns - left.length - right.length) + right
  return [{ text: `${' '.repeat(LABEL_COLUMNS + 1)}${corner}${text}`, tone: 'border' }]
}
