/** The position in time: which key asks for what, what an answer changes, and that the live state goes on beneath. */
import { expect, test } from 'vitest'
import { shownState } from '../../../../src/monitor/model/moment.js'
import type { Effect, MonitorState } from '../../../../src/monitor/model/state.js'
import { update } from '../../../../src/monitor/model/update.js'
import { emptyTotals } from '../../../../src/shared/journal/totals.js'
import { momentAt } from '../../../support/moments.js'
import {
  businessUpdate,
  eventRow,
  journalUpdate,
  NOW_MS,
  stateAfter,
  tailUpdate,
} from '../../../support/monitor-state.js'
import { press } from '../../../support/press-keys.js'

const live = (): MonitorState =>
  stateAfter({
    journal: journalUpdate({ seq: 30, totals: { ...emptyTotals(), records: 28 } }),
    events: Array.from({ length: 20 }, (_, index) => eventRow(index + 11)),
  })

const typed = (text: string): string[] => [':', ...text, 'enter']

const targets = (effects: Effect[]) =>
  effects.flatMap((effect) => (effect.type === 'moment' ? [effect.target] : []))

/** Answers the last question with the state after line `seq`. */
const answered = (state: MonitorState, seq: number, changes: Parameters<typeof momentAt>[1] = {}) =>
  update(state, {
    type: 'moment',
    answer: { queryId: state.past?.queryId ?? 0, moment: momentAt(seq, changes), problem: null },
  }).state

test('an entry back from live is the row before the newest one', () => {
  const { state, effects } = press(live(), ',')
  expect(effects).toEqual([{ type: 'moment', queryId: 1, target: { kind: 'seq', seq: 29 }, scope: null }])
  expect(shownState(state)).toBe(state)
})

test('an entry back from a chosen row is the row before that', () => {
  expect(targets(press(live(), 'k', 'k', ',').effects)).toEqual([{ kind: 'seq', seq: 27 }])
})

test('keys held down do not wait for answers', () => {
  expect(targets(press(live(), ',', ',', ',').effects)).toEqual(
    [29, 28, 27].map((seq) => ({ kind: 'seq', seq })),
  )
  expect(targets(press(live(), '<', '<', '>').effects)).toEqual(
    [1, 2, 1].map((minutes) => ({ kind: 'time', timeMs: NOW_MS - minutes * 60_000 })),
  )
})

test('forward from live goes nowhere', () => {
  expect(press(live(), '.', '>').effects).toEqual([])
})

test('a moment puts every view there, and the newest row is chosen', () => {
  const state = answered(press(live(), ',').state, 29)
  const shown = shownState(state)
  expect(shown).toMatchObject({ nowMs: NOW_MS - 60_000, journal: { seq: 29, totals: { records: 27 } } })
  expect(state.view.paused).toMatchObject({ seq: 29, cursor: { list: 'events', index: 0 } })
  expect(shown.view.paused?.events[0]?.seq).toBe(29)
})

test('the live state goes on beneath it and is there again with End', () => {
  const past = answered(press(live(), ',').state, 29)
  const grown = update(past, {
    type: 'tail',
    update: tailUpdate({ journal: journalUpdate({ seq: 31 }), events: [eventRow(31)] }),
    nowMs: NOW_MS,
  }).state
  expect(shownState(grown).journal?.seq).toBe(29)
  expect(shownState(grown).view.paused?.events[0]?.seq).toBe(29)
  for (const key of ['end', 'escape']) {
    const back = press(grown, key).state
    expect(back).toMatchObject({ past: null, view: { paused: null } })
    expect(shownState(back).journal?.seq).toBe(31)
  }
})

test('what was found out about the journal as a whole holds in the past too', () => {
  const state = answered(press(live(), ',').state, 29)
  const tampers = [{ id: 1, text: 'sealed file x is gone' }]
  const grown = update(state, {
    type: 'tail',
    update: tailUpdate({ journal: journalUpdate({ tampers }) }),
    nowMs: NOW_MS,
  }).state
  expect(shownState(grown).journal?.tampers).toBe(tampers)
})

test('forward past the newest entry is live again, and so is a minute forward past now', () => {
  const past = answered(press(live(), ',').state, 29)
  const asked = press(past, '.')
  expect(targets(asked.effects)).toEqual([{ kind: 'after', seq: 29 }])
  expect(answered(asked.state, 30, { isReached: false }).past).toBeNull()
  expect(press(past, '>').state.past).toBeNull()
})

test('going down past the newest row stays in the past; p does nothing there', () => {
  const past = answered(press(live(), ',').state, 29)
  expect(press(past, 'j', 'p').state.past?.moment?.seq).toBe(29)
})

test('an answer to an earlier question comes too late', () => {
  const state = press(live(), ',', ',').state
  const late = update(state, { type: 'moment', answer: { queryId: 1, moment: momentAt(29), problem: null } })
  expect(late.state).toBe(state)
})

test('the same moment with more of it leaves the cursor where it is', () => {
  const past = press(answered(press(live(), ',').state, 29), 'k', 'k').state
  expect(answered(past, 29).view.paused?.cursor?.index).toBe(2)
})

test('the prompt goes to times, lines and offsets, and keeps what cannot be meant', () => {
  expect(targets(press(live(), ...typed('#12')).effects)).toEqual([{ kind: 'seq', seq: 12 }])
  expect(targets(press(live(), ...typed('-15m')).effects)).toEqual([
    { kind: 'time', timeMs: NOW_MS - 900_000 },
  ])
  const mistyped = press(live(), ...typed('noon'))
  expect(mistyped.effects).toEqual([])
  expect(mistyped.state.view.prompt).toMatchObject({ kind: 'goTo', text: 'noon' })
})

test('a line that is not there is said, and what was shown stays', () => {
  const past = answered(press(live(), ',').state, 29)
  const missed = answered(press(past, ...typed('#5000')).state, 30, { isReached: false })
  expect(missed.past).toMatchObject({
    moment: { seq: 29 },
    problem: '#5000 is not in the journal, which ends at #30',
  })
  expect(press(missed, 'k').state.past).toMatchObject({ moment: { seq: 29 }, problem: null })
  const fromLive = answered(press(live(), ...typed('#5000')).state, 30, { isReached: false })
  expect(press(fromLive, '1').state.past).toBeNull()
})

test('a line whose file is absent is not taken for the next one', () => {
  const missed = answered(press(live(), ...typed('#3')).state, 12)
  expect(missed.past).toMatchObject({
    moment: null,
    problem: '#3 is not in the journal; the next line there is #12',
  })
})

test('business figures of the moment are asked for when they are looked at', () => {
  const past = answered(press(live(), ',').state, 29)
  const asked = press(past, '4')
  expect(asked.effects).toContainEqual({
    type: 'moment',
    queryId: 1,
    target: { kind: 'seq', seq: 29 },
    scope: 'all',
  })
  const shown = answered(asked.state, 29, { business: businessUpdate() })
  expect(shownState(shown).business?.report.scope).toBe('all')
  expect(press(shown, 'a').effects).toContainEqual(expect.objectContaining({ type: 'moment', scope: '24h' }))
})

test('bookmarks are gone to one after the other, and a second m takes one away', () => {
  const marked = press(live(), 'k', 'm', 'k', 'k', 'm', 'G').state
  expect(marked.bookmarks).toEqual([29, 27])
  const newest = press(marked, 'u')
  expect(targets(newest.effects)).toEqual([{ kind: 'seq', seq: 29 }])
  expect(targets(press(marked, 'U').effects)).toEqual([{ kind: 'seq', seq: 29 }])
  const before = press(answered(newest.state, 29), 'u')
  expect(targets(before.effects)).toEqual([{ kind: 'seq', seq: 27 }])
  const oldest = answered(before.state, 27)
  expect(press(oldest, 'u').effects).toEqual([])
  expect(targets(press(oldest, 'U').effects)).toEqual([{ kind: 'seq', seq: 29 }])
  expect(press(oldest, 'm').state.bookmarks).toEqual([29])
})

test('a chosen row can be gone to from any list', () => {
  expect(targets(press(live(), 'k', 'k', 'k', 'T').effects)).toEqual([{ kind: 'seq', seq: 27 }])
  expect(press(live(), 'T').effects).toEqual([])
})
