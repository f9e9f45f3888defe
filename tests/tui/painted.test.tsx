/** The painter writes only what changed; whatever came before, the screen is the one that is drawn from scratch. */
import { expect, onTestFinished, test } from 'vitest'
import type { MonitorState } from '../../src/monitor/model/state.js'
import { update } from '../../src/monitor/model/update.js'
import { App } from '../../src/monitor/view/app.js'
import { UNICODE } from '../../src/monitor/view/glyphs.js'
import { type PaintedScreen, paintScreen } from '../../src/monitor/view/painted-screen.js'
import { Line } from '../../src/monitor/view/styled.js'
import { eventually } from '../support/eventually.js'
import { busyState, eventRow, NOW_MS, press, tailUpdate } from '../support/monitor-state.js'
import { Screen, terminalOf } from '../support/screen.js'

const SIZE = { columns: 120, rows: 40 }

const sized = (state: MonitorState): MonitorState => update(state, { type: 'resize', ...SIZE }).state

const view = (state: MonitorState) => <App state={state} glyphs={UNICODE} />

function opened(first: Parameters<typeof paintScreen>[0]): { screen: Screen; painted: PaintedScreen } {
  const screen = new Screen(SIZE)
  const painted = paintScreen(first, terminalOf(screen, SIZE))
  onTestFinished(async () => {
    painted.end()
    await painted.ended
  })
  return { screen, painted }
}

/** React draws when the caller is done. */
async function comesTo(screen: Screen, wanted: readonly string[]): Promise<void> {
  let lines: string[] = []
  const isThere = async (): Promise<boolean> => {
    lines = await screen.lines()
    return lines.join('\n') === wanted.join('\n')
  }
  await eventually(isThere, {
    deadlineMs: 5_000,
    message: () => `the screen to be\n${wanted.join('\n')}\nit is\n${lines.join('\n')}`,
  })
}

const withEvent = (state: MonitorState, seq: number, customer: string): MonitorState => {
  const { order } = eventRow(seq)
  const events = [eventRow(seq, { order: order && { ...order, customer } })]
  const { journal, log } = state
  const tail = tailUpdate({ events, ...(journal && { journal }), ...(log && { log }) })
  return update(state, { type: 'tail', update: tail, nowMs: NOW_MS }).state
}

test('after any view the screen is as if the next one were the first', async () => {
  const { screen, painted } = opened(view(sized(busyState())))
  let state = sized(busyState())
  for (const key of [
    '2',
    '5',
    '3',
    '?',
    '4',
    'escape',
    '6',
    '2',
    'k',
    'k',
    'enter',
    'escape',
    'z',
    'z',
    '1',
  ]) {
    state = press(state, key)
    painted.show(view(state))
    await comesTo(screen, await opened(view(state)).screen.lines())
  }
})

test('names wider and narrower than the last leave nothing behind', async () => {
  let state = press(sized(busyState()), '2')
  const { screen, painted } = opened(view(state))
  for (const [index, name] of ['ordinary', '顧客の名前', '👩‍👩‍👧 family', 'é', 'кириллица', ''].entries()) {
    state = withEvent(state, 5_000 + index, name)
    painted.show(view(state))
    await comesTo(screen, await opened(view(state)).screen.lines())
  }
})

test('a row that changes costs its own text, and the others cost nothing', async () => {
  const rows = (text: string) => [
    <Line key="one" pieces={[{ text: 'one '.repeat(20) }]} width={SIZE.columns} />,
    <Line key="two" pieces={[{ text }]} width={SIZE.columns} />,
  ]
  const { screen, painted } = opened(rows('a'.repeat(100)))
  const before = screen.raw.length
  painted.show(rows('a'.repeat(100)))
  painted.show(rows('b'.repeat(90)))
  const lines = ['one '.repeat(20).trimEnd(), 'b'.repeat(90), ...Array<string>(SIZE.rows - 2).fill('')]
  await comesTo(screen, lines)
  expect(screen.raw.length - before).toBeLessThan(100 + 100)
})

test('on a blanked screen all of the same frame is drawn again', async () => {
  const state = sized(busyState())
  const { screen, painted } = opened(view(state))
  const before = await screen.lines()
  painted.blank()
  expect((await screen.lines()).join('')).toBe('')
  painted.show(view(state))
  await comesTo(screen, before)
})

test('the alternate screen is entered at the start and left at the end', async () => {
  const { screen, painted } = opened(view(sized(busyState())))
  await screen.lines()
  expect(screen.isAlternate).toBe(true)
  expect(screen.isCursorShown).toBe(false)
  painted.leave()
  await screen.lines()
  expect(screen.isAlternate).toBe(false)
  expect(screen.isCursorShown).toBe(true)
})
