/** The lines above and below the panels: what is watched, how it is, how far the monitor is, which keys there are. */
import { basename } from 'node:path'
import { escapeTerminalText } from '../../shared/runtime/terminal-text.js'
import type { Dashboard, Progress } from '../model/dashboard.js'
import type { MonitorState } from '../model/state.js'
import { formatCount, formatPercent, formatRate, formatTime, NOTHING } from './format.js'
import type { Glyphs } from './glyphs.js'
import { type Piece, spread } from './styled.js'

interface Shown {
  state: MonitorState
  dashboard: Dashboard
  glyphs: Glyphs
}

const quiet = (text: string): Piece => ({ text, tone: 'quiet' })

/** From here on the header has room for the files and the tracker's state. */
const ROOMY_COLUMNS = 90

export function headerPieces({ state, dashboard, glyphs }: Shown): Piece[] {
  const { columns } = state.view
  const { global, tracker } = dashboard.health
  const isRoomy = columns >= ROOMY_COLUMNS
  const left: Piece[] = [
    { text: ' orderscope ', tone: 'accent', isBold: true },
    { text: ` ${dashboard.topics.map(escapeTerminalText).join(', ')}`, isBold: true },
  ]
  if (isRoomy) {
    const files = [state.setup.eventsFile, state.setup.logFile].map((path) =>
      escapeTerminalText(basename(path)),
    )
    left.push(quiet(`  ${files.join(' + ')}`))
  }
  const right: Piece[] = [
    { text: `${glyphs.levels[global.level]} ${global.word}`, tone: global.level, isBold: true },
    quiet('  tracker '),
    { text: tracker.word, tone: tracker.level === 'good' ? 'plain' : tracker.level },
    quiet(`  ${formatTime(state.nowMs)} `),
  ]
  return spread(left, right, columns)
}

const KEYS: [string, string][] = [
  ['q', 'quit'],
  ['?', 'help'],
  ['p', 'pause'],
  ['1-6', 'enlarge'],
  ['Tab', 'next'],
]

export function footerPieces({ state, dashboard, glyphs }: Shown): Piece[] {
  const keys = KEYS.flatMap(([key, does]): Piece[] => [
    { text: ` ${key}`, tone: 'accent' },
    quiet(` ${does} `),
  ])
  return spread(keys, [...modePieces(state, dashboard.progress, glyphs), { text: ' ' }], state.view.columns)
}

function modePieces({ journal, view }: MonitorState, progress: Progress, glyphs: Glyphs): Piece[] {
  const pieces: Piece[] = []
  if (view.paused) {
    const added = (journal?.seq ?? 0) - view.paused.seq
    pieces.push({
      text: `${glyphs.pause} PAUSED, ${formatCount(added)} more  `,
      tone: 'warning',
      isBold: true,
    })
  }
  return [...pieces, progressPiece(progress, glyphs)]
}

function progressPiece(progress: Progress, { levels }: Glyphs): Piece {
  switch (progress.kind) {
    case 'starting':
      return { text: `${levels.unknown} starting`, tone: 'quiet' }
    case 'waiting':
      return { text: `${levels.unknown} waiting`, tone: 'warning' }
    case 'reading':
      return { text: `${levels.warning} reading ${progress.percent} %`, tone: 'warning' }
    case 'behind':
      return { text: `${levels.warning} ${formatCount(progress.lines)} lines behind`, tone: 'warning' }
    case 'live':
      return { text: `${levels.good} LIVE`, tone: 'good' }
  }
}

/** The one line that says it all where there is no room for panels. */
export function statusPieces({ state, dashboard, glyphs }: Shown): Piece[] {
  const { global } = dashboard.health
  const { journal } = state
  const hasLines = journal !== null && journal.seq > 0
  const alarm = dashboard.alarms[0]
  if (alarm)
    return [
      {
        text: `${glyphs.levels[alarm.level]} ${escapeTerminalText(alarm.text)}`,
        tone: alarm.level,
        isBold: true,
      },
    ]
  if (dashboard.progress.kind === 'reading') return [progressPiece(dashboard.progress, glyphs)]
  return [
    { text: `${glyphs.levels[global.level]} `, tone: global.level },
    { text: hasLines ? formatCount(journal.totals.records) : NOTHING, isBold: true },
    quiet(` ${glyphs.dot} `),
    { text: formatRate(dashboard.windows['10s'].recordsPerSecond) },
    quiet(` ${glyphs.dot} `),
    { text: formatPercent(dashboard.windows['60s'].successPercent) },
    quiet(` ${glyphs.dot} lag `),
    { text: dashboard.tracker?.lag == null ? NOTHING : formatCount(dashboard.tracker.lag) },
    ...(state.view.paused ? [{ text: ` ${glyphs.pause}`, tone: 'warning' as const }] : []),
  ]
}
