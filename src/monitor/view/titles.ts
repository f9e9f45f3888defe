/** What stands in the rule above each panel. */
import { escapeTerminalText } from '../../shared/runtime/terminal-text.js'
import type { Dashboard } from '../model/dashboard.js'
import type { Search } from '../model/search.js'
import { type MonitorState, shownLists } from '../model/state.js'
import type { PanelName } from '../model/views.js'
import { FOUND_MAX } from '../tail/protocol.js'
import { formatAge, formatCount, formatPercent, formatRate } from './format.js'
import { scopeNote } from './panels/business.js'
import type { PanelTitle } from './rule.js'
import { timesOf } from './times.js'

/** Of a long search text so much stands in the title. */
const TITLE_UNITS_MAX = 60

const TITLES: Record<PanelName, string> = {
  metrics: 'Metrics',
  health: 'Health',
  throughput: 'Throughput',
  success: 'Success',
  latency: 'Latency p99',
  events: 'Events',
  logs: 'Log',
  partitions: 'Lag',
  money: 'Money',
  funnel: 'Funnel',
  customers: 'Customers',
  payments: 'Payments',
  quantities: 'Products by quantity',
  revenues: 'Products by revenue',
  reasons: 'Rejected by reason',
  levels: 'Log',
  rejections: 'Last rejected',
  errors: 'Last errors',
  chain: 'Journal',
  files: 'Files',
}

export function titleOf(panel: PanelName, state: MonitorState, derived: Dashboard): PanelTitle {
  if (panel === 'events' && state.view.name === 'live' && state.search)
    return searchTitle(state.search, state)
  const left = [{ text: TITLES[panel], isBold: true }]
  if (panel === 'health') {
    const { word, level } = derived.health.quality
    return {
      left,
      right: [
        { text: 'quality ', tone: 'quiet' },
        { text: word, tone: level },
      ],
    }
  }
  const note = noteOf(panel, state, derived)
  return { left, right: note === '' ? [] : [{ text: note, tone: 'quiet' }] }
}

/** What is searched for, how far, and what Esc does. */
function searchTitle(
  { kind, title, headSeq, rows, progress, isDone, problem }: Search,
  state: MonitorState,
): PanelTitle {
  const cursor = state.view.paused?.cursor
  const place = cursor?.list === 'found' ? `${formatCount(rows.length - cursor.index)} of ` : ''
  const end = rows.length >= FOUND_MAX ? ', the newest ones' : ''
  const isWhole = isDone && problem === null
  const far = isWhole
    ? `${end || ` of ${formatCount(headSeq)} lines`}`
    : `, ${problem === null ? `searched ${Math.floor(progress * 100)} %` : escapeTerminalText(problem)}`
  return {
    left: [
      { text: kind === 'text' ? 'Found ' : 'Filter ', isBold: true },
      { text: escapeTerminalText(title.slice(0, TITLE_UNITS_MAX)), tone: 'accent' },
    ],
    right: [{ text: `${place}${formatCount(rows.length)}${far}`, tone: isWhole ? 'quiet' : 'warning' }],
  }
}

function noteOf(panel: PanelName, state: MonitorState, { windows, tracker }: Dashboard): string {
  switch (panel) {
    case 'metrics':
      return `updated ${timesOf(state.view, state.nowMs).clock(state.journal?.timeMaxMs ?? null)}`
    case 'throughput':
      return `records/s, now ${formatRate(windows['1s'].recordsPerSecond)}`
    case 'success':
      return `over 10 s ${formatPercent(windows['10s'].successPercent)}`
    case 'latency':
      return tracker?.latencyMs.p99 == null ? 'ms' : `ms, last ${formatCount(tracker.latencyMs.p99)}`
    case 'events':
    case 'rejections':
    case 'errors':
      return listNote(state, panel)
    case 'logs':
      return state.log?.badLines
        ? `${formatCount(state.log.badLines)} lines not readable`
        : listNote(state, panel)
    case 'partitions':
      return tracker
        ? `as of ${timesOf(state.view, state.nowMs).clock(state.nowMs - tracker.ageMs)}${earlier(state, tracker.ageMs)}, by ${state.view.lagSort}`
        : ''
    case 'money':
    case 'funnel':
    case 'customers':
    case 'payments':
    case 'quantities':
    case 'revenues':
      return scopeNote(state)
    default:
      return ''
  }
}

/** At a moment of the past, how long before it the tracker told. */
const earlier = ({ past }: MonitorState, ageMs: number): string =>
  past?.moment ? `, ${formatAge(ageMs)} before` : ''

/** Where one is in the list, or which way it grows. */
function listNote(state: MonitorState, list: 'events' | 'logs' | 'rejections' | 'errors'): string {
  const cursor = state.view.paused?.cursor
  if (cursor?.list !== list) return 'newest last'
  const length = shownLists(state)[list].length
  return `${formatCount(length - cursor.index)} of ${formatCount(length)}`
}
