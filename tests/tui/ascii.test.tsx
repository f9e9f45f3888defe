/**
 * Whatever the files hold and whatever is looked at: in ASCII every byte of a frame is below 0x80, and the borders
 * still meet, because what cannot be shown is replaced by as many columns of "?".
 */
import fc from 'fast-check'
import { renderToString } from 'ink'
import { expect, test } from 'vitest'
import type { Alert } from '../../src/monitor/model/alerts.js'
import { ALERT_CODES } from '../../src/monitor/model/alerts.js'
import { DEFAULT_KEYS } from '../../src/monitor/model/key-map.js'
import type { MonitorState } from '../../src/monitor/model/state.js'
import { update } from '../../src/monitor/model/update.js'
import { App } from '../../src/monitor/view/app.js'
import { ASCII } from '../../src/monitor/view/glyphs.js'
import { GRID_COLUMNS_MIN, GRID_ROWS_MIN } from '../../src/monitor/view/layout.js'
import { busyMoment } from '../support/moments.js'
import {
  businessUpdate,
  eventRow,
  journalUpdate,
  logRow,
  logUpdate,
  metricsReading,
  NOW_MS,
  partitionReading,
  stateAfter,
  steadyBuckets,
} from '../support/monitor-state.js'

/** Wide, combining, right to left, outside the first plane, and what our own texts use. */
const FOREIGN = [
  '注文',
  'é',
  'e\u0301',
  '👩‍🚀',
  '🇫🇷',
  'שלום',
  '…',
  '–',
  '×',
  '≈',
  '‖',
  '∞',
  'ﬁ',
  '\u001b[31m',
  '\u202e',
  '\ud800',
]

const text = fc
  .array(fc.oneof(fc.string({ unit: 'binary', maxLength: 8 }), fc.constantFrom(...FOREIGN)), {
    maxLength: 12,
  })
  .map((parts) => parts.join(''))
const count = fc.nat({ max: 2 ** 40 })

const event = fc.record({
  kind: fc.constantFrom('accepted', 'rejected', 'journal'),
  label: text,
  topic: text,
  key: fc.option(text),
  reason: text,
  detail: text,
  pointer: text,
  orderId: text,
  payload: text,
  order: fc.option(
    fc.record({ sequence: count, status: text, customer: text, items: text, total: count, currency: text }),
  ),
})

const log = fc.record({
  level: fc.constantFrom('debug', 'info', 'warn', 'error'),
  kind: text,
  message: text,
  error: fc.option(text),
})

const alert = fc.record({
  code: fc.constantFrom(...ALERT_CODES),
  phase: fc.constant('raised' as const),
  value: fc.nat(100),
  sinceMs: fc.integer({ min: NOW_MS - 1e9, max: NOW_MS }),
  backSinceMs: fc.constant(null),
  seenMs: fc.constant(NOW_MS),
  isDismissed: fc.boolean(),
})

interface Content {
  events: Parameters<typeof eventRow>[1][]
  logs: Parameters<typeof logRow>[1][]
  alerts: Alert[]
  names: string[]
  counts: number[]
}

const content = fc.record({
  events: fc.array(event, { maxLength: 8 }),
  logs: fc.array(log, { maxLength: 8 }),
  alerts: fc.array(alert, { maxLength: 2 }),
  names: fc.array(text, { minLength: 4, maxLength: 4 }),
  counts: fc.array(count, { minLength: 4, maxLength: 4 }),
}) as fc.Arbitrary<Content>

function stateOf({ events, logs, alerts, names, counts }: Content): MonitorState {
  const [first = '', second = '', third = '', fourth = ''] = names
  const [small = 0, large = 0] = counts
  const rows = events.map((changes, index) => eventRow(index, changes))
  const lines = logs.map((changes, index) => logRow(index, changes))
  const amounts = names.map((name) => ({ currency: first, name, amountMinor: small }))
  const named = names.map((name) => ({ name, count: large }))
  const money = names.map((currency) => ({ currency, bookedMinor: large, cancelledMinor: small, created: 3 }))
  const partitions = names.map((topic, partition) => partitionReading(partition, { topic, lag: small }))
  const { file } = journalUpdate()
  const state = stateAfter({
    buckets: steadyBuckets(300, 50, 49),
    events: rows,
    rejections: rows,
    logs: lines,
    errorRows: lines,
    journal: journalUpdate({
      file: { ...file, path: second, problem: third },
      files: names.map((path) => ({ path, storedBytes: large, firstSeq: small, sealedAtMs: NOW_MS })),
      hash: fourth,
      tampers: [{ id: 1, text: first }] as never,
    }),
    log: logUpdate({
      metrics: metricsReading({}, { partitions }),
      errors: { recentMs: [], last: { timeMs: NOW_MS, text: second }, realTotal: 1, shutdownTotal: 0 },
      levels: { [third]: 2 } as never,
    }),
  })
  const figures = { money, funnel: named, customers: amounts, payments: amounts }
  const business = businessUpdate({ ...figures, productsByQuantity: named, productsByRevenue: amounts })
  return { ...update(state, { type: 'business', update: business }).state, alerts, notice: fourth || null }
}

/** What is open and where one is, by keys that a person may press; what they ask for is answered. */
function pressed(state: MonitorState, keys: readonly string[], detail: string): MonitorState {
  return keys.reduce((before, key) => {
    const { state: next, effects } = update(before, { type: 'key', key, nowMs: NOW_MS })
    return effects.reduce((asked, effect) => {
      if (effect.type === 'moment') {
        const answer = { queryId: effect.queryId, moment: busyMoment(), problem: null }
        return update(asked, { type: 'moment', answer }).state
      }
      if (effect.type !== 'detail') return asked
      const entry = {
        seq: 1,
        hash: detail,
        timestamp: detail,
        kafkaTimestamp: detail,
        key: detail,
        isKeyBase64: true,
        headers: [[detail, detail]] as [string, string][],
        payload: detail,
        payloadForm: 'raw_message' as const,
        lineBytes: 10,
      }
      return update(asked, { type: 'detail', queryId: effect.queryId, detail: entry }).state
    }, next)
  }, state)
}

const KEYS = [...Object.values(DEFAULT_KEYS).flat(), '注', 'é'].filter(
  (key) => !['ctrl+z', 'q', 'ctrl+c'].includes(key),
)
const keys = fc.array(fc.constantFrom(...KEYS), { maxLength: 10 })
const size = fc.record({ columns: fc.integer({ min: 20, max: 170 }), rows: fc.integer({ min: 6, max: 50 }) })

test('in ASCII nothing beyond ASCII is drawn, and every row is as wide as it should be', () => {
  fc.assert(
    fc.property(content, keys, size, text, (held, path, { columns, rows }, detail) => {
      const sized = update(stateOf(held), { type: 'resize', columns, rows }).state
      const state = pressed(sized, path, detail)
      const lines = renderToString(<App state={state} glyphs={ASCII} />, { columns }).split('\n')
      for (const line of lines) expect(line).toMatch(/^[\x20-\x7e]*$/)
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns)
      expect(lines).toHaveLength(rows - 1)
      if (columns < GRID_COLUMNS_MIN || rows < GRID_ROWS_MIN) return
      for (const line of lines.filter((row) => /^[|+]/.test(row))) {
        expect(line).toHaveLength(columns)
        expect(line).toMatch(/[|+]$/)
      }
    }),
    { numRuns: 30 },
  )
})

test('currencies that cannot be told apart on the screen are never added up nor shown as one', () => {
  const money = ['LONGNAME-A', 'LONGNAME-B', 'EUR'].map((currency, index) => ({
    currency,
    bookedMinor: (index + 1) * 100,
    cancelledMinor: 0,
    created: 1,
  }))
  const state = update(stateAfter(), { type: 'business', update: businessUpdate({ money }) }).state
  const shown = pressed(update(state, { type: 'resize', columns: 120, rows: 40 }).state, ['4'], '')
  const frame = renderToString(<App state={shown} glyphs={ASCII} />, { columns: 120 })
  expect(frame).toMatch(/\+1 more +LONGNAME +EUR/)
  expect(frame).toMatch(/booked +1\.00 +3\.00/)
})
