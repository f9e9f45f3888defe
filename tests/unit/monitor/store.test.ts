import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { initialLooks } from '../../../src/monitor/model/looks.js'
import type { Effect, MonitorState } from '../../../src/monitor/model/state.js'
import { Store } from '../../../src/monitor/store.js'
import { NOW_MS, tailUpdate, testSetup } from '../../support/monitor-state.js'

beforeEach(
  () => void vi.useFakeTimers({ now: NOW_MS, toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] }),
)
afterEach(() => void vi.useRealTimers())

function openStore(): { store: Store; paints: { atMs: number; state: MonitorState }[]; effects: Effect[] } {
  const paints: { atMs: number; state: MonitorState }[] = []
  const effects: Effect[] = []
  const store = new Store({
    initial: initialLooks(testSetup(), { columns: 80, rows: 24 }, NOW_MS),
    clock: { now: () => Date.now(), monotonic: () => performance.now() },
    paint: (state) => paints.push({ atMs: Date.now() - NOW_MS, state }),
    onEffect: ({ effect }) => effects.push(effect),
  })
  return { store, paints, effects }
}

const line = (store: Store, seq: number): void => {
  const update = tailUpdate({ journal: { ...tailUpdate().journal, seq } })
  store.dispatch({ type: 'tail', update, nowMs: Date.now() })
}

test('a single line is painted at once, and a tick of the clock with it, or alone after the time of a frame', () => {
  const { store, paints } = openStore()
  store.dispatch({ type: 'tick', nowMs: NOW_MS + 1_000 })
  line(store, 1)
  vi.advanceTimersByTime(500)
  expect(paints.map(({ atMs }) => atMs)).toEqual([0])
  store.dispatch({ type: 'tick', nowMs: NOW_MS + 2_000 })
  vi.advanceTimersByTime(500)
  expect(paints.map(({ atMs }) => atMs)).toEqual([0, 600])
  expect(paints.at(-1)?.state.nowMs).toBe(NOW_MS + 2_000)
})

test('reports that come ten times a second are painted as they come, whatever the clock does', () => {
  const { store, paints } = openStore()
  for (let tenth = 1; tenth <= 100; tenth += 1) {
    vi.advanceTimersByTime(40)
    if (tenth % 10 === 0) store.dispatch({ type: 'tick', nowMs: Date.now() })
    vi.advanceTimersByTime(60)
    line(store, tenth)
  }
  expect(paints.map(({ atMs }) => atMs)).toEqual(Array.from({ length: 100 }, (_, index) => (index + 1) * 100))
})

test('the answer to a question is painted at once, also after many others', () => {
  const { store, paints } = openStore()
  for (let queryId = 1; queryId <= 20; queryId += 1) {
    store.dispatch({ type: 'key', key: '2', nowMs: NOW_MS })
    store.dispatch({ type: 'detail', queryId: 0, detail: null })
  }
  for (let seq = 1; seq <= 50; seq += 1) line(store, seq)
  const before = paints.length
  store.dispatch({ type: 'detail', queryId: 0, detail: null })
  expect(paints.length).toBe(before + 1)
})

test('under load at most ten frames a second are painted, the last one with everything in it', () => {
  const { store, paints } = openStore()
  for (let seq = 1; seq <= 2000; seq += 1) {
    line(store, seq)
    vi.advanceTimersByTime(1)
  }
  vi.advanceTimersByTime(200)
  expect(paints.length).toBeGreaterThanOrEqual(19)
  // Ten a second for two seconds, and the few that were saved up before.
  expect(paints.length).toBeLessThanOrEqual(24)
  expect(paints.at(-1)?.state.journal?.seq).toBe(2000)
})

test('a key is painted at once, whatever else is going on', () => {
  const { store, paints } = openStore()
  for (let seq = 1; seq <= 50; seq += 1) line(store, seq)
  const before = paints.length
  store.dispatch({ type: 'key', key: '5', nowMs: NOW_MS })
  expect(paints.length).toBe(before + 1)
  expect(paints.at(-1)?.state.view.name).toBe('problems')
})

test('a key that means nothing paints nothing more than the time', () => {
  const { store, effects } = openStore()
  store.dispatch({ type: 'key', key: 'x', nowMs: NOW_MS })
  expect(effects).toEqual([])
  expect(store.state.view.zoom).toBeNull()
})

test('q asks to leave; a closed store paints nothing any more', () => {
  const { store, paints, effects } = openStore()
  for (let seq = 1; seq <= 9; seq += 1) line(store, seq)
  store.dispatch({ type: 'key', key: 'q', nowMs: NOW_MS })
  expect(effects).toEqual([{ type: 'quit' }])
  store.close()
  const before = paints.length
  line(store, 10)
  vi.advanceTimersByTime(1000)
  expect(paints.length).toBe(before)
})

test('seconds in which nothing moves are painted every few seconds; a new line is painted at once', () => {
  const { store, paints } = openStore()
  const tick = (): void => {
    vi.advanceTimersByTime(1_000)
    store.dispatch({ type: 'tick', nowMs: Date.now() })
  }
  line(store, 1)
  for (let second = 0; second < 60; second += 1) tick()
  const seconds = paints.map(({ atMs }) => atMs / 1_000)
  // Rates over ten seconds still move in the first fifteen.
  expect(seconds.filter((at) => at < 14)).toHaveLength(14)
  const calm = seconds.filter((at) => at > 16)
  expect(calm.length).toBeGreaterThanOrEqual(7)
  expect(calm.length).toBeLessThanOrEqual(10)
  line(store, 2)
  expect(paints.at(-1)?.state.journal?.seq).toBe(2)
})
