/** What went wrong: rejected records by reason, log lines by level. */
import { type ReactNode, useContext } from 'react'
import type { LogLevel } from '../../../shared/contract/log-entry.js'
import { rejectedTotal } from '../../../shared/journal/totals.js'
import { escapeTerminalText } from '../../../shared/runtime/terminal-text.js'
import { formatCount, NOTHING } from '../format.js'
import { GlyphsContext, Lines, type Piece } from '../styled.js'
import { rankedLines } from '../table-lines.js'
import { timesOf } from '../times.js'
import type { PanelProps } from './panel.js'

const NAME_UNITS_MAX = 80

export function ReasonsPanel({ state, width, height }: PanelProps): ReactNode {
  const glyphs = useContext(GlyphsContext)
  const rejected = Object.entries(state.journal?.totals.rejected ?? {})
  if (rejected.length === 0)
    return (
      <Lines lines={[[{ text: ` ${NOTHING} nothing was rejected`, tone: 'quiet' }]]} {...{ width, height }} />
    )
  rejected.sort(([, one], [, other]) => other - one)
  const all = state.journal ? rejectedTotal(state.journal.totals) : 0
  const rows = rejected.map(([reason, count]) => ({
    name: escapeTerminalText(reason.slice(0, NAME_UNITS_MAX)),
    value: formatCount(count),
    share: count / Math.max(1, all),
    tone: 'critical' as const,
  }))
  return <Lines lines={rankedLines(rows, width, glyphs.bar)} {...{ width, height }} />
}

const LEVELS: LogLevel[] = ['fatal', 'error', 'warn', 'info', 'debug']

/** Counts of what was read of the log: its last megabytes and all since. */
export function LevelsPanel({ state, width, height }: PanelProps): ReactNode {
  const { log } = state
  const label = (text: string): Piece => ({ text: ` ${text.padEnd(19)}`, tone: 'quiet' })
  const count = (value: number, tone: Piece['tone'] = 'plain'): Piece => ({
    text: formatCount(value).padStart(10),
    tone: value > 0 ? tone : 'quiet',
  })
  const errors = log?.errors
  const lines: Piece[][] = [
    [label('real errors'), count(errors?.realTotal ?? 0, 'critical')],
    [label('while stopping'), count(errors?.shutdownTotal ?? 0)],
    [
      label('last real error'),
      {
        text: timesOf(state.view, state.nowMs)
          .clock(errors?.last?.timeMs ?? null)
          .padStart(10),
      },
    ],
    ...LEVELS.flatMap((level): Piece[][] => {
      const lines = log?.levels[level] ?? 0
      return lines > 0 ? [[label(`lines of ${level}`), count(lines)]] : []
    }),
  ]
  return <Lines {...{ lines, width, height }} />
}
