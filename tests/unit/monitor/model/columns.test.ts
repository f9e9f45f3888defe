/** The columns of the events: how they share a screen, how one moves through them, and how they are chosen. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  columnsOf,
  eventTable,
  LIST_TABLE,
  listedColumns,
} from '../../../../src/monitor/model/column-keys.js'
import { COLUMNS, DEFAULT_COLUMNS, firstMax, fitColumns } from '../../../../src/monitor/model/columns.js'
import type { MonitorState } from '../../../../src/monitor/model/state.js'
import { update } from '../../../../src/monitor/model/update.js'
import { busyState, NOW_MS, press } from '../../../support/monitor-state.js'

const live = (columns = 80): MonitorState =>
  press(update(busyState(), { type: 'resize', columns, rows: 24 }).state, '2')

/** The columns that are on the screen. */
function shown(state: MonitorState) {
  const table = eventTable(state) ?? LIST_TABLE
  const { columns, hasLeft, hasRight } = fitColumns(columnsOf(table), state.view.columns - 4, table.first)
  return { names: columns.map(({ name }) => name), hasLeft, hasRight }
}

const anyColumns = fc.shuffledSubarray([...COLUMNS], { minLength: 1 })

test('columns never take more than there is, and each of them is on the screen at some place', () => {
  fc.assert(
    fc.property(anyColumns, fc.integer({ min: 1, max: 300 }), (names, room) => {
      const last = firstMax(names, room)
      const seen = new Set<string>()
      for (let first = 0; first <= last; first += 1) {
        const { columns, hasLeft, hasRight } = fitColumns(names, room, first)
        expect(columns.reduce((sum, { width }) => sum + width + 1, -1)).toBeLessThanOrEqual(room)
        expect(columns.map(({ name }) => name)).toEqual(names.slice(first, first + columns.length))
        expect([hasLeft, hasRight]).toEqual([first > 0, first + columns.length < names.length])
        for (const { name } of columns) seen.add(name)
      }
      expect(seen.size).toBe(names.length)
      // Beyond the last place there is nothing to go to.
      expect(fitColumns(names, room, last + 1)).toEqual(fitColumns(names, room, last))
      expect(fitColumns(names, room, last).hasRight).toBe(false)
    }),
  )
})

test('a wide screen has milliseconds, whole texts, and gives what is left to the items or the payload', () => {
  const widths = (names: typeof COLUMNS, room: number) =>
    Object.fromEntries(fitColumns(names, room).columns.map(({ name, width }) => [name, width]))
  expect(widths(DEFAULT_COLUMNS, 300)).toMatchObject({ time: 12, customer: 16, total: 12, order: 8 })
  const sum = Object.values(widths(DEFAULT_COLUMNS, 300)).reduce((one, other) => one + other + 1, -1)
  expect(sum).toBe(300)
  expect(widths([...DEFAULT_COLUMNS, 'payload'], 300)).toMatchObject({ items: 24 })
  expect(widths(DEFAULT_COLUMNS, 56)).toMatchObject({ time: 8, customer: 11, total: 12 })
})

test('l and h go through the columns where the row is wider than the screen, and stop at both ends', () => {
  const state = live()
  expect(shown(state)).toMatchObject({ hasLeft: false, hasRight: true })
  expect(shown(press(state, 'l')).names[0]).toBe('verdict')
  const end = press(state, ...Array(40).fill('l'))
  expect(shown(end)).toMatchObject({ hasLeft: true, hasRight: false })
  expect(shown(end).names.at(-1)).toBe('topic')
  // One key back is one column back.
  expect(shown(press(end, 'h')).names[0]).not.toBe(shown(end).names[0])
  expect(shown(press(end, ...Array(40).fill('left')))).toEqual(shown(state))
  // Where everything fits there is nowhere to go, and a screen made wider shows all again.
  expect(press(live(200), 'l').view.firstColumn).toBe(0)
  expect(shown(update(end, { type: 'resize', columns: 200, rows: 24 }).state).names).toEqual(DEFAULT_COLUMNS)
})

test('lists beside others keep the default columns; a search and an enlarged list end in the payload', () => {
  const chosen = press(live(300), 'v', 'space', 'escape')
  expect(shown(chosen).names).not.toContain('time')
  expect(shown(press(chosen, '1')).names).toEqual(DEFAULT_COLUMNS)
  expect(press(chosen, '3', 'l').view.firstColumn).toBe(0)
  expect(shown(press(chosen, 'z')).names.at(-1)).toBe('payload')
  expect(shown(press(chosen, '/', 'a', 'enter')).names.at(-1)).toBe('payload')
  expect(columnsOf({ columns: ['payload', 'time'], hasPayload: true })).toEqual(['payload', 'time'])
})

test('in the pane columns are shown, hidden and moved; the last one stays, and a brings back those of the beginning', () => {
  const open = press(live(), 'v')
  expect(open.view.columnCursor).toBe('time')
  const hidden = press(open, 'j', 'enter')
  expect(hidden.view.eventColumns).toEqual(DEFAULT_COLUMNS.filter((name) => name !== 'verdict'))
  expect(press(hidden, 'space').view.eventColumns.at(-1)).toBe('verdict')
  expect(press(open, 'l', 'l').view.eventColumns.slice(0, 3)).toEqual(['verdict', 'type', 'time'])
  expect(press(open, 'h').view.eventColumns).toEqual(DEFAULT_COLUMNS)
  expect(press(open, 'G').view.columnCursor).toBe('payload')
  expect(press(open, 'G', 'enter').view.eventColumns.at(-1)).toBe('payload')
  expect(press(open, 'G', 'enter', 'a').view.eventColumns).toEqual(DEFAULT_COLUMNS)
  let state = open
  for (const name of DEFAULT_COLUMNS) {
    state = press({ ...state, view: { ...state.view, columnCursor: name } }, 'enter')
  }
  expect(state.view.eventColumns).toEqual(['topic'])
  expect(listedColumns(state.view)).toHaveLength(COLUMNS.length)
})

test('the pane is left as every sheet is, holds no list still, and is in nobody’s way', () => {
  const open = press(live(), 'v', 'j')
  expect(open.view.paused).toBeNull()
  for (const key of ['v', 'escape', '3', ':', '/']) expect(press(open, key).view.columnCursor).toBeNull()
  const helped = press(open, '?', 'j')
  expect(helped.view).toMatchObject({ sheetTop: 1, columnCursor: 'verdict' })
  expect(press(helped, 'escape', 'j').view).toMatchObject({ isHelpOpen: false, columnCursor: 'type' })
  expect(update(open, { type: 'wheel', step: 'down', nowMs: NOW_MS }).state.view.columnCursor).toBe('items')
  expect(press(live(), 'enter', 'v').view).toMatchObject({ isDetailOpen: false, columnCursor: 'time' })
})

test('whatever is pressed, each column stands once and one at least is shown', () => {
  const keys = fc.array(
    fc.constantFrom('j', 'k', 'h', 'l', 'enter', 'space', 'a', 'v', 'G', 'g', 'z', '1', '2'),
    { maxLength: 60 },
  )
  fc.assert(
    fc.property(keys, (pressed) => {
      const { view } = press(live(), 'v', ...pressed)
      expect(view.eventColumns.length).toBeGreaterThan(0)
      expect(listedColumns(view).toSorted()).toEqual(COLUMNS.toSorted())
    }),
  )
})
