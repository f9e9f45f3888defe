import { expect, test } from 'vitest'
import { parseOptions } from '../../../src/follow/follow-options.js'

test('without flags it follows what comes, whole and for people', () => {
  expect(parseOptions({})).toEqual({
    from: 'latest',
    until: null,
    filter: null,
    grep: null,
    limit: Number.POSITIVE_INFINITY,
    format: 'pretty',
    fields: null,
    sample: 1,
  })
})

test.each([
  ['earliest', 'earliest'],
  ['latest', 'latest'],
  ['-25', { last: 25 }],
  ['2026-11-21T10:15:00Z', { timeMs: Date.UTC(2026, 10, 21, 10, 15) }],
  ['2026-11-21T10:15:00.5+02:00', { timeMs: Date.UTC(2026, 10, 21, 8, 15, 0, 500) }],
])('--from %s', (from, expected) => {
  expect(parseOptions({ from }).from).toEqual(expected)
})

test.each([
  ['-90s', 90],
  ['-1.5m', 90],
  ['-2h', 7_200],
  ['-1d', 86_400],
])('--from and --until %s are so long ago', (value, seconds) => {
  const wanted = { timeMs: expect.closeTo(Date.now() - seconds * 1_000, -4) }
  const plan = parseOptions({ from: value, until: value })
  expect([plan.from, plan.until]).toEqual([wanted, wanted])
})

test.each([['-0'], ['25'], ['-15x'], ['-m'], [''], ['2026-11-21'], ['2026-02-30T00:00:00Z'], ['10:15']])(
  '--from "%s" is refused',
  (from) => {
    expect(() => parseOptions({ from })).toThrow(`--from is "${from}"; expected earliest, latest, -N`)
  },
)

test('the end of the topic stands for --until', () => {
  expect(parseOptions({ 'exit-at-end': true }).until).toBe('end')
})

test.each([
  [{ where: 'order.totl > 1' }, 'order has no field totl; did you mean total?'],
  [{ until: 'soon' }, '--until is "soon"; expected a time'],
  [{ grep: '(' }, 'Invalid regular expression: /(/'],
  [{ fields: 'ofset' }, 'there is no "ofset"; did you mean offset?'],
  [{ fields: 'offset', format: 'raw' }, '--fields and --format raw exclude each other'],
  [{ sample: '0' }, 'expected a share above 0'],
  [{ until: '-5m', 'exit-at-end': true }, '--until and --exit-at-end exclude each other'],
  [{ format: 'csv' }, 'expected pretty, ndjson or raw'],
  [{ limit: '0' }, '--limit is "0"; expected a whole number from 1'],
  [{ limit: ['1', '2'] }, '--limit is given 2 times; give it once'],
])('%j is a matter of configuration', (args, message) => {
  expect(() => parseOptions(args)).toThrow(
    expect.objectContaining({ exit: 78, message: expect.stringContaining(message) }),
  )
})
