/** A click finds what is drawn at its place: the reverse of drawing, held against the drawn frame itself. */
import { renderToString } from 'ink'
import { createElement } from 'react'
import { expect, test } from 'vitest'
import { dashboard } from '../../../../src/monitor/model/dashboard.js'
import { type MonitorState, rowsOf } from '../../../../src/monitor/model/state.js'
import { update } from '../../../../src/monitor/model/update.js'
import { App } from '../../../../src/monitor/view/app.js'
import { formatTime } from '../../../../src/monitor/view/format.js'
import { UNICODE } from '../../../../src/monitor/view/glyphs.js'
import { hitAt } from '../../../../src/monitor/view/hit.js'
import { busyState, NOW_MS } from '../../../support/monitor-state.js'

const shown = (columns: number, rows: number, ...keys: string[]): MonitorState =>
  keys.reduce(
    (state, key) => update(state, { type: 'key', key, nowMs: NOW_MS }).state,
    update(busyState(), { type: 'resize', columns, rows }).state,
  )

const frame = (state: MonitorState): string[] =>
  renderToString(createElement(App, { state, glyphs: UNICODE }), { columns: state.view.columns }).split('\n')

const hit = (state: MonitorState, column: number, row: number) =>
  hitAt({ state, dashboard: dashboard(state, formatTime), glyphs: UNICODE }, { column, row })

for (const [columns, rows] of [
  [70, 18],
  [80, 24],
  [200, 50],
] as const) {
  for (const keys of [['1'], ['2'], ['2', 'k', 'k', ...Array(20).fill('k')]]) {
    test(`each drawn event is the one a click finds, at ${columns}x${rows} after ${keys.length} keys`, () => {
      const state = shown(columns, rows, ...keys)
      let found = 0
      for (const [row, line] of frame(state).entries()) {
        const sequence = /[│▸]\S* ?\d\d:\d\d:\d\d\S* · created .*#(\d+)/.exec(line)?.[1]
        if (sequence === undefined) continue
        const target = hit(state, 5, row)
        expect(target).toMatchObject({ list: 'events' })
        const index = target && 'index' in target ? target.index : -1
        expect(rowsOf(state, 'events')[index]).toMatchObject({ seq: Number(sequence) })
        found += 1
      }
      // Below 80x24 the overview has no room for events.
      if (columns >= 80 || keys[0] === '2') expect(found).toBeGreaterThan(0)
    })
  }
}

test('the names of the views can be clicked, borders and figures cannot', () => {
  const state = shown(120, 40, '1')
  const lines = frame(state)
  const footer = lines.findIndex((line) => line.includes('6 Journal'))
  expect(hit(state, lines[footer]?.indexOf('5 Prob') ?? 0, footer)).toEqual({ view: 'problems' })
  expect(hit(state, 119, footer)).toBeNull()
  expect(hit(state, 0, lines.length - 5)).toBeNull()
  expect(hit(state, 5, 4)).toBeNull()
  expect(hit(shown(120, 40, '2', '?'), 5, 10)).toBeNull()
})

test('a click chooses, a second one on the same row opens it; the wheel moves three rows', () => {
  const at = { type: 'point' as const, list: 'events' as const, index: 4, nowMs: NOW_MS }
  const once = update(shown(120, 40, '2'), at).state
  expect(once.view.paused?.cursor).toEqual({ list: 'events', index: 4 })
  const twice = update(once, at)
  expect(twice.state.view.isDetailOpen).toBe(true)
  expect(twice.effects).toMatchObject([{ type: 'detail' }])
  const wheel = (state: MonitorState, step: 'up' | 'down') =>
    update(state, { type: 'wheel', step, nowMs: NOW_MS }).state.view.paused?.cursor?.index
  expect(wheel(once, 'up')).toBe(7)
  expect(wheel(once, 'down')).toBe(1)
  for (const index of [-1, 1000]) expect(update(once, { ...at, index }).state).toEqual(once)
})
