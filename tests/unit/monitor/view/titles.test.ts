/** What stands in the rule above the lines that a search has found. */
import { expect, test } from 'vitest'
import { dashboard } from '../../../../src/monitor/model/dashboard.js'
import type { SearchUpdate } from '../../../../src/monitor/model/search.js'
import { update } from '../../../../src/monitor/model/update.js'
import { titleOf } from '../../../../src/monitor/view/titles.js'
import { eventRow, journalUpdate, press, stateAfter, tailUpdate } from '../../../support/monitor-state.js'

/** What is said of a search in a journal of 50 lines when this was its last answer. */
function saidOf(answer: Pick<SearchUpdate, 'progress' | 'isDone' | 'problem'>): string {
  const searching = press(stateAfter(tailUpdate({ journal: journalUpdate({ seq: 50 }) })), '/', 'a', 'enter')
  const answered = { queryId: 1, rows: [eventRow(8), eventRow(4)], ...answer }
  const { state } = update(searching, { type: 'search', update: answered })
  return titleOf('events', state, dashboard(state, String))
    .right.map(({ text }) => text)
    .join('')
}

test('a search that was given up is not said to have been through the whole journal', () => {
  expect(saidOf({ progress: 0.4, isDone: false, problem: null })).toBe('2, searched 40 %')
  expect(saidOf({ progress: 1, isDone: true, problem: null })).toBe('2 of 50 lines')
  expect(saidOf({ progress: 1, isDone: true, problem: 'it takes too long' })).toBe('2, it takes too long')
})
