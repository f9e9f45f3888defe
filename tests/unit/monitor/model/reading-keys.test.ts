/** The keys for reading: time styles, wrapping, and the fields of a record as a filter. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fieldTerms, withTerm } from '../../../../src/monitor/model/field-terms.js'
import type { Effect, MonitorState } from '../../../../src/monitor/model/state.js'
import { update } from '../../../../src/monitor/model/update.js'
import { timesOf } from '../../../../src/monitor/view/times.js'
import { compileFilter, EntrySubject } from '../../../../src/shared/filter/filter.js'
import { eventRow, NOW_MS, stateAfter } from '../../../support/monitor-state.js'

const pressed = (state: MonitorState, ...keys: string[]): { state: MonitorState; effects: Effect[] } =>
  keys.reduce<{ state: MonitorState; effects: Effect[] }>(
    (before, key) => update(before.state, { type: 'key', key, nowMs: NOW_MS }),
    { state, effects: [] },
  )

const two = (): MonitorState => stateAfter({ events: [eventRow(1), eventRow(2, { label: 'order.shipped' })] })

test('t goes through local time, UTC and how long ago; only rows tell the age', () => {
  const style = (state: MonitorState) => state.view.timeStyle
  expect([1, 2, 3].map((times) => style(pressed(two(), ...Array(times).fill('t')).state))).toEqual([
    'utc',
    'age',
    'local',
  ])
  const nowMs = Date.parse('2026-11-21T10:15:37.250Z')
  const utc = timesOf({ timeStyle: 'utc' }, nowMs)
  expect(utc.clock(nowMs)).toBe('10:15:37')
  expect(utc.rowLong(nowMs)).toBe('10:15:37.250')
  expect(utc.moment(nowMs - 86_400_000, nowMs)).toBe('2026-11-20 10:15:37')
  const age = timesOf({ timeStyle: 'age' }, nowMs)
  expect(age.row(nowMs - 7_980_000).trim()).toBe('2h 13m')
  expect(age.clock(null)).toBe('–')
  expect(timesOf({ timeStyle: 'utc' }, nowMs)).toBe(timesOf({ timeStyle: 'utc' }, nowMs + 1))
})

test('in the detail l chooses a field, + filters by it, - by all but it, and a second field is added', () => {
  const opened = pressed(two(), '2', 'enter')
  const byEvent = pressed(opened.state, '+')
  expect(byEvent.effects).toMatchObject([
    { type: 'search', kind: 'filter', text: 'order.metadata.event_type == "order.shipped"' },
  ])
  expect(byEvent.state.search?.title).toBe('order.metadata.event_type == "order.shipped"')
  // Two fields further is the customer.
  const notHim = pressed(opened.state, 'l', 'l', '-')
  expect(notHim.state.search?.title).toBe('!(order.customer_info.name == "client03")')
  expect(pressed(opened.state, 'h', '+').state.search?.title).toBe('partition == 0')
  expect(pressed(two(), '+')).toMatchObject({ effects: [] })
})

test('a term replaces its own opposite, is not said twice, and is not drawn into an "or"', () => {
  expect(withTerm('', 'a == 1', false)).toBe('a == 1')
  expect(withTerm('a == 1', 'b == 2', true)).toBe('a == 1 && !(b == 2)')
  expect(withTerm('a == 1 && !(b == 2)', 'b == 2', false)).toBe('a == 1 && b == 2')
  expect(withTerm('a == 1 && b == 2', 'a == 1', false)).toBe('b == 2 && a == 1')
  expect(withTerm('a == 1 || b == 2', 'c == 3', false)).toBe('(a == 1 || b == 2) && c == 3')
})

test('the term of any field is an expression that its own record meets and another does not', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (text) => {
      const row = eventRow(1, { label: text, orderId: text, topic: text, reason: text })
      const entry = {
        event_type: 'message.received',
        kafka_topic: text,
        kafka_partition: 0,
        kafka_offset: 1,
        kafka_headers: [],
        error: { code: text, message: '' },
        order_full: {
          order_id: text,
          status: 'pending',
          currency: 'EUR',
          customer_info: { name: 'client03' },
          metadata: { event_type: text },
        },
      }
      const matches = (term: string, changes: object): boolean =>
        compileFilter(term, { source: 'journal' }).matches(
          new EntrySubject({ ...entry, ...changes } as unknown as ConstructorParameters<
            typeof EntrySubject
          >[0]),
        )
      for (const { label, term } of fieldTerms(row, stateAfter())) {
        expect(matches(term, {}), label).toBe(true)
        expect(matches(withTerm('', term, true), {}), label).toBe(false)
      }
    }),
    { numRuns: 50 },
  )
})

test('a masked name is no field to filter by', () => {
  const masked = { setup: { ...stateAfter().setup, mask: 'secret' } }
  expect(fieldTerms(eventRow(1), masked).map(({ label }) => label)).not.toContain('customer')
  expect(fieldTerms(eventRow(1, { kind: 'journal' }), masked)).toEqual([])
})
