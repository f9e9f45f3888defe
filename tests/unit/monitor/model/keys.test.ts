/** What keys do to the state: views, panels, lists held still, sheets. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { helpSections } from '../../../../src/monitor/model/help.js'
import {
  ACTION_NAMES,
  DEFAULT_KEYS,
  type KeyMap,
  keyLabel,
  keyMapOf,
} from '../../../../src/monitor/model/key-map.js'
import { KEY_SECTIONS } from '../../../../src/monitor/model/keys.js'
import { type Effect, type MonitorState, rowsOf } from '../../../../src/monitor/model/state.js'
import { update } from '../../../../src/monitor/model/update.js'
import { VIEW_PANELS, VIEWS } from '../../../../src/monitor/model/views.js'
import {
  eventRow,
  journalUpdate,
  logRow,
  NOW_MS,
  press,
  stateAfter,
  tailUpdate,
} from '../../../support/monitor-state.js'

const effectsOf = (state: MonitorState, key: string): Effect[] =>
  update(state, { type: 'key', key, nowMs: NOW_MS }).effects

/** Rows 1 to 50; every tenth was rejected. */
const fifty = (): MonitorState =>
  stateAfter({
    events: Array.from({ length: 50 }, (_, index) =>
      eventRow(index + 1, (index + 1) % 10 === 0 ? { kind: 'rejected', reason: 'not_json' } : {}),
    ),
    logs: [logRow(1)],
  })

const chosenSeq = ({ view }: MonitorState): number | undefined =>
  view.paused?.cursor ? view.paused.events[view.paused.cursor.index]?.seq : undefined

test('digits and Tab go through the views, and a panel enlarged in one is not in the next', () => {
  for (const [index, name] of VIEWS.entries()) {
    expect(press(stateAfter(), 'z', String(index + 1)).view).toMatchObject({ name, zoom: null })
  }
  const seen = VIEWS.map((_name, index) => press(stateAfter(), ...Array(index + 1).fill('tab')).view.name)
  expect(seen).toEqual([...VIEWS.slice(1), 'overview'])
  expect(press(stateAfter(), 'shift+tab').view.name).toBe('journal')
})

test('z goes through the panels of the view and back to all of them, Z the other way', () => {
  for (const [index, name] of VIEWS.entries()) {
    let state = press(stateAfter(), String(index + 1))
    const panels = VIEW_PANELS[name].length > 1 ? VIEW_PANELS[name] : []
    for (const panel of [...panels, null]) {
      state = press(state, 'z')
      expect(state.view.zoom).toBe(panel)
    }
    expect(press(state, 'Z').view.zoom).toBe(panels.at(-1) ?? null)
  }
})

test('while the lists are held not one row moves, whatever arrives; the counter says how much', () => {
  let state = press(fifty(), 'k')
  const before = state.view.paused
  for (let seq = 51; seq < 251; seq += 1) {
    const tail = tailUpdate({ events: [eventRow(seq)], journal: journalUpdate({ seq }) })
    state = update(state, { type: 'tail', update: tail, nowMs: NOW_MS }).state
  }
  expect(state.view.paused).toEqual(before)
  expect(state.journal?.seq).toBe(250)
  expect(state.events[0]?.seq).toBe(250)
})

test('up goes to the past, down back, and past the newest row the lists are live again', () => {
  expect(chosenSeq(press(fifty(), 'k'))).toBe(49)
  expect(chosenSeq(press(fifty(), 'k', 'k', 'k', 'j'))).toBe(48)
  expect(chosenSeq(press(fifty(), 'g'))).toBe(1)
  expect(chosenSeq(press(fifty(), 'g', 'k'))).toBe(1)
  expect(press(fifty(), 'k', 'j').view.paused).not.toBeNull()
  expect(press(fifty(), 'k', 'j', 'j').view.paused).toBeNull()
  for (const key of ['G', 'F', 'end']) expect(press(fifty(), 'g', key).view.paused).toBeNull()
  expect(press(fifty(), 'j').view.paused).toBeNull()
})

test('a page is what is on the screen less a little, half a page half of it', () => {
  // 40 rows: a page of 34.
  expect(chosenSeq(press(fifty(), 'b'))).toBe(50 - 34)
  expect(chosenSeq(press(fifty(), 'g', 'space'))).toBe(1 + 34)
  expect(chosenSeq(press(fifty(), 'ctrl+u'))).toBe(50 - 17)
  expect(chosenSeq(press(fifty(), 'g', 'ctrl+d'))).toBe(1 + 17)
})

test('e and E go to rejected records and stay where there is no further one', () => {
  expect(chosenSeq(press(fifty(), 'E'))).toBe(50)
  expect(chosenSeq(press(fifty(), 'E', 'E', 'E'))).toBe(30)
  expect(chosenSeq(press(fifty(), 'E', 'E', 'E', 'e'))).toBe(40)
  expect(chosenSeq(press(fifty(), 'E', 'e', 'e'))).toBe(50)
})

test('Enter shows the chosen row, the newest where none is chosen, and closes it again', () => {
  const open = press(fifty(), 'enter')
  expect(open.view.isDetailOpen).toBe(true)
  expect(chosenSeq(open)).toBe(50)
  expect(press(open, 'enter').view.isDetailOpen).toBe(false)
  expect(press(stateAfter(), 'enter').view.isDetailOpen).toBe(false)
  expect(press(fifty(), '6', 'enter').view.isDetailOpen).toBe(false)
})

test('opening a row asks for its line; only the answer to the last question is taken', () => {
  const first = press(fifty(), 'k')
  expect(effectsOf(first, 'enter')).toEqual([
    { type: 'detail', queryId: 1, at: { fileFirstSeq: 1, offset: 49_000 } },
  ])
  const second = press(first, 'enter', 'enter', 'k', 'enter')
  expect(second.detail).toEqual({ queryId: 2, entry: null })
  const answer = (state: MonitorState, queryId: number): MonitorState =>
    update(state, { type: 'detail', queryId, detail: null }).state
  expect(answer(second, 1).detail.entry).toBeNull()
  expect(answer(second, 2).detail.entry).toBe('gone')
})

test('Esc goes back one thing at a time: help, detail, panel, held lists', () => {
  let state = press(fifty(), '2', 'z', 'enter', '?')
  const stages = [
    { isHelpOpen: false, isDetailOpen: true },
    { isDetailOpen: false, zoom: 'events' },
    { zoom: null },
    { paused: null },
  ]
  for (const stage of stages) {
    state = press(state, 'escape')
    expect(state.view).toMatchObject(stage)
  }
})

test('in help and detail the same keys scroll the text and leave the lists alone', () => {
  const help = press(fifty(), '?', 'j', 'j', 'k')
  expect(help.view).toMatchObject({ sheetTop: 1, paused: null })
  expect(press(help, 'space').view.sheetTop).toBe(21)
  expect(press(help, 'g').view.sheetTop).toBe(0)
  expect(press(fifty(), '?', 'k').view.sheetTop).toBe(0)
})

test('business figures are asked for when they are first looked at, and again for another scope', () => {
  expect(effectsOf(stateAfter(), '4')).toEqual([{ type: 'business', scope: 'all' }])
  expect(effectsOf(press(stateAfter(), '4'), 'a')).toEqual([{ type: 'business', scope: '24h' }])
  expect(effectsOf(press(stateAfter(), '3'), 'a')).toEqual([])
  expect(press(stateAfter(), '3', 'a').view.lagSort).toBe('end')
})

const found = (state: MonitorState, seqs: number[], isDone = false): MonitorState =>
  update(state, {
    type: 'search',
    update: {
      queryId: state.searches,
      rows: seqs.map((seq) => eventRow(seq)),
      progress: isDone ? 1 : 0.5,
      isDone,
      problem: null,
    },
  }).state

test('/ takes a text, in which no key means anything else, and Enter searches for it in the live view', () => {
  const typing = press(fifty(), '/', 'q', 'space', '1', 'x', 'backspace')
  expect(typing.view).toMatchObject({ prompt: { kind: 'text', text: 'q 1' }, name: 'overview' })
  expect(effectsOf(typing, 'enter')).toEqual([{ type: 'search', queryId: 1, text: 'q 1', kind: 'text' }])
  expect(press(typing, 'enter').view).toMatchObject({ prompt: null, name: 'live', zoom: 'events' })
  expect(press(typing, 'escape').view.prompt).toBeNull()
  expect(press(fifty(), '/', 'enter').search).toBeNull()
})

test('& takes an expression, and one that is none is not searched for but stays to be mended', () => {
  const type = (text: string) =>
    press(fifty(), '&', ...[...text].map((sign) => (sign === ' ' ? 'space' : sign)))
  const good = type('order.total > 50.0')
  expect(effectsOf(good, 'enter')).toMatchObject([
    { type: 'search', kind: 'filter', text: 'order.total > 50.0' },
  ])
  const bad = type('order.totl > 50.0')
  expect(effectsOf(bad, 'enter')).toEqual([])
  expect(press(bad, 'enter').view.prompt?.text).toBe('order.totl > 50.0')
})

test('answers add to the rows of their own search only, and a chosen one stays chosen while more come', () => {
  const searching = press(fifty(), '/', 'a', 'enter')
  const some = press(found(searching, [40, 30]), 'k')
  expect(rowsOf(some, 'found').map((row) => 'seq' in row && row.seq)).toEqual([40, 30])
  const more = found(some, [20, 10], true)
  expect(more.view.paused?.cursor).toEqual({ list: 'found', index: 1 })
  expect(more.search).toMatchObject({ isDone: true, progress: 1 })
  const late = update(press(more, '/', 'b', 'enter'), {
    type: 'search',
    update: { queryId: 1, rows: [eventRow(1)], progress: 1, isDone: true, problem: null },
  }).state
  expect(late.search?.rows).toEqual([])
})

test('o searches for everything that holds the order of the chosen row, sign for sign', () => {
  expect(effectsOf(fifty(), 'o')).toMatchObject([{ text: 'order-50' }])
  expect(effectsOf(press(fifty(), '3'), 'o')).toEqual([])
  const chosen = press(fifty(), 'k')
  expect(effectsOf(chosen, 'o')).toEqual([{ type: 'search', queryId: 1, text: 'order-49', kind: 'text' }])
  const odd = press(stateAfter({ events: [eventRow(1, { orderId: 'a.b"c' })] }), 'enter', 'escape')
  expect(effectsOf(odd, 'o')).toMatchObject([{ text: 'a\\.b\\\\"c' }])
})

test('Esc ends a search and gives the events back', () => {
  const searching = press(fifty(), '/', 'a', 'enter')
  expect(effectsOf(searching, 'escape')).toEqual([{ type: 'stopSearch' }])
  expect(press(press(found(searching, [3]), 'k'), 'escape')).toMatchObject({
    search: null,
    view: { paused: null, name: 'live', zoom: null },
  })
})

test('only q and Ctrl-C ask to leave', () => {
  const leaving = [...keyMapOf().keys()].filter((key) =>
    effectsOf(fifty(), key).some(({ type }) => type === 'quit'),
  )
  expect(leaving).toEqual(['q', 'ctrl+c'])
  for (const key of ['Q', 'X', 'ctrl+q', 'å', '']) expect(effectsOf(fifty(), key)).toEqual([])
})

test('every action is done by exactly one line of the table, and no key by two actions', () => {
  const done = KEY_SECTIONS.flatMap(({ rows }) => rows.flatMap(({ runs }) => Object.keys(runs)))
  expect(done.toSorted()).toEqual(ACTION_NAMES.toSorted())
  expect(keyMapOf().size).toBe(Object.values(DEFAULT_KEYS).flat().length)
})

test('whichever other key an action is given, that key does it and the old ones do nothing', () => {
  for (const action of ACTION_NAMES) {
    for (const key of ['f7', 'alt+ä', '!']) {
      const own = keyMapOf({ [action]: [key] })
      const state = fifty()
      const remapped = { ...state, setup: { ...state.setup, keys: own } }
      const [old = ''] = DEFAULT_KEYS[action]
      const { setup: _setup, ...expected } = press(state, old)
      const { setup: _other, ...pressed } = press(remapped, key)
      expect(pressed).toEqual(expected)
      expect(effectsOf(remapped, key)).toEqual(effectsOf(state, old))
      for (const before of DEFAULT_KEYS[action]) {
        expect(press(remapped, before)).toEqual(remapped)
        expect(effectsOf(remapped, before)).toEqual([])
      }
    }
  }
})

test('the help shows the keys as they are, every one of them', () => {
  const shown = (keyMap: KeyMap) =>
    new Map(helpSections(keyMap).flatMap(({ rows }) => rows.map((row) => [row[1], row[0]])))
  const written = shown(keyMapOf())
  for (const [key, action] of keyMapOf()) {
    const row = KEY_SECTIONS.flatMap(({ rows }) => rows).find(({ runs }) => runs[action])
    expect(written.get(row?.does ?? '')?.split(' ')).toContain(keyLabel(key))
  }
  expect(written.get('all that is in the chosen row')).toBe('Enter')
  expect(written.get('half a page up, down')).toBe('Ctrl-U Ctrl-D')
  const own = shown(keyMapOf({ zoom: ['ctrl+f', 'alt+pageup'], zoom_back: [], search: [] }))
  expect(own.get('enlarge the next panel, or the one before')).toBe('Ctrl-F Alt-PgUp')
  expect(own.get('search the whole journal for a text or a pattern, newest first')).toBe('no key')
})

test('while a text is typed a sign is a sign, whatever it was given to', () => {
  const keys = keyMapOf({ redraw: ['r', 'escape', 'f5'], back: ['ctrl+g'] })
  const typing = press({ ...fifty(), setup: { ...fifty().setup, keys } }, '/', 'a', 'r')
  expect(typing.view.prompt?.text).toBe('ar')
  expect(effectsOf(typing, 'f5')).toEqual([{ type: 'redraw' }])
  expect(press(typing, 'escape').view.prompt).toBeNull()
})

test('whatever keys are pressed, the chosen row is a row of its list', () => {
  const keys = [...keyMapOf().keys()]
  const anyKeys = fc.array(fc.constantFrom(...keys.filter((key) => key !== 'q')), { maxLength: 40 })
  fc.assert(
    fc.property(anyKeys, (pressed) => {
      const state = press(fifty(), ...pressed)
      const { view } = state
      if (view.zoom) expect(VIEW_PANELS[view.name]).toContain(view.zoom)
      if (view.isDetailOpen) expect(view.paused?.cursor).toBeTruthy()
      if (!view.paused?.cursor) return
      const { list, index } = view.paused.cursor
      expect(rowsOf(state, list)[index]).toBeDefined()
    }),
  )
})
