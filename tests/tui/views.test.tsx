/**
 * Every view at every size that matters, replayed by a terminal: the pictures in `screens/` are reviewed, and a
 * change of the layout shows as a change of them. The painter of the live screen and the text of `--once` show the same.
 */
import { renderToString } from 'ink'
import type { ReactNode } from 'react'
import { expect, test } from 'vitest'
import type { MonitorState } from '../../src/monitor/model/state.js'
import { update } from '../../src/monitor/model/update.js'
import { VIEWS } from '../../src/monitor/model/views.js'
import { App } from '../../src/monitor/view/app.js'
import { UNICODE } from '../../src/monitor/view/glyphs.js'
import { paintScreen } from '../../src/monitor/view/painted-screen.js'
import { busyMoment } from '../support/moments.js'
import { busyState, NOW_MS } from '../support/monitor-state.js'
import { Screen, type Size, terminalOf } from '../support/screen.js'

// Times of day are shown in local time.
process.env['TZ'] = 'UTC'

const SIZES = [
  [40, 12],
  [60, 15],
  [80, 24],
  [120, 40],
  [200, 50],
] as const

const KEYS: [name: string, keys: string[]][] = [
  ...VIEWS.map((name, index): [string, string[]] => [name, [`${index + 1}`]]),
  ['detail', ['2', 'E', 'enter']],
  ['columns', ['2', 'v', 'j', 'j', 'l', 'l', 'j', 'enter']],
  ['columns-right', ['2', 'v', 'G', 'space', 'k', 'enter', 'escape', 'l', 'l', 'l']],
  ['help', ['?']],
  ['paused', ['2', 'k', 'k', 'k']],
  // The answer to the question that `<` asked is the busy journal an hour ago.
  ['past', ['2', 'k', 'm', 'G', '<', 'k', 'k', 'm', 'j', 'j', '1']],
  ['past-lag', ['3', '<']],
  ['go-to', ['1', ':', '1', '0', ':', '1']],
]

/** Where a moment is waited for, it comes. */
function answered(state: MonitorState): MonitorState {
  if (!state.past?.isWaiting) return state
  const answer = { queryId: state.past.queryId, moment: busyMoment(), problem: null }
  return update(state, { type: 'moment', answer }).state
}

/** What stands in a terminal that the painter writes to. */
async function paintedLines(view: ReactNode, size: Size): Promise<string[]> {
  const screen = new Screen(size)
  const painted = paintScreen(view, terminalOf(screen, size))
  const lines = await screen.lines()
  painted.end()
  await painted.ended
  return lines
}

for (const [name, keys] of KEYS) {
  for (const [columns, rows] of SIZES) {
    // Below 60x15 there is one screen for all of them.
    if (columns < 60 && name !== 'overview') continue
    test(`${name} at ${columns}x${rows}`, async () => {
      const sized = update(busyState(), { type: 'resize', columns, rows }).state
      const state = keys.reduce(
        (before, key) => answered(update(before, { type: 'key', key, nowMs: NOW_MS }).state),
        sized,
      )
      const screen = new Screen({ columns, rows })
      screen.write(
        renderToString(<App state={state} glyphs={UNICODE} />, { columns }).replaceAll('\n', '\r\n'),
      )
      const lines = await screen.lines()
      expect(screen.scrolledRows).toBe(0)
      expect(lines.at(-1)).toBe('')
      expect(await paintedLines(<App state={state} glyphs={UNICODE} />, { columns, rows })).toEqual(lines)
      await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`screens/${name}-${columns}x${rows}.txt`)
    })
  }
}
