/**
 * The monitor as lines of text, for a pipe: the figures when they have moved, and every alarm and error as it comes.
 *
 * Nothing is said twice, and nothing that was on the screen is drawn over.
 */
import { escapeTerminalText } from '../../shared/runtime/terminal-text.js'
import { type Dashboard, dashboard } from '../model/dashboard.js'
import type { MonitorState } from '../model/state.js'
import { formatCount, formatPercent, formatRate, formatTime } from './format.js'
import { Tidings } from './tidings.js'
import { waitingTexts } from './waiting-texts.js'

export class PlainLines {
  /** Seq and state of the last line of figures. */
  #figures = ''
  readonly #tidings = new Tidings()
  #isWaitingTold = false

  /** What is new in the state since the last call, a line each, without line feeds. */
  next(state: MonitorState): string[] {
    const derived = dashboard(state, formatTime)
    const lines = [...this.#tidings.next(state, derived), ...this.#figureLines(state, derived)]
    return lines.map((line) => `${formatTime(state.nowMs)} ${escapeTerminalText(line)}`)
  }

  #figureLines(state: MonitorState, { health, windows, tracker, progress }: Dashboard): string[] {
    const { journal, setup } = state
    if (progress.kind === 'waiting') {
      if (this.#isWaitingTold) return []
      this.#isWaitingTold = true
      return [waitingTexts(journal?.file ?? null, setup.eventsFile).join(' ')]
    }
    if (!journal || progress.kind === 'starting') return []
    const figures = `${journal.seq} ${health.global.word} ${health.tracker.word}`
    if (figures === this.#figures) return []
    this.#figures = figures
    const { totals, behindLines } = journal
    return [
      [
        health.global.word,
        `received ${formatCount(totals.records)}`,
        `accepted ${formatCount(totals.accepted)}`,
        `rejected ${formatCount(totals.records - totals.accepted)}`,
        `${formatRate(windows['10s'].recordsPerSecond)} over 10 s, ${formatPercent(windows['10s'].successPercent)} accepted`,
        ...(tracker && tracker.lag !== null ? [`lag ${formatCount(tracker.lag)}`] : []),
        ...(behindLines > 0 ? [`${formatCount(behindLines)} lines behind`] : []),
        `tracker ${health.tracker.word}`,
      ].join(', '),
    ]
  }
}
