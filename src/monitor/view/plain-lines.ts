/**
 * The monitor as lines of text, for a pipe: the figures when they have moved, and every alarm and error as it comes.
 *
 * Nothing is said twice, and nothing that was on the screen is drawn over.
 */
import { escapeTerminalText } from '../../shared/runtime/terminal-text.js'
import { ALERT_LEVELS } from '../model/alerts.js'
import { type Dashboard, dashboard } from '../model/dashboard.js'
import type { MonitorState } from '../model/state.js'
import { alertText } from './alert-text.js'
import { formatCount, formatPercent, formatRate, formatTime } from './format.js'
import { waitingTexts } from './waiting-texts.js'

export class PlainLines {
  /** Seq and state of the last line of figures. */
  #figures = ''
  /** Texts of the alarms that were told and still hold, by their codes. */
  #alarms = new Map<string, string>()
  /** Texts of the alerts that were told and still stand, by their codes. */
  #alerts = new Map<string, string>()
  /** Log lines up to this id were told, or stood there before the first look. */
  #toldErrors: number | null = null
  #isWaitingTold = false

  /** What is new in the state since the last call, a line each, without line feeds. */
  next(state: MonitorState): string[] {
    const derived = dashboard(state, formatTime)
    const lines = [
      ...this.#alarmLines(derived),
      ...this.#alertLines(state, derived),
      ...this.#errorLines(state),
      ...this.#figureLines(state, derived),
    ]
    return lines.map((line) => `${formatTime(state.nowMs)} ${escapeTerminalText(line)}`)
  }

  #alarmLines({ alarms }: Dashboard): string[] {
    const now = new Map(alarms.map(({ code, text }) => [code, text]))
    const begun = alarms.filter(({ code, text }) => this.#alarms.get(code) !== text)
    const over = [...this.#alarms].filter(([code]) => !now.has(code))
    this.#alarms = now
    return [
      ...begun.map(({ level, text }) => `${level.toUpperCase()} ${text}`),
      ...over.map(([, text]) => `over: ${text}`),
    ]
  }

  /** One line when an alert is raised and one when it is over, whatever its figure does meanwhile. */
  #alertLines(state: MonitorState, { alerts }: Dashboard): string[] {
    const told = this.#alerts
    this.#alerts = new Map(
      alerts.map((alert) => [alert.code, told.get(alert.code) ?? alertText(alert, state, formatTime)]),
    )
    const raised = alerts.filter(({ code }) => !told.has(code))
    const over = [...told].filter(([code]) => !this.#alerts.has(code))
    return [
      ...raised.map(({ code }) => `${ALERT_LEVELS[code].toUpperCase()} alert: ${this.#alerts.get(code)}`),
      ...over.map(([, text]) => `over: alert: ${text}`),
    ]
  }

  #errorLines({ errors, log }: MonitorState): string[] {
    if (!log) return []
    const told = this.#toldErrors
    this.#toldErrors = errors[0]?.id ?? told ?? -1
    if (told === null) return []
    return errors
      .filter(({ id, isShutdownNoise }) => id > told && !isShutdownNoise)
      .map(
        ({ level, message, error }) =>
          `${level.toUpperCase()} ${error === null ? message : `${message}: ${error}`}`,
      )
      .reverse()
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
