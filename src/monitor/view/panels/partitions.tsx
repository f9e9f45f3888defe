/** The lag of each partition, as the tracker last told it. */
import type { ReactNode } from 'react'
import { escapeTerminalText } from '../../../shared/runtime/terminal-text.js'
import { type LagColumn, type LagRow, type LagState, lagOf } from '../../model/lag.js'
import { formatCount, formatDuration, NOTHING } from '../format.js'
import { Lines, type Piece, type Tone } from '../styled.js'
import { type LineColumn, tableLines } from '../table-lines.js'
import { timesOf } from '../times.js'
import type { PanelProps } from './panel.js'

const TONES: Record<LagState, Tone> = {
  OK: 'good',
  LAGGING: 'warning',
  STALLED: 'critical',
  REWIND: 'warning',
  '?': 'unknown',
}

export function PartitionsPanel({ state, dashboard, width, height }: PanelProps): ReactNode {
  const lag = lagOf(state, dashboard.tracker?.isOld ?? false)
  if (!lag) {
    return (
      <Lines
        {...{ width, height }}
        lines={[
          [{ text: ' no metrics line yet' }],
          [{ text: ' a running tracker writes one every few seconds', tone: 'quiet' }],
        ]}
      />
    )
  }
  const columns = lagColumns(state.view.lagSort, timesOf(state.view, state.nowMs).clock(lag.timeMs))
  const lines = tableLines(columns, lag.rows, width)
  const hidden = lines.length - height
  if (hidden > 0) {
    const more: Piece[] = [{ text: ` ${formatCount(hidden + 1)} more; a sorts`, tone: 'quiet' }]
    return <Lines {...{ width, height }} lines={[...lines.slice(0, height - 1), more]} />
  }
  const sum: Piece[] = [{ text: ` ${totalText(lag.rows)}`, tone: 'quiet' }]
  return <Lines {...{ width, height }} lines={[...lines, [], sum]} />
}

function totalText(rows: readonly LagRow[]): string {
  const known = rows.flatMap(({ lag }) => (lag === null ? [] : [lag]))
  if (known.length === 0) return 'no end of a partition was read yet'
  const sum = known.reduce((total, lag) => total + lag, 0)
  return `${formatCount(sum)} ${sum === 1 ? 'record' : 'records'} behind in all`
}

function lagColumns(sort: LagColumn, asOf: string): LineColumn<LagRow>[] {
  const column = (
    name: LagColumn,
    title: string,
    cell: (row: LagRow) => Piece,
    giveWay?: number,
  ): LineColumn<LagRow> => ({
    title,
    align: name === 'partition' || name === 'state' ? 'left' : 'right',
    isSorted: name === sort,
    cell,
    ...(giveWay === undefined ? {} : { giveWay }),
  })
  const count = (value: number | null): Piece => ({ text: value === null ? NOTHING : formatCount(value) })
  return [
    column('partition', 'partition', (row) => ({
      text: escapeTerminalText(`${row.topic.slice(0, 60)}/${row.partition}`),
      tone: 'quiet',
    })),
    column('end', 'end', ({ end }) => count(end), 3),
    column('next', 'next', ({ next }) => count(next), 2),
    column('lag', 'lag', ({ lag }) => ({ ...count(lag), tone: lag ? 'accent' : 'plain' })),
    column('seconds', 'behind', ({ lagSeconds }) => ({ text: durationText(lagSeconds) })),
    column('trend', 'trend', ({ lagPerSecond }) => trendPiece(lagPerSecond), 1),
    column('drain', 'drained in', ({ drainSeconds }) => ({ text: durationText(drainSeconds) }), 1),
    column('state', 'state', ({ state }) => ({
      text: state === '?' ? `? as of ${asOf}` : state,
      tone: TONES[state],
    })),
  ]
}

function durationText(seconds: number | null): string {
  if (seconds === null) return NOTHING
  return seconds === Number.POSITIVE_INFINITY ? 'never' : formatDuration(seconds)
}

const TREND_MIN = 0.05

function trendPiece(perSecond: number | null): Piece {
  if (perSecond === null) return { text: NOTHING }
  if (Math.abs(perSecond) < TREND_MIN) return { text: 'steady' }
  const size = Math.abs(perSecond)
  const text = `${size < 99.95 ? size.toFixed(1) : formatCount(size)}/s`
  return perSecond > 0 ? { text: `↑ ${text}`, tone: 'warning' } : { text: `↓ ${text}`, tone: 'good' }
}
