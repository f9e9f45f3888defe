/** The lines above and below the panels: what is watched, how it is, how far the monitor is, which keys there are. */
import { basename } from 'node:path'
import { cutToWidth, escapeTerminalText } from '../../shared/runtime/terminal-text.js'
import { ALERT_LEVELS } from '../model/alerts.js'
import { isCalm } from '../model/calm.js'
import type { Dashboard, Progress } from '../model/dashboard.js'
import { type ActionName, type KeyMap, keyFor } from '../model/key-map.js'
import type { Look } from '../model/look.js'
import type { Past } from '../model/moment.js'
import type { MonitorState } from '../model/state.js'
import { VIEWS } from '../model/views.js'
import { alertText } from './alert-text.js'
import { formatAge, formatCount, formatPercent, formatRate, formatShort, NOTHING } from './format.js'
import type { Glyphs } from './glyphs.js'
import { promptPieces } from './prompt-line.js'
import { type Piece, spread } from './styled.js'
import { timesOf } from './times.js'

interface Shown {
  state: MonitorState
  dashboard: Dashboard
  glyphs: Glyphs
}

const quiet = (text: string): Piece => ({ text, tone: 'quiet' })

/** From here on the header has room for the files and the tracker's state. */
const ROOMY_COLUMNS = 90
/** And from here on for the cluster, of which the id that Kafka makes has 22 signs. */
const CLUSTER_COLUMNS = 130
const CLUSTER_ID_COLUMNS = 22

export function headerPieces({ state, dashboard, glyphs }: Shown): Piece[] {
  const { columns } = state.view
  const { global, tracker } = dashboard.health
  const isRoomy = columns >= ROOMY_COLUMNS
  const left: Piece[] = [
    { text: ' orderscope ', tone: 'accent', isBold: true },
    { text: ` ${dashboard.topics.map(escapeTerminalText).join(', ')}`, isBold: true },
  ]
  if (state.look) left.push(lookPiece(state.look, state.setup.keys))
  else if (isRoomy) {
    const files = [state.setup.eventsFile, state.setup.logFile].map((path) =>
      escapeTerminalText(basename(path)),
    )
    left.push(quiet(`  ${files.join(' + ')}`))
    const { clusterId = null } = state.journal ?? {}
    if (clusterId !== null && columns >= CLUSTER_COLUMNS)
      left.push(quiet(`  cluster ${cutToWidth(escapeTerminalText(clusterId), CLUSTER_ID_COLUMNS)}`))
  }
  if (state.setup.mask !== null) left.push({ text: '  masked', tone: 'accent' })
  const right: Piece[] = [
    { text: `${glyphs.levels[global.level]} ${global.word}`, tone: global.level, isBold: true },
    quiet('  tracker '),
    { text: tracker.word, tone: tracker.level === 'good' ? 'plain' : tracker.level },
    quiet(`  ${clockText(state)}${state.view.timeStyle === 'utc' ? ' UTC ' : ' '}`),
  ]
  return spread(left, right, columns)
}

/** A calm screen is not drawn every second, so its clock does not tell seconds. */
function clockText(state: MonitorState): string {
  const clock = timesOf(state.view, state.nowMs).clock(state.nowMs)
  return isCalm(state) ? clock.slice(0, 'HH:MM'.length) : clock
}

/** Which of several journals is shown, or how many of one cluster as one. */
function lookPiece({ name, parts, place, count }: Look, keys: KeyMap): Piece {
  const labels = parts.map(({ label }) => escapeTerminalText(label)).join(' + ')
  const together = 'cluster' in name ? ' as one' : ''
  return quiet(`  ${labels}${together} (${place}/${count} ${keyFor(keys, 'next_journal')})`)
}

/** From this width every view is named; below it only the one that is shown. */
const NAMED_COLUMNS_MIN = 80
/** From this width there is room for hints as well. */
const HINTS_COLUMNS_MIN = 110

const HINTS: [ActionName, string][] = [
  ['zoom', 'enlarge'],
  ['hold', 'hold'],
  ['help', 'help'],
  ['quit', 'quit'],
]

/** `state` is the live one, whatever the panels show. */
export function footerPieces({ state, dashboard, glyphs }: Shown): Piece[] {
  const { columns, name, prompt } = state.view
  if (prompt !== null) return promptPieces(prompt, state)
  const keyPiece = (action: ActionName, gap: string): Piece => ({
    text: `${gap}${keyFor(state.setup.keys, action)}`,
    tone: 'accent',
  })
  const views = VIEWS.flatMap((view): Piece[] => {
    const isShown = view === name
    const title = `${view[0]?.toUpperCase()}${view.slice(1)}`
    const text = isShown || columns >= NAMED_COLUMNS_MIN ? ` ${title}` : ''
    return [keyPiece(`view_${view}`, ' '), isShown ? { text, isBold: true } : quiet(text)]
  })
  const hints = HINTS.flatMap(([action, does]): Piece[] => [keyPiece(action, '  '), quiet(` ${does}`)])
  const left =
    columns >= HINTS_COLUMNS_MIN ? [...views, quiet('  '), ...hints] : [...views, keyPiece('help', '  ')]
  return spread(left, [...modePieces(state, dashboard.progress, glyphs), { text: ' ' }], columns)
}

function modePieces(state: MonitorState, progress: Progress, glyphs: Glyphs): Piece[] {
  const { journal, view, past } = state
  if (state.notice !== null) return [{ text: escapeTerminalText(state.notice), tone: 'accent', isBold: true }]
  const searched = searchPieces(state)
  if (past) return [...searched, ...pastPieces(past, state, glyphs)]
  const pieces: Piece[] = searched
  if (view.paused) {
    const added = (journal?.seq ?? 0) - view.paused.seq
    pieces.push({ text: `${glyphs.pause} PAUSED +${formatCount(added)}`, tone: 'warning', isBold: true })
    // Live is what it is not.
    if (progress.kind === 'live') return pieces
    pieces.push({ text: '  ' })
  }
  return [...pieces, progressPiece(progress, glyphs)]
}

/** Of a long expression so much stands in the footer. */
const SEARCH_UNITS_MAX = 24

/** What is searched for, and how many of how many lines answer it, whichever view is shown. */
function searchPieces({ search }: MonitorState): Piece[] {
  if (!search) return []
  const { kind, title, rows, headSeq } = search
  const text = escapeTerminalText(
    title.length > SEARCH_UNITS_MAX ? `${title.slice(0, SEARCH_UNITS_MAX - 1)}…` : title,
  )
  return [
    { text: `${kind === 'filter' ? '&' : '/'}${text}`, tone: 'accent' },
    quiet(` shown ${formatCount(rows.length)} of ${formatCount(headSeq)}  `),
  ]
}

/** The moment that is shown and how long ago it was, or what is asked for. */
function pastPieces(
  { moment, problem, isWaiting }: Past,
  { nowMs, replay, view }: MonitorState,
  glyphs: Glyphs,
): Piece[] {
  if (problem !== null) return [{ text: escapeTerminalText(problem), tone: 'warning', isBold: true }]
  if (!moment) return [{ text: `${glyphs.levels.unknown} reading the past`, tone: 'warning' }]
  const { timeMs, isWhole } = moment
  const sign = replay && !replay.isHeld ? glyphs.cursor : glyphs.pause
  const what = replay ? `REPLAY x${replay.speed}` : 'PAST'
  const text = `${sign} ${what} ${timesOf(view, nowMs).moment(timeMs, nowMs)} (-${formatAge(nowMs - timeMs)})`
  const rest = isWhole || isWaiting ? '' : '  reading what was before'
  return [{ text, tone: 'warning', isBold: true }, quiet(rest)]
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

/** The worst alert that is raised, how many more there are, and the key that puts them away. */
export function alertPieces({ state, dashboard, glyphs }: Shown): Piece[] {
  const [alert] = dashboard.alerts
  if (!alert) return []
  const times = timesOf(state.view, state.nowMs)
  const level = ALERT_LEVELS[alert.code]
  const text = alertText(alert, state, (timeMs) => times.moment(timeMs, state.nowMs))
  const more = dashboard.alerts.length > 1 ? `  (+${dashboard.alerts.length - 1} more)` : ''
  return [
    { text: `${glyphs.levels[level]} ${state.past ? 'now: ' : ''}${text}${more}`, tone: level, isBold: true },
    quiet(`  ${keyFor(state.setup.keys, 'dismiss')} puts away`),
  ]
}

/** Below this width large numbers are shortened. */
const SHORT_COLUMNS = 60

/** The one line that says it all where there is no room for panels. */
export function statusPieces({ state, dashboard, glyphs }: Shown): Piece[] {
  const { global } = dashboard.health
  const { journal } = state
  const count = state.view.columns < SHORT_COLUMNS ? formatShort : formatCount
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
  if (dashboard.alerts.length > 0) return alertPieces({ state, dashboard, glyphs })
  if (dashboard.progress.kind === 'reading') return [progressPiece(dashboard.progress, glyphs)]
  return [
    { text: `${glyphs.levels[global.level]} `, tone: global.level },
    { text: hasLines ? count(journal.totals.records) : NOTHING, isBold: true },
    quiet(` ${glyphs.dot} `),
    { text: formatRate(dashboard.windows['10s'].recordsPerSecond) },
    quiet(` ${glyphs.dot} `),
    { text: formatPercent(dashboard.windows['60s'].successPercent) },
    quiet(` ${glyphs.dot} lag `),
    { text: dashboard.tracker?.lag == null ? NOTHING : count(dashboard.tracker.lag) },
    ...(state.view.paused ? [{ text: ` ${glyphs.pause}`, tone: 'warning' as const }] : []),
  ]
}
