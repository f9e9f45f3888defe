/** Where the rows at hand end, the journal goes on: which movement asks for what. */
import { expect, test } from 'vitest'
import { chosenRow } from '../../../../src/monitor/model/position.js'
import type { MonitorState } from '../../../../src/monitor/model/state.js'
import { update } from '../../../../src/monitor/model/update.js'
import { momentAt } from '../../../support/moments.js'
import { eventRow, journalUpdate, stateAfter } from '../../../support/monitor-state.js'
import { press } from '../../../support/press-keys.js'

/** Rows 101 to 120 of a longer journal; the rejected ones are told. */
const live = (...rejected: number[]): MonitorState =>
  stateAfter({
    journal: journalUpdate({ seq: 120 }),
    events: Array.from({ length: 20 }, (_, index) => index + 101).map((seq) =>
      eventRow(seq, rejected.includes(seq) ? { kind: 'rejected', reason: 'not_json' } : {}),
    ),
  })

const targets = (state: MonitorState, ...keys: string[]) =>
  press(state, ...keys).effects.flatMap((effect) => (effect.type === 'moment' ? [effect.target] : []))

/** The past at line `seq`, with rows up to it. */
function past(seq: number): MonitorState {
  const { state } = press(live(), ':', '#', ...String(seq), 'enter')
  const answer = { queryId: state.past?.queryId ?? 0, moment: momentAt(seq), problem: null }
  return update(state, { type: 'moment', answer }).state
}

const chosenSeq = (state: MonitorState): number | undefined => (chosenRow(state) as { seq?: number })?.seq

test('up from the oldest row goes on at the moment of that row', () => {
  expect(targets(live(), 'g')).toEqual([])
  for (const up of ['k', 'b', 'ctrl+u']) expect(targets(live(), 'g', up)).toEqual([{ kind: 'seq', seq: 101 }])
  expect(targets(live(), 'k', 'k')).toEqual([])
})

test('the first line of the journal is the end of it', () => {
  const start = past(20)
  expect(chosenSeq(press(start, 'g').state)).toBe(1)
  expect(targets(start, 'g', 'k', 'b')).toEqual([])
})

test('down from the newest row of a moment goes on by as many rows as the key moves', () => {
  expect(targets(past(60), 'j')).toEqual([{ kind: 'after', seq: 60 }])
  // 40 rows: a page of 34.
  expect(targets(past(60), 'space')).toEqual([{ kind: 'after', seq: 93 }])
  expect(targets(past(60), 'k', 'j')).toEqual([])
})

test('keys held down wait for the rows they ask for', () => {
  expect(targets(live(), 'g', 'k', 'k', 'k')).toHaveLength(1)
})

test('e and E look in the rows at hand first, then in the whole journal', () => {
  expect(chosenSeq(press(live(105), 'E').state)).toBe(105)
  expect(targets(live(105), 'E')).toEqual([])
  expect(targets(live(105), 'E', 'E')).toEqual([{ kind: 'rejected', seq: 105, isLater: false }])
  for (const key of ['e', 'E'])
    expect(targets(live(), key)).toEqual([{ kind: 'rejected', seq: 120, isLater: false }])
})

test('nothing rejected is later than what is live; in the past there may be', () => {
  expect(targets(live(105), 'E', 'e')).toEqual([])
  expect(targets(past(60), 'e')).toEqual([{ kind: 'rejected', seq: 60, isLater: true }])
})

test('other lists end where they end', () => {
  expect(targets(live(), '5', 'g', 'k', 'E')).toEqual([])
})
