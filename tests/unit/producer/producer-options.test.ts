import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseOptions } from '../../../src/producer/producer-options.js'

const parse = (flags: Record<string, unknown> = {}) => parseOptions(flags, { intervalMs: 200 })

test('without flags: five a second for ever, a random seed, one record in a hundred broken either way', () => {
  expect(parse()).toEqual({
    rate: 5,
    count: null,
    seed: expect.stringMatching(/^[0-9a-f]{8}$/),
    startTime: null,
    malformedRatio: 0.01,
    invalidRatio: 0.01,
    ledger: null,
    flushTimeoutMs: 10_000,
  })
  expect(parse().seed).not.toBe(parse().seed)
})

test('takes every flag', () => {
  expect(
    parse({
      rate: '0.5',
      count: '2000',
      seed: 'demo',
      'start-time': '2026-11-21T03:15:00.5+01:00',
      'malformed-ratio': '0.1',
      'invalid-ratio': '.9',
      ledger: 'l.ndjson',
      'flush-timeout': '1.5',
    }),
  ).toEqual({
    rate: 0.5,
    count: 2_000,
    seed: 'demo',
    startTime: Date.UTC(2026, 10, 21, 2, 15, 0, 500),
    malformedRatio: 0.1,
    invalidRatio: 0.9,
    ledger: resolve('l.ndjson'),
    flushTimeoutMs: 1_500,
  })
  expect(parse({ rate: 'max' }).rate).toBe('max')
})

describe('refuses with 78, naming flag and value', () => {
  test.for([
    ['rate', '0'],
    ['rate', '-1'],
    ['rate', 'abc'],
    ['rate', '1e3'],
    ['rate', '0x10'],
    ['rate', ' '],
    ['rate', 'Infinity'],
    ['count', '0'],
    ['count', '1.5'],
    ['count', '-3'],
    ['count', '99999999999999999999'],
    ['seed', ''],
    ['seed', 'x'.repeat(129)],
    ['start-time', 'yesterday'],
    ['start-time', '2026-11-21'],
    ['start-time', '2026-11-21T02:15:00'],
    ['start-time', '2026-02-30T00:00:00Z'],
    ['start-time', '2026-11-21T25:00:00Z'],
    ['malformed-ratio', '-0.1'],
    ['malformed-ratio', '1.01'],
    ['invalid-ratio', 'half'],
    ['ledger', ' '],
    ['flush-timeout', '-1'],
  ] as [string, string][])('--%s "%s"', ([flag, value]) => {
    expect(() => parse({ [flag]: value })).toThrow(
      expect.objectContaining({
        exit: 78,
        message: expect.stringContaining(`--${flag} is "${value}"; expected `),
      }),
    )
  })

  test('ratios that are more than all records', () => {
    expect(() => parse({ 'malformed-ratio': '0.6', 'invalid-ratio': '0.5' })).toThrow(
      expect.objectContaining({
        exit: 78,
        message: expect.stringMatching(/--malformed-ratio 0\.6.*--invalid-ratio 0\.5/),
      }),
    )
  })

  test('a flag that is given twice', () => {
    expect(() => parse({ rate: ['5', '6'] })).toThrow(
      expect.objectContaining({ exit: 78, message: expect.stringContaining('--rate is given 2 times') }),
    )
  })
})
