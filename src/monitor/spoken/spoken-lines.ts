/**
 * The monitor as sentences, for a screen reader: what a person asked for and what is urgent at once, the figures
 * only when they have moved, and then not more often than {@link CALM_MS}.
 *
 * Nothing is ever drawn over: what was said can be read again.
 */
import { escapeTerminalText } from '../../shared/runtime/terminal-text.js'
import { type Dashboard, dashboard } from '../model/dashboard.js'
import { helpSections } from '../model/help.js'
import { keyFor } from '../model/key-map.js'
import { shownState } from '../model/moment.js'
import { chosenRow } from '../model/position.js'
import type { Prompt } from '../model/prompt.js'
import { problemOf } from '../model/search.js'
import { activeList, type MonitorState, rowsOf } from '../model/state.js'
import { copiedText } from '../view/copy-text.js'
import { formatAge, formatCount } from '../view/format.js'
import { type Glyphs, toGlyphs } from '../view/glyphs.js'
import { COLUMN_TEXTS, columnsHint, columnTitle } from '../view/panels/columns.js'
import { Tidings } from '../view/tidings.js'
import { timesOf } from '../view/times.js'
import { waitingTexts } from '../view/waiting-texts.js'
import { rowSentence } from './row-sentence.js'
import { headline, sentence, viewSentences } from './view-sentences.js'

/** Between two times the figures are said by themselves. */
export const CALM_MS = 10_000

export class SpokenLines {
  readonly #glyphs: Glyphs
  readonly #tidings = new Tidings()
  #before: MonitorState | null = null
  /** The figures as they were last said, and when. */
  #said = { headline: '', atMs: 0 }

  constructor(glyphs: Glyphs) {
    this.#glyphs = glyphs
  }

  /** What there is to say since the last call, a line each, without line feeds. */
  next(state: MonitorState): string[] {
    const before = this.#before
    this.#before = state
    const shown = { state: shownState(state), dashboard: dashboard(shownState(state), clockOf(state)) }
    const live = state.past ? dashboard(state, clockOf(state)) : shown.dashboard
    const lines = [
      ...this.#tidings.next(state, live).map(sentence),
      ...(before ? answers(before, state) : [greeting(state)]),
      ...(before && isLookedAtAnew(before, state) ? this.#view(shown) : []),
      ...this.#progress(before, state, live),
      ...this.#calmly(shown, live),
    ]
    return this.#written(lines)
  }

  /** All of the view again. */
  again(state: MonitorState): string[] {
    const shown = shownState(state)
    return this.#written(this.#view({ state: shown, dashboard: dashboard(shown, clockOf(state)) }))
  }

  #written(lines: readonly string[]): string[] {
    return lines.map((line) => toGlyphs(escapeTerminalText(line), this.#glyphs))
  }

  #view(shown: Shown): string[] {
    this.#said = { headline: headline(shown), atMs: shown.state.nowMs }
    const { name } = shown.state.view
    return [sentence(`${name} view`), ...viewSentences(shown)]
  }

  /** How far the monitor is with the journal, when that changes in kind; the view as soon as it is there. */
  #progress(before: MonitorState | null, state: MonitorState, live: Dashboard): string[] {
    const { kind } = live.progress
    if (before && dashboard(before, clockOf(before)).progress.kind === kind) return []
    switch (kind) {
      case 'waiting':
        return waitingTexts(state.journal?.file ?? null, state.setup.eventsFile)
          .filter(Boolean)
          .map(sentence)
      case 'reading':
        return ['The journal is being read.']
      case 'behind':
        return ['The monitor is behind: it reads what was written meanwhile.']
      case 'live':
        return this.#view({ state, dashboard: live })
      case 'starting':
        return []
    }
  }

  #calmly(shown: Shown, live: Dashboard): string[] {
    const { nowMs } = shown.state
    const isDue = Math.abs(nowMs - this.#said.atMs) >= CALM_MS
    const isReadable = live.progress.kind === 'live' || live.progress.kind === 'behind'
    const { prompt, isHelpOpen, isDetailOpen, columnCursor } = shown.state.view
    if (!isDue || !isReadable || prompt || isHelpOpen || isDetailOpen || columnCursor) return []
    const now = headline(shown)
    if (now === this.#said.headline) return []
    this.#said = { headline: now, atMs: nowMs }
    return [now]
  }
}

interface Shown {
  state: MonitorState
  dashboard: Dashboard
}

const clockOf = (state: MonitorState) => timesOf(state.view, state.nowMs).clock

const greeting = ({ setup }: MonitorState): string =>
  `orderscope monitor. ${keyFor(setup.keys, 'help')} reads out the keys, ${keyFor(setup.keys, 'quit')} leaves.`

const isAtMoment = (before: MonitorState, state: MonitorState): boolean =>
  Boolean(state.past?.moment) && state.past?.moment !== before.past?.moment

/** Another view, another order or scope of it, or figures that were waited for. */
function isLookedAtAnew(before: MonitorState, state: MonitorState): boolean {
  const isShown = (['name', 'scope', 'lagSort', 'timeStyle'] as const).some(
    (part) => before.view[part] !== state.view[part],
  )
  const hasMoment = isAtMoment(before, state) && state.past?.target.kind === 'time' && !state.replay
  const isRead = state.business?.isComplete === true && before.business?.isComplete !== true
  return isShown || hasMoment || (state.view.name === 'business' && isRead)
}

/** What a person did, told back. */
const answers = (before: MonitorState, state: MonitorState): string[] => [
  ...(state.notice !== null && state.notice !== before.notice ? [sentence(state.notice)] : []),
  ...promptAnswers(before.view.prompt, state),
  ...searchAnswers(before, state),
  ...positionAnswers(before, state),
  ...rowAnswers(before, state),
  ...sheetAnswers(before, state),
  ...columnAnswers(before, state),
  ...fieldAnswers(before, state),
]

const PROMPTS: Record<Prompt['kind'], string> = {
  text: 'Type a text or a pattern to search the journal for, then Enter.',
  filter: 'Type an expression to filter the journal by, then Enter.',
  save: 'Type the name of a new file to save to, then Enter.',
  goTo: 'Type where to go, then Enter: a time of day, minus 15m, 0 at 41 for partition and offset, or # and a line.',
}

/** What is typed is spoken by the reader itself; a text that cannot be meant is told at Enter. */
function promptAnswers(before: Prompt | null, { view: { prompt }, nowMs }: MonitorState): string[] {
  if (prompt === before || prompt === null) return []
  if (before === null) return [PROMPTS[prompt.kind]]
  const isEntered = prompt.text === before.text && prompt.cursor === before.cursor
  const problem = isEntered ? problemOf(prompt, nowMs) : null
  return problem === null ? [] : [sentence(problem)]
}

function searchAnswers(before: MonitorState, { search }: MonitorState): string[] {
  if (search === before.search) return []
  if (!search) return ['Search ended.']
  if (search.problem !== null) return [sentence(search.problem)]
  if (search.queryId !== before.search?.queryId) return [`Searching for ${search.title}.`]
  if (!search.isDone || before.search.isDone) return []
  return [`${formatCount(search.rows.length)} found in ${formatCount(search.headSeq)} lines.`]
}

/** Live, held, or at which moment of the past. */
function positionAnswers(before: MonitorState, state: MonitorState): string[] {
  const { past, replay, nowMs } = state
  if (past && past.problem !== null && past.problem !== before.past?.problem) return [sentence(past.problem)]
  if (past?.moment) {
    if (past.moment === before.past?.moment || replay) return []
    const time = timesOf(state.view, nowMs).moment(past.moment.timeMs, nowMs)
    return [`At ${time}, ${formatAge(nowMs - past.moment.timeMs)} ago.`]
  }
  if (state.view.paused && !before.view.paused) return ['Lists held still, counting goes on.']
  const wasElsewhere = before.view.paused !== null || before.past !== null
  return wasElsewhere && !state.view.paused && !past ? ['Live.'] : []
}

/** The row that was moved to, and where it is in its list. */
function rowAnswers(before: MonitorState, state: MonitorState): string[] {
  const row = chosenRow(state)
  const list = activeList(state)
  // Who goes to a time wants the view, who goes from entry to entry the row.
  if (isAtMoment(before, state) && state.past?.target.kind === 'time') return []
  if (!row || row === chosenRow(before) || !list) return []
  const rows = rowsOf(state, list)
  const place = `${formatCount(rows.length - rows.indexOf(row))} of ${formatCount(rows.length)}`
  return [sentence(`${place}, ${rowSentence(row, timesOf(state.view, state.nowMs).zone)}`)]
}

/** Help and detail are read out whole. */
function sheetAnswers(before: MonitorState, state: MonitorState): string[] {
  const { isHelpOpen, isDetailOpen } = state.view
  if (isHelpOpen && !before.view.isHelpOpen) return helpLines(state)
  const row = chosenRow(state)
  if (!isDetailOpen || !row) return before.view.isDetailOpen || before.view.isHelpOpen ? ['Closed.'] : []
  const isThere = !('seq' in row) || state.detail.entry !== null
  const wasThere = before.view.isDetailOpen && before.detail.entry === state.detail.entry
  return isThere && !wasThere
    ? (copiedText(state) ?? '').split('\n').filter((line) => line.trim() !== '')
    : []
}

/** The chosen column of the pane, and whether it is shown. */
function columnAnswers({ view: before }: MonitorState, { view, setup }: MonitorState): string[] {
  const { columnCursor: name, eventColumns } = view
  if (name === null) return before.columnCursor === null ? [] : ['Closed.']
  if (name === before.columnCursor && eventColumns === before.eventColumns) return []
  const index = eventColumns.indexOf(name)
  const place = index === -1 ? 'hidden' : `shown, ${index + 1} of ${eventColumns.length}`
  return [
    ...(before.columnCursor === null ? [`Columns. ${columnsHint(setup.keys)}.`] : []),
    sentence(`${columnTitle(name)}, ${place}: ${COLUMN_TEXTS[name]}`),
  ]
}

/** The field that is chosen in the detail. */
function fieldAnswers({ view: before }: MonitorState, { view }: MonitorState): string[] {
  const { field, isDetailOpen } = view
  return isDetailOpen && field !== null && field !== before.field ? [`Field ${field}.`] : []
}

const helpLines = ({ setup }: MonitorState): string[] =>
  helpSections(setup.keys).flatMap(({ title, rows }) => [
    sentence(title),
    // A key is not written with a capital that is not its own.
    ...rows.map(([name, meaning]) => `${name}: ${meaning}.`),
  ])
