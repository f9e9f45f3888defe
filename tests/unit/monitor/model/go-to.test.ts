import { expect, test } from 'vitest'
import { goToOf } from '../../../../src/monitor/model/go-to.js'

process.env['TZ'] = 'UTC'

const NOW_MS = Date.parse('2026-11-21T12:00:00.000Z')

const time = (text: string) => ({ target: { kind: 'time', timeMs: Date.parse(text) } })

test.each([
  ['10:15', time('2026-11-21T10:15:00Z')],
  ['9:05', time('2026-11-21T09:05:00Z')],
  ['10:15:37', time('2026-11-21T10:15:37Z')],
  ['12:00', time('2026-11-21T12:00:00Z')],
  // Not yet today.
  ['23:59:59', time('2026-11-20T23:59:59Z')],
  ['-15m', time('2026-11-21T11:45:00Z')],
  ['-90s', time('2026-11-21T11:58:30Z')],
  ['-2h', time('2026-11-21T10:00:00Z')],
  ['2026-11-19T10:15:37.250+02:00', time('2026-11-19T08:15:37.250Z')],
  ['0@41', { target: { kind: 'offset', topic: null, partition: 0, offset: 41 } }],
  ['orders/2@7', { target: { kind: 'offset', topic: 'orders', partition: 2, offset: 7 } }],
  ['#1042', { target: { kind: 'seq', seq: 1042 } }],
  ['  #1042 ', { target: { kind: 'seq', seq: 1042 } }],
])('"%s" is a moment', (text, expected) => {
  expect(goToOf(text, NOW_MS)).toEqual(expected)
})

test.each([
  '',
  'x',
  '24:00',
  '10:60',
  '10:1',
  '10:15:60',
  '15m',
  '#0',
  '#',
  '1042',
  '@41',
  '0@',
  '-15',
  '2026-02-30T00:00:00Z',
])('"%s" is none, and what is possible is said', (text) => {
  expect(goToOf(text, NOW_MS)).toEqual({ problem: expect.stringContaining('10:15, 10:15:37, -15m') })
})

test('a time of day is in UTC where the screen is', () => {
  process.env['TZ'] = 'Asia/Tokyo'
  expect(goToOf('10:15', NOW_MS, true)).toEqual(time('2026-11-21T10:15:00Z'))
  expect(goToOf('10:15', NOW_MS)).toEqual(time('2026-11-21T01:15:00Z'))
  process.env['TZ'] = 'UTC'
})

test('what is still to come cannot be looked at', () => {
  expect(goToOf('2026-11-21T12:00:01Z', NOW_MS)).toEqual({ problem: 'that is in the future' })
})
