/** What a person is told as it comes, once: alarms and alerts as they begin and end, and errors of the tracker. */
import { ALERT_LEVELS } from '../model/alerts.js'
import type { Dashboard } from '../model/dashboard.js'
import { type MonitorState, togetherIn } from '../model/state.js'
import { alertText } from './alert-text.js'
import { formatTime } from './format.js'

export class Tidings {
  /** Texts of the alarms that were told and still hold, by their codes. */
  #alarms = new Map<string, string>()
  /** Texts of the alerts that were told and still stand, by their codes. */
  #alerts = new Map<string, string>()
  /** By log: lines up to this id were told, or stood there before the first look. */
  #toldErrors: Map<number, number> | null = null

  /** What is new in the live state since the last call, a line each; texts are not escaped. */
  next(state: MonitorState, derived: Dashboard): string[] {
    return [...this.#alarmLines(derived), ...this.#alertLines(state, derived), ...this.#errorLines(state)]
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

  #errorLines(state: MonitorState): string[] {
    const { errors, log, isCaughtUp } = state
    // Of several logs the first look is when all of them have been read.
    if (!log || (togetherIn(state) && !isCaughtUp && this.#toldErrors === null)) return []
    const told = this.#toldErrors
    this.#toldErrors = new Map(told)
    for (const { id, journal = 0 } of errors.toReversed()) this.#toldErrors.set(journal, id)
    if (told === null) return []
    return errors
      .filter(({ id, journal = 0, isShutdownNoise }) => id > (told.get(journal) ?? -1) && !isShutdownNoise)
      .map(
        ({ level, message, error }) =>
          `${level.toUpperCase()} ${error === null ? message : `${message}: ${error}`}`,
      )
      .reverse()
  }
}
