/** Alerts on the screen: a banner in the last rule, so that no row of a panel moves for it. */
import { renderToString } from 'ink'
import { expect, test } from 'vitest'
import type { Alert } from '../../src/monitor/model/alerts.js'
import type { MonitorState } from '../../src/monitor/model/state.js'
import { update } from '../../src/monitor/model/update.js'
import { VIEWS } from '../../src/monitor/model/views.js'
import { App } from '../../src/monitor/view/app.js'
import { UNICODE } from '../../src/monitor/view/glyphs.js'
import { textWidth } from '../../src/shared/runtime/terminal-text.js'
import { busyState, NOW_MS } from '../support/monitor-state.js'

process.env['TZ'] = 'UTC'

const LAG: Alert = {
  code: 'lag',
  phase: 'raised',
  value: 14_000,
  sinceMs: NOW_MS - 60_000,
  backSinceMs: null,
  seenMs: NOW_MS,
  isDismissed: false,
}
const SUCCESS: Alert = { ...LAG, code: 'success_rate', value: 71.25 }

const at = (columns: number, rows: number, ...keys: string[]): MonitorState =>
  ['resize', ...keys].reduce(
    (state, key) =>
      update(
        state,
        key === 'resize' ? { type: 'resize', columns, rows } : { type: 'key', key, nowMs: NOW_MS },
      ).state,
    busyState(),
  )

const frameOf = (state: MonitorState, alerts: readonly Alert[]): string[] =>
  renderToString(<App state={{ ...state, alerts }} glyphs={UNICODE} />, {
    columns: state.view.columns,
  }).split('\n')

for (const [columns, rows] of [
  [60, 15],
  [80, 24],
  [120, 40],
  [300, 80],
] as const) {
  test(`at ${columns}x${rows} an alert changes the last rule and not one row else, in every view`, () => {
    for (const keys of [...VIEWS.map((_name, index) => [String(index + 1)]), ['?'], ['2', 'k', 'enter']]) {
      const state = at(columns, rows, ...keys)
      const calm = frameOf(state, [])
      const alerted = frameOf(state, [SUCCESS, LAG])
      expect(alerted.with(-2, '')).toEqual(calm.with(-2, ''))
      expect(alerted.at(-2)).toContain('■ success rate 71.2 % over 60 s')
      expect(textWidth(alerted.at(-2) ?? '')).toBe(columns)
    }
  })
}

test('the banner says what, the figure, its limit and since when, how many more, and how it goes away', () => {
  expect(frameOf(at(120, 40), [SUCCESS, LAG]).at(-2)).toContain(
    '─ ■ success rate 71.2 % over 60 s, limit 80.0 %, since 02:19:00  (+1 more)  x puts away ─',
  )
  expect(frameOf(at(120, 40), [LAG]).at(-2)).toContain(
    '─ ▲ lag 14,000 records, limit 10,000, since 02:19:00  x puts away ─',
  )
})

test('what is pending or put away is not on the screen', () => {
  const away: Alert[] = [
    { ...LAG, phase: 'pending' },
    { ...SUCCESS, isDismissed: true },
  ]
  expect(frameOf(at(80, 24), away)).toEqual(frameOf(at(80, 24), []))
})

test('the smallest screen says it in its status line', () => {
  expect(frameOf(at(40, 12), [LAG])[0]).toMatch(/^▲ lag 14,000 records, limit 10,000/)
})
