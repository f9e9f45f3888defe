/** Each view as sentences with figures, the one that says most first; what charts and tables show else. */
import type { AmountRow, CountRow, MoneyRow } from '../business/report.js'
import type { Dashboard, TrackerReading } from '../model/dashboard.js'
import { type LagRow, lagOf } from '../model/lag.js'
import { type MonitorState, shownLists } from '../model/state.js'
import type { ViewName } from '../model/views.js'
import { formatCount, formatDuration, formatMinor, formatPercent, formatRate } from '../view/format.js'
import { chainTexts } from '../view/panels/journal.js'
import { timesOf } from '../view/times.js'
import { logSentence, rowSentence } from './row-sentence.js'

interface Shown {
  state: MonitorState
  dashboard: Dashboard
}

/** Rows of a list that are read out; the keys that move in it read the others. */
const ROWS_MAX = 5
const PARTITIONS_MAX = 50

/** A sentence begins with a capital and ends in a full stop. */
export const sentence = (text: string): string => {
  const ended = /[.!?]$/.test(text) ? text : `${text}.`
  return `${ended[0]?.toUpperCase() ?? ''}${ended.slice(1)}`
}

/** What there is to say of the view that is shown. */
export const viewSentences = (shown: Shown): string[] => SENTENCES[shown.state.view.name](shown).map(sentence)

/** The one sentence that is said again when its figures have moved. */
export const headline = ({ state, dashboard }: Shown): string => {
  const { journal } = state
  const { windows, tracker, health } = dashboard
  const { records = 0 } = journal?.totals ?? {}
  const success = windows['60s'].successPercent
  return sentence(
    [
      success === null ? 'No records in the last 60 s' : `Success rate ${formatPercent(success)}`,
      lagText(state, tracker),
      `${formatRate(windows['10s'].recordsPerSecond ?? 0)} over 10 s`,
      `${formatCount(records)} received`,
      `health ${health.global.word}`,
      `tracker ${health.tracker.word}`,
    ].join(', '),
  )
}

const plural = (count: number, noun: string): string =>
  `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`

/** With the time it was told where that is longer ago than usual. */
function lagText({ view, nowMs }: MonitorState, tracker: TrackerReading | null): string {
  if (tracker?.lag == null) return 'lag not known'
  const text = `lag ${plural(tracker.lag, 'record')}`
  return tracker.isOld ? `${text} at ${timesOf(view, nowMs).clock(nowMs - tracker.ageMs)}` : text
}

const named = (label: string, texts: readonly string[]): string[] =>
  texts.length === 0 ? [] : [`${label}: ${texts.join(', ')}`]

const SENTENCES: Record<ViewName, (shown: Shown) => string[]> = {
  overview: (shown) => [headline(shown), ...overview(shown)],
  live,
  lag,
  business,
  problems,
  journal: ({ state }) => chainTexts(state),
}

function overview({ state, dashboard }: Shown): string[] {
  const { health, tracker } = dashboard
  const { accepted = 0, records = 0 } = state.journal?.totals ?? {}
  const { p50, p95 } = tracker?.latencyMs ?? { p50: null, p95: null }
  const score = health.quality.score === null ? '' : ` ${health.quality.score} of 100`
  return [
    `${formatCount(accepted)} accepted and ${formatCount(records - accepted)} rejected since the first line`,
    ...(p50 === null ? [] : [`latency ${p50} ms in the middle, ${p95} ms for the slowest twentieth`]),
    `health: success ${health.success.word}, throughput ${health.throughput.word}, errors ${health.errors.word}, quality ${health.quality.word}${score}`,
    ...(tracker ? [`the tracker has been up for ${formatDuration(tracker.uptimeSeconds)}`] : []),
  ]
}

/** The newest last, as on the screen. */
function live({ state }: Shown): string[] {
  const { zone } = timesOf(state.view, state.nowMs)
  const { events, logs } = shownLists(state)
  return [
    `${plural(events.length, 'event')} to read, the last ones`,
    ...events
      .slice(0, ROWS_MAX)
      .toReversed()
      .map((row) => rowSentence(row, zone)),
    ...named(
      'last line of the log',
      logs.slice(0, 1).map((row) => logSentence(row, zone)),
    ),
  ]
}

function lag({ state, dashboard }: Shown): string[] {
  const { tracker } = dashboard
  const found = lagOf(state, tracker?.isOld ?? true)
  if (!found || !tracker) return ['the tracker has not said how far it is']
  const time = timesOf(state.view, state.nowMs).clock(found.timeMs)
  const total = tracker.lag === null ? 'lag not known' : `lag ${plural(tracker.lag, 'record')}`
  const hidden = found.rows.length - PARTITIONS_MAX
  return [
    `${total} in ${plural(found.rows.length, 'partition')}, as of ${time}, by ${state.view.lagSort}`,
    ...found.rows.slice(0, PARTITIONS_MAX).map(partition),
    ...(hidden > 0 ? [`and ${plural(hidden, 'more partition')}`] : []),
  ]
}

function partition({
  topic,
  partition: number,
  state,
  lag: behind,
  lagSeconds,
  drainSeconds,
}: LagRow): string {
  const parts = [state === '?' ? 'not heard of for too long' : state]
  parts.push(behind === null ? 'lag not known' : `lag ${plural(behind, 'record')}`)
  if (lagSeconds) parts.push(`${formatDuration(lagSeconds)} behind`)
  if (drainSeconds === Number.POSITIVE_INFINITY) parts.push('not shrinking')
  else if (drainSeconds !== null) parts.push(`drained in ${formatDuration(drainSeconds)}`)
  return `partition ${number} of ${topic}: ${parts.join(', ')}`
}

const SCOPE_TEXTS = { all: 'the whole journal', '24h': 'the last 24 hours', '1h': 'the last hour' } as const

function business({ state }: Shown): string[] {
  const { business: figures } = state
  const about = `business figures of ${SCOPE_TEXTS[state.view.scope]}`
  if (!figures) return [`${about} are being read`]
  const { report, isComplete, progress } = figures
  const far = isComplete ? '' : `, ${Math.floor(progress * 100)} % read so far`
  return [
    `${about}${far}${report.isExact ? '' : ', lists not exact'}`,
    ...report.money.map(money),
    ...named('events', counts(report.funnel)),
    ...named('top customers', amounts(report.customers)),
    ...named('top products by quantity', counts(report.productsByQuantity)),
    ...named('top products by revenue', amounts(report.productsByRevenue)),
    ...named('payments', amounts(report.payments)),
  ]
}

function money({ currency, bookedMinor, cancelledMinor, created }: MoneyRow): string {
  const basket = created === 0 ? '' : `, average basket ${formatMinor(bookedMinor / created)}`
  const net = formatMinor(bookedMinor - cancelledMinor)
  return `${currency}: booked ${formatMinor(bookedMinor)}, cancelled ${formatMinor(cancelledMinor)}, net ${net}${basket}, ${plural(created, 'order')}`
}

const counts = (rows: readonly CountRow[]): string[] =>
  rows.slice(0, ROWS_MAX).map(({ name, count }) => `${name} ${formatCount(count)}`)

const amounts = (rows: readonly AmountRow[]): string[] =>
  rows
    .slice(0, ROWS_MAX)
    .map(({ name, amountMinor, currency }) => `${name} ${formatMinor(amountMinor)} ${currency}`)

function problems({ state }: Shown): string[] {
  const { zone } = timesOf(state.view, state.nowMs)
  const { rejections, errors } = shownLists(state)
  const { rejected = {} } = state.journal?.totals ?? {}
  const reasons = Object.entries(rejected).toSorted(([, one], [, other]) => other - one)
  const total = reasons.reduce((sum, [, count]) => sum + count, 0)
  const { realTotal = 0, shutdownTotal = 0 } = state.log?.errors ?? {}
  return [
    `${plural(total, 'record')} rejected`,
    ...named(
      'reasons',
      reasons.map(([reason, count]) => `${reason} ${formatCount(count)}`),
    ),
    ...rejections
      .slice(0, ROWS_MAX)
      .toReversed()
      .map((row) => rowSentence(row, zone)),
    `${plural(realTotal, 'error')} of the tracker, and ${formatCount(shutdownTotal)} while it stopped`,
    ...errors
      .slice(0, ROWS_MAX)
      .toReversed()
      .map((row) => logSentence(row, zone)),
  ]
}
