import { expect, test } from 'vitest'
import type { MonitorState } from '../../../../src/monitor/model/state.js'
import { initialState } from '../../../../src/monitor/model/state.js'
import { update } from '../../../../src/monitor/model/update.js'
import { VIEWS } from '../../../../src/monitor/model/views.js'
import { CALM_MS, SpokenLines } from '../../../../src/monitor/spoken/spoken-lines.js'
import { ASCII, UNICODE } from '../../../../src/monitor/view/glyphs.js'
import { emptyTotals } from '../../../../src/shared/journal/totals.js'
import { busyMoment } from '../../../support/moments.js'
import {
  busyState,
  eventRow,
  journalUpdate,
  logRow,
  logUpdate,
  NOW_MS,
  steadyBuckets,
  tailUpdate,
  testSetup,
} from '../../../support/monitor-state.js'

process.env['TZ'] = 'UTC'

const press = (state: MonitorState, key: string): MonitorState =>
  update(state, { type: 'key', key, nowMs: state.nowMs }).state

/** What is said after each of the keys, in a monitor that has been listened to before. */
function saidAfter(keys: readonly string[], glyphs = UNICODE): string[][] {
  const spoken = new SpokenLines(glyphs)
  let state = busyState()
  spoken.next(state)
  return keys.map((key) => {
    state = press(state, key)
    return spoken.next(state)
  })
}

test('the first words are how to get help and leave, then the view with its figures', () => {
  const lines = new SpokenLines(UNICODE).next(busyState())
  expect(lines).toContain('orderscope monitor. ? reads out the keys, q leaves.')
  expect(lines.slice(-6)).toEqual([
    'Overview view.',
    'Success rate 98.0 %, lag 14,000 records, 50.0/s over 10 s, 1,234,567 received, health degraded, tracker consuming.',
    '1,209,876 accepted and 24,691 rejected since the first line.',
    'Latency 3 ms in the middle, 8 ms for the slowest twentieth.',
    'Health: success excellent, throughput normal, errors recent, quality excellent 97 of 100.',
    'The tracker has been up for 1m 0s.',
  ])
})

test('every view is read out when its key is pressed, with what its panels show', () => {
  const views = saidAfter(['2', '3', '4', '5', '6'])
  expect(views.map(([first]) => first)).toEqual(
    VIEWS.slice(1).map((name) => `${name[0]?.toUpperCase()}${name.slice(1)} view.`),
  )
  const [live, lag, business, problems, journal] = views.map((lines) => lines.join('\n'))
  expect(live).toContain(
    'Line 60: order.created, client03, 4 × latte, 19.30 EUR, orders partition 0 offset 60, at 02:19:59.',
  )
  expect(lag).toContain('Lag 14,000 records in 3 partitions, as of 02:19:58, by partition.')
  expect(lag).toContain('Partition 2 of orders: STALLED, lag 11,500 records')
  expect(business).toContain('EUR: booked 40,214.08, cancelled 3,465.70, net 36,748.38, average basket 36.49')
  expect(business).toContain('Top customers: client10 10,589.10 EUR, client08 391.86 USD.')
  expect(problems).toContain('Reasons: not_json 20,000, total_mismatch 4,691.')
  expect(problems).toContain('Line 22: rejected, not_json, not JSON at byte 0, orders partition 0 offset 22')
  expect(problems).toContain('1 error of the tracker, and 1 while it stopped.')
  expect(journal).toContain('Chain unbroken from line 1,200,000 to 1,234,800.')
})

test('moving reads the row, Enter all that is in it, Escape closes it, End goes on', () => {
  const [, row, older, , live] = saidAfter(['2', 'k', 'k', 't', 'G'])
  expect(row).toEqual([
    'Lists held still, counting goes on.',
    '59 of 60, line 59: order.created, client03, 4 × latte, 19.30 EUR, orders partition 0 offset 59, at 02:19:59.',
  ])
  expect(older?.[0]).toMatch(/^58 of 60, line 58: /)
  expect(live).toEqual(['Live.'])
  const [, , , opened, closed] = saidAfter(['2', 'tab', '2', 'enter', 'escape'])
  expect([opened?.length, closed]).toEqual([2, ['Closed.']])
})

test('? reads out the keys, from their own table', () => {
  const [help] = saidAfter(['?'])
  expect(help).toContain('Views.')
  expect(help).toContain('x: put away alerts, and an alarm about a changed journal.')
})

test('a prompt says what to type, and says nothing while it is typed', () => {
  const [opened, ...typed] = saidAfter(['/', 'l', 'a', 't'])
  expect(opened).toEqual(['Type a text or a pattern to search the journal for, then Enter.'])
  expect(typed.flat()).toEqual([])
  expect(saidAfter(['/', '(', 'enter']).at(-1)?.join()).toMatch(/pattern|regular/i)
})

test('the field that is chosen in the detail is said', () => {
  const spoken = new SpokenLines(UNICODE)
  const opened = press(press(busyState(), '2'), 'enter')
  spoken.next(opened)
  expect(spoken.next(press(opened, 'l'))).toEqual([expect.stringMatching(/^Field \w+\.$/)])
})

test('a moment of the past is named and read out', () => {
  const spoken = new SpokenLines(UNICODE)
  const asked = press(busyState(), '<')
  spoken.next(asked)
  const answer = { queryId: asked.past?.queryId ?? 0, moment: busyMoment(), problem: null }
  const lines = spoken.next(update(asked, { type: 'moment', answer }).state)
  expect(lines[0]).toMatch(/^At .*, \d+ (min|h) ago\.$/)
  expect(lines[1]).toBe('Overview view.')
})

/** A stream of records for a minute, ten looks a second; what is said, and when. */
function minute(perSecond: number): { line: string; atMs: number }[] {
  const spoken = new SpokenLines(UNICODE)
  let state = initialState(testSetup(), { columns: 80, rows: 24 }, NOW_MS)
  return Array.from({ length: 600 }, (_, index) => index).flatMap((index) => {
    const nowMs = NOW_MS + index * 100
    const totals = { ...emptyTotals(), records: Math.floor((index / 10) * perSecond) }
    const tail = tailUpdate({ journal: journalUpdate({ totals }), buckets: steadyBuckets(60, perSecond) })
    state = update(state, { type: 'tail', update: tail, nowMs }).state
    return spoken.next(state).map((line) => ({ line, atMs: index * 100 }))
  })
}

test('figures that move all the time are said every ten seconds, figures that stand still once', () => {
  const told = minute(1000).filter(({ line }) => line.includes('received'))
  expect(told.map(({ atMs }) => atMs)).toEqual([0, 10_000, 20_000, 30_000, 40_000, 50_000])
  expect(CALM_MS).toBe(10_000)
  // Without records only the window they leave changes.
  expect(minute(0).filter(({ line }) => line.includes('received')).length).toBeLessThanOrEqual(2)
})

test('an alarm, an alert and an error of the tracker are said at once', () => {
  const spoken = new SpokenLines(UNICODE)
  const state = busyState()
  spoken.next(state)
  const log = state.log ?? logUpdate()
  const errorRows = [logRow(9, { level: 'error', message: 'write failed', error: 'ENOSPC' })]
  const tail = tailUpdate({ journal: journalUpdate({ badLines: 1 }), log, errorRows })
  expect(spoken.next(update(state, { type: 'tail', update: tail, nowMs: NOW_MS }).state)).toEqual([
    'CRITICAL journal: 1 line that is no entry; run orderscope journal verify.',
    'CRITICAL alert: journal: 1 alarm, limit 0, since 02:20:00.',
    'ERROR write failed: ENOSPC.',
  ])
})

test('what a record says can neither control the terminal nor leave ASCII where that is wished', () => {
  const spoken = new SpokenLines(ASCII)
  const hostile = '\u001b[31m注文\u202e\n'
  const events = [eventRow(1, { label: hostile, topic: hostile, detail: hostile })]
  const tail = tailUpdate({ events, journal: journalUpdate() })
  const state = update(busyState(), { type: 'tail', update: tail, nowMs: NOW_MS }).state
  const lines = [...spoken.next(state), ...spoken.next(press(state, '2')), ...spoken.again(press(state, '4'))]
  for (const line of lines) expect(line).toMatch(/^[\x20-\x7e]*$/)
})

test('the pane of columns tells its keys, then each column, and what becomes of it', () => {
  const [, opened, down, hidden, closed] = saidAfter(['2', 'v', 'j', 'space', 'escape'])
  expect(opened).toEqual([
    'Columns. Enter shows or hides, h l moves, a as at first, Esc closes.',
    'Time, shown, 1 of 12: when the line was written.',
  ])
  expect(down).toEqual(['Verdict, shown, 2 of 12: accepted or rejected, as a sign.'])
  expect(hidden).toEqual(['Verdict, hidden: accepted or rejected, as a sign.'])
  expect(closed).toEqual(['Closed.'])
})
