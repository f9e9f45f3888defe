import { expect, test } from 'vitest'
import type { Alert } from '../../../../src/monitor/model/alerts.js'
import { isCalm, isCalmBetween } from '../../../../src/monitor/model/calm.js'
import { initialState, type MonitorState } from '../../../../src/monitor/model/state.js'
import { NOW_MS, tailUpdate, testSetup } from '../../../support/monitor-state.js'

/** So long after the last line of the journal. */
const after = (ms: number): MonitorState => ({
  ...initialState(testSetup(), { columns: 80, rows: 24 }, NOW_MS + ms),
  journal: { ...tailUpdate().journal, timeMaxMs: NOW_MS },
})

const lag: Alert = {
  code: 'lag',
  phase: 'raised',
  value: 5_000,
  sinceMs: NOW_MS,
  backSinceMs: null,
  seenMs: NOW_MS,
  isDismissed: false,
}

test('is calm when nothing was written for longer than the short rates look back', () => {
  expect(isCalm(after(10_000))).toBe(false)
  expect(isCalm(after(20_000))).toBe(true)
})

test('an alert that comes or goes is no calm second; one that is only pending is', () => {
  const before = after(20_000)
  const later = after(21_000)
  expect(isCalmBetween(before, later)).toBe(true)
  expect(isCalmBetween(before, { ...later, alerts: [lag] })).toBe(false)
  expect(isCalmBetween({ ...before, alerts: [lag] }, later)).toBe(false)
  expect(isCalmBetween(before, { ...later, alerts: [{ ...lag, phase: 'pending' }] })).toBe(true)
})
