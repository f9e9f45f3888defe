/** What the screen is drawn with: plots, rules, numbers, and lines of fixed width. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Mask } from '../../../../src/monitor/masking/mask.js'
import {
  COLUMNS,
  type ColumnName,
  DEFAULT_COLUMNS,
  fitColumns,
} from '../../../../src/monitor/model/columns.js'
import type { EventRow } from '../../../../src/monitor/tail/protocol.js'
import { eventPieces, headingPieces } from '../../../../src/monitor/view/event-line.js'
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatPercent,
  formatRate,
} from '../../../../src/monitor/view/format.js'
import { ASCII, glyphsFor, toGlyphs, UNICODE } from '../../../../src/monitor/view/glyphs.js'
import { logPieces } from '../../../../src/monitor/view/log-line.js'
import { niceCeiling, percentFloor, plot, sparkline } from '../../../../src/monitor/view/plot.js'
import { rulePieces } from '../../../../src/monitor/view/rule.js'
import { fitPieces, piecesWidth, spread } from '../../../../src/monitor/view/styled.js'
import { LOCAL_TIMES, timesOf } from '../../../../src/monitor/view/times.js'
import { textWidth } from '../../../../src/shared/runtime/terminal-text.js'
import { eventRow, logRow, NOW_MS } from '../../../support/monitor-state.js'

const braille = { min: 0, max: 8, hasBraille: true } as const

test('an area is filled down from each value, two values a column, newest at the right', () => {
  expect(plot({ ...braille, series: [0, 7], columns: 1, rows: 2, max: 7, style: 'area' })).toEqual(['⢸', '⣸'])
  expect(
    plot({ ...braille, series: [null, null, 7, 7], columns: 2, rows: 1, max: 7, style: 'area' }),
  ).toEqual([' ⣿'])
})

test('a line joins its points, and has a gap where nothing is known', () => {
  expect(plot({ ...braille, series: [0, 7], columns: 1, rows: 1, max: 7, style: 'line' })).toEqual(['⣸'])
  expect(
    plot({ ...braille, series: [7, null, null, 7], columns: 2, rows: 1, max: 7, style: 'line' }),
  ).toEqual(['⠁⠈'])
})

test('without braille a plot is signs of ASCII, one for two values', () => {
  const options = { series: [0, 0, 4, 8, null, null], columns: 3, rows: 3, min: 0, max: 8, hasBraille: false }
  expect(plot({ ...options, style: 'area' })).toEqual([' * ', ' : ', '*: '])
  expect(plot({ ...options, style: 'line' })).toEqual([' * ', '   ', '*  '])
})

test('a plot has its size whatever the series is, values out of range included', () => {
  const value = fc.option(fc.double({ min: -100, max: 1000, noNaN: true }), { nil: null })
  fc.assert(
    fc.property(
      fc.array(value, { maxLength: 60 }),
      fc.integer({ min: 1, max: 20 }),
      fc.boolean(),
      (series, columns, hasBraille) => {
        const lines = plot({ series, columns, rows: 3, min: 0, max: 100, style: 'area', hasBraille })
        expect(lines.map((line) => line.length)).toEqual([columns, columns, columns])
      },
    ),
  )
})

test('a sparkline has a sign for each value, and a blank where nothing is known', () => {
  expect(sparkline([null, 0, 1, 4, 6, 9], { min: 0, max: 6 })).toBe(' ▁▂▅▇▇')
  expect(sparkline([0, 0], { min: 0, max: 0 })).toBe('▁▁')
  expect(toGlyphs(sparkline([0, 3, 6], { min: 0, max: 6 }), ASCII)).toBe('_=#')
})

test('scales end at round numbers, and percentages leave the rows to what happens', () => {
  expect([0, 1, 1.2, 4.1, 9, 79, 101, 12_345].map(niceCeiling)).toEqual([1, 1, 1.5, 5, 10, 80, 150, 15_000])
  expect([[99, null], [85], [60], [3], []].map(percentFloor)).toEqual([90, 80, 50, 0, 90])
})

test('rules meet the lines above and below them, with titles set in', () => {
  const two = {
    cells: [
      { panel: 'metrics', width: 10 },
      { panel: 'health', width: 8 },
    ],
    height: 3,
  } as const
  const one = { cells: [{ panel: 'events', width: 19 }], height: 3 } as const
  const rule = (above: object | null, below: object | null, titles: string[]) =>
    rulePieces({
      columns: 21,
      above: above as never,
      below: below as never,
      titles: titles.map((text) => ({ left: [{ text }], right: [] })),
      glyphs: UNICODE,
    })
      .map(({ text }) => text)
      .join('')
  expect(rule(null, two, ['One', 'Two'])).toBe('╭─ One ────┬─ Two ──╮')
  expect(rule(two, two, ['One', 'Two'])).toBe('├─ One ────┼─ Two ──┤')
  expect(rule(two, one, ['Events'])).toBe('├─ Events ─┴────────┤')
  expect(rule(one, null, [])).toBe('╰───────────────────╯')
})

test('numbers are written for people', () => {
  expect([0, 999, 1234567].map(formatCount)).toEqual(['0', '999', '1,234,567'])
  expect([null, 0, 5.04, 99.96, 12_345.6].map(formatRate)).toEqual([
    '–',
    '0.0/s',
    '5.0/s',
    '100/s',
    '12,346/s',
  ])
  expect([0, 999, 4400, 999_999, 13_935_602].map(formatBytes)).toEqual([
    '0 B',
    '999 B',
    '4.4 kB',
    '1.0 MB',
    '13.9 MB',
  ])
  expect([5, 65, 7980, 200_000].map(formatDuration)).toEqual(['5s', '1m 5s', '2h 13m', '2d 7h'])
})

test('100 % means all: a single rejection in a million keeps it below', () => {
  expect(formatPercent(100)).toBe('100 %')
  expect(formatPercent(99.9999)).toBe('99.9 %')
  expect(formatPercent(null)).toBe('–')
})

test('pieces are cut to the width, and spread to both ends of it', () => {
  expect(fitPieces([{ text: 'abc' }, { text: 'defg' }, { text: 'h' }], 5).map(({ text }) => text)).toEqual([
    'abc',
    'd…',
  ])
  expect(
    spread([{ text: 'left' }], [{ text: 'right' }], 12)
      .map(({ text }) => text)
      .join(''),
  ).toBe('left   right')
  expect(piecesWidth(spread([{ text: 'a long left side' }], [{ text: 'right' }], 12))).toBe(12)
})

test('the row of any event fits its width, hostile text included, and carries nothing a terminal would obey', () => {
  const text = fc.string({ unit: 'binary', maxLength: 60 })
  fc.assert(
    fc.property(
      text,
      text,
      fc.constantFrom('accepted', 'rejected', 'journal'),
      fc.integer({ min: 20, max: 300 }),
      fc.shuffledSubarray([...COLUMNS], { minLength: 1 }),
      fc.nat(COLUMNS.length),
      (one, other, kind, width, names, first) => {
        const row = eventRow(1, {
          kind,
          label: one,
          topic: other,
          key: one,
          orderId: other,
          reason: other,
          detail: one,
          payload: one + other,
          order: { sequence: 7, status: one, customer: one, items: other, total: 1, currency: other },
        })
        const fitted = fitColumns(names, width, first)
        const pieces = eventPieces(row, { columns: fitted.columns, glyphs: UNICODE, times: LOCAL_TIMES })
        const taken = fitted.columns.reduce((sum, column) => sum + column.width + 1, -1)
        expect(piecesWidth(pieces)).toBe(taken)
        expect(taken).toBeLessThanOrEqual(width)
        expect(piecesWidth(headingPieces(fitted, width + 2))).toBe(width + 2)
        expect(pieces.map((piece) => piece.text).join('')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u)
      },
    ),
  )
})

const lineOf = (row: EventRow, names: readonly ColumnName[], width: number): string =>
  eventPieces(row, {
    columns: fitColumns(names, width).columns,
    glyphs: UNICODE,
    times: timesOf({ timeStyle: 'utc' }, NOW_MS),
  })
    .map(({ text }) => text)
    .join('')
    .trimEnd()

test('an order has a text in each column; what is rejected says why where its order would stand', () => {
  const row = eventRow(7, { timeMs: NOW_MS, offset: 41, latencyMs: -3, key: 'k', payload: '{"a":1}' })
  expect(lineOf(row, COLUMNS, 400).split(/ {2,}| (?=client)/)).toEqual([
    '02:20:00.000 · created',
    'client03',
    '4 × latte',
    '19.30 EUR #7',
    'p0',
    '41',
    '750 B',
    '-3 ms orders',
    '7 order-7',
    'k',
    '{"a":1}',
  ])
  const rejected = { ...row, kind: 'rejected', order: null, reason: 'not_json', detail: 'at byte 0' } as const
  expect(lineOf(rejected, DEFAULT_COLUMNS, 76)).toMatch(
    /^02:20:00 ■ not_json {2}at byte 0 {2}\{"a":1\} +p0 +41$/,
  )
  expect(lineOf(rejected, ['payload', 'seq', 'type', 'items'], 76)).toMatch(
    /^\{"a":1\} +7 not_json {2}at byte 0$/,
  )
  expect(lineOf(rejected, ['offset', 'verdict'], 76)).toMatch(/^ *41 ■$/)
  const own = { ...row, kind: 'journal', label: 'journal.closed', detail: 'clean stop' } as const
  expect(lineOf(own, ['seq', 'time', 'offset', 'size', 'topic'], 76)).toMatch(
    /^ *7 02:20:00\.000 journal\.closed {2}clean stop$/,
  )
})

test('masked, no column tells anything of a person', () => {
  const row = eventRow(1, {
    key: 'canary key',
    payload: '{"name":"canary"}',
    order: { sequence: 1, status: 'canary', customer: 'canary', items: '1 × tea', total: 1, currency: 'EUR' },
  })
  const rejected = eventRow(2, {
    kind: 'rejected',
    order: null,
    reason: 'not_json',
    detail: 'canary',
    payload: 'canary',
  })
  const mask = new Mask('secret')
  for (const columns of [COLUMNS, DEFAULT_COLUMNS, ...COLUMNS.map((name) => [name])]) {
    for (const one of [row, rejected]) expect(lineOf(mask.row(one), columns, 400)).not.toContain('canary')
  }
  expect(lineOf(row, COLUMNS, 400)).toContain('canary')
  expect(lineOf(rejected, COLUMNS, 400)).toContain('canary')
})

test('a log line shows its error behind its message, escaped', () => {
  const pieces = logPieces(logRow(1, { level: 'error', message: 'write failed', error: 'ENOSPC\u001b[2J' }), {
    width: 100,
    times: LOCAL_TIMES,
  })
  expect(pieces.map(({ text }) => text).join('')).toContain('ERROR write failed: ENOSPC\\x1b[2J')
  expect(pieces.some(({ tone }) => tone === 'critical')).toBe(true)
})

test('a bare console and a locale without UTF-8 get ASCII', () => {
  expect(glyphsFor({ TERM: 'linux', LANG: 'en_US.UTF-8' })).toBe(ASCII)
  expect(glyphsFor({ TERM: 'xterm', LANG: 'C' })).toBe(ASCII)
  expect(glyphsFor({ TERM: 'xterm', LC_ALL: '', LANG: 'fr_FR.utf8' })).toBe(UNICODE)
  expect(glyphsFor({ TERM: 'xterm' })).toBe(UNICODE)
})

for (const [text, shown] of [
  ['latte', 'latte'],
  ['4 × 注文 – caf\u00e9 cafe\u0301…', '4 x ???? - caf? caf?~'],
  ['👩🏽 and 🇫🇷', '?? and ??'],
] as const) {
  test(`in ASCII "${text}" is "${shown}", as wide as before`, () => {
    expect(toGlyphs(text, ASCII)).toBe(shown)
    expect(textWidth(text)).toBe(shown.length)
    expect(toGlyphs(text, UNICODE)).toBe(text)
  })
}
