import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dashboard } from '../../../../src/monitor/model/dashboard.js'
import { initialState, type MonitorState } from '../../../../src/monitor/model/state.js'
import { mergeBuckets } from '../../../../src/monitor/model/take-tail.js'
import { update } from '../../../../src/monitor/model/update.js'
import type { Bucket } from '../../../../src/monitor/tail/protocol.js'
import { emptyTotals } from '../../../../src/shared/journal/totals.js'
import {
  eventRow,
  journalUpdate,
  logRow,
  logUpdate,
  metricsReading,
  NOW_MS,
  NOW_SECOND,
  press,
  stateAfter,
  steadyBuckets,
  tailUpdate,
  testSetup,
} from '../../../support/monitor-state.js'

test('metrics lines add nothing: the totals are those of the journal, however often metrics come', () => {
  const totals = { ...emptyTotals(), records: 300, accepted: 294 }
  let state = stateAfter({ journal: journalUpdate({ totals }), buckets: steadyBuckets(60, 5) })
  for (let line = 0; line < 10; line += 1) {
    const log = logUpdate({ metrics: metricsReading({ messages_received: 300 * (line + 1) }) })
    const action = {
      type: 'tail',
      update: tailUpdate({ journal: journalUpdate({ totals }), log }),
      nowMs: NOW_MS,
    } as const
    state = update(state, action).state
  }
  expect(state.journal?.totals).toEqual(totals)
  expect(state.buckets.reduce((sum, { records }) => sum + records, 0)).toBe(300)
})

test('the same report twice is the same as once', () => {
  const report = tailUpdate({ buckets: steadyBuckets(20, 5), journal: journalUpdate({ seq: 100 }) })
  const once = update(initialState(testSetup(), { columns: 80, rows: 24 }, NOW_MS), {
    type: 'tail',
    update: report,
    nowMs: NOW_MS,
  }).state
  const twice = update(once, { type: 'tail', update: report, nowMs: NOW_MS }).state
  expect(twice).toEqual(once)
})

test('buckets stay ascending, one for a second, the newest value winning, whatever order they come in', () => {
  const bucket = fc.record({
    second: fc.integer({ min: 0, max: 2000 }),
    records: fc.nat(9),
    accepted: fc.nat(9),
    bytes: fc.nat(),
  })
  fc.assert(
    fc.property(
      fc.array(fc.uniqueArray(bucket, { selector: ({ second }) => second }), { maxLength: 8 }),
      (reports) => {
        const merged = reports.reduce<readonly Bucket[]>(mergeBuckets, [])
        const newest = new Map(reports.flat().map((one) => [one.second, one]))
        const seconds = merged.map(({ second }) => second)
        expect(seconds).toEqual([...new Set(seconds)].sort((one, other) => one - other))
        for (const one of merged) expect(one).toEqual(newest.get(one.second))
        const last = Math.max(...newest.keys())
        expect(merged.length).toBe([...newest.keys()].filter((second) => second > last - 900).length)
      },
    ),
  )
})

test('rows are kept newest first and bounded', () => {
  let state = stateAfter({ events: [eventRow(1), eventRow(2)], logs: [logRow(1)] })
  expect(state.events.map(({ seq }) => seq)).toEqual([2, 1])
  for (let seq = 3; seq < 500; seq += 1) {
    state = update(state, {
      type: 'tail',
      update: tailUpdate({ events: [eventRow(seq)] }),
      nowMs: NOW_MS,
    }).state
  }
  expect(state.events).toHaveLength(200)
  expect(state.events[0]?.seq).toBe(499)
})

test('when the journal was read anew, earlier rows and buckets are gone; log rows stay', () => {
  const state = stateAfter({ events: [eventRow(7)], logs: [logRow(1)], buckets: steadyBuckets(5, 5) })
  const fresh = tailUpdate({
    isFresh: true,
    events: [eventRow(2)],
    buckets: [{ second: NOW_SECOND, records: 1, accepted: 1, bytes: 1 }],
  })
  const after = update(state, { type: 'tail', update: fresh, nowMs: NOW_MS }).state
  expect(after.events.map(({ seq }) => seq)).toEqual([2])
  expect(after.buckets).toHaveLength(1)
  expect(after.logs).toHaveLength(1)
})

test('p holds the lists as they are, and lets them go on with what came meanwhile', () => {
  const held = press(stateAfter({ events: [eventRow(1)] }), 'p')
  const later = update(held, {
    type: 'tail',
    update: tailUpdate({ events: [eventRow(2)] }),
    nowMs: NOW_MS,
  }).state
  expect(later.view.paused?.events.map(({ seq }) => seq)).toEqual([1])
  const released = press(later, 'p')
  expect(released.view.paused).toBeNull()
  expect(released.events.map(({ seq }) => seq)).toEqual([2, 1])
})

test('nothing that is handed in is changed', () => {
  const state = stateAfter({ events: [eventRow(1)], buckets: steadyBuckets(3, 5) })
  const before = structuredClone(state)
  update(state, {
    type: 'tail',
    update: tailUpdate({ events: [eventRow(2)], buckets: steadyBuckets(1, 9) }),
    nowMs: NOW_MS,
  })
  press(state, 'p', '3', '?')
  expect(state).toEqual(before)
})

test('a finding about the journal stays an alarm until it is put away, and the next one is an alarm again', () => {
  const tampered = (...ids: number[]) =>
    stateAfter({ journal: journalUpdate({ tampers: ids.map((id) => ({ id, text: `finding ${id}` })) }) })
  const codes = (state: MonitorState): string[] =>
    dashboard(state, String)
      .alarms.map(({ text }) => text)
      .filter((text) => text.includes('finding'))
  const before = tampered(1)
  expect(codes(before)).toEqual(['journal: finding 1; run orderscope journal verify'])
  const seen = update(before, { type: 'key', key: 'x', nowMs: NOW_MS }).state
  expect(codes(seen)).toEqual([])
  const next = { type: 'tail' as const, update: tailUpdate({ journal: tampered(1, 2).journal as never }) }
  expect(codes(update(seen, { ...next, nowMs: NOW_MS }).state)).toEqual([
    'journal: finding 2; run orderscope journal verify',
  ])
})
