/** The keys for reading: how times and long texts are written, and the fields of a record as a filter. */
import { columnShifted, paneCursor, scrolledSideways } from './column-keys.js'
import { fieldTerms, withTerm } from './field-terms.js'
import { keyFor } from './key-map.js'
import type { KeySection } from './key-section.js'
import { chosenRow } from './position.js'
import { TIME_STYLES } from './preferences.js'
import { openPrompt } from './prompt.js'
import { filtered } from './search.js'
import { type Changed, type MonitorState, see } from './state.js'
import { THEMES } from './themes.js'
import { roundTo } from './views.js'

/** In the pane a column changes places, in the detail the next field is chosen, in a table the next column is shown. */
function sideways(state: MonitorState, step: 1 | -1): Changed {
  const column = paneCursor(state)
  if (column !== null) return columnShifted(state, column, step)
  return state.view.isDetailOpen ? nextField(state, step) : scrolledSideways(state, step)
}

/** The next field of the open detail that can be filtered by. */
function nextField(state: MonitorState, step: 1 | -1): Changed {
  const row = chosenRow(state)
  if (!state.view.isDetailOpen || !row || !('seq' in row)) return { state, effects: [] }
  const labels = fieldTerms(row, state).map(({ label }) => label)
  const [first] = labels
  if (first === undefined) return { state, effects: [] }
  const { field } = state.view
  const from = field !== null && labels.includes(field) ? field : first
  return see(state, { field: roundTo(labels, from, step) })
}

/** Filters by the chosen field of the open detail, beside what is filtered already. */
function filterByField(state: MonitorState, isExcluded: boolean): Changed {
  const row = chosenRow(state)
  if (!state.view.isDetailOpen || !row || !('seq' in row)) return { state, effects: [] }
  const terms = fieldTerms(row, state)
  const { term } = terms.find(({ label }) => label === state.view.field) ?? terms[0] ?? {}
  if (term === undefined) return { state, effects: [] }
  const active = state.search?.kind === 'filter' ? state.search.title : ''
  return filtered(state, withTerm(active, term, isExcluded))
}

/** Asks for the name of a file; only what was found can be saved. */
function saving(state: MonitorState): Changed {
  if (state.search && state.search.rows.length > 0) {
    return see(state, { prompt: openPrompt('save'), isHelpOpen: false })
  }
  const { keys } = state.setup
  const notice = `nothing to save: ${keyFor(keys, 'search')} or ${keyFor(keys, 'filter')} finds lines first`
  return { state: { ...state, notice }, effects: [] }
}

export const READING_SECTION: KeySection = {
  title: 'Reading',
  rows: [
    {
      does: 'times as the clock here shows them, in UTC, or how long ago',
      runs: {
        time_style: (state) => see(state, { timeStyle: roundTo(TIME_STYLES, state.view.timeStyle, 1) }),
      },
    },
    {
      does: 'the next colours: dark, light, contrast, safe for the colour-blind',
      runs: { theme: (state) => see(state, { theme: roundTo(THEMES, state.view.theme, 1) }) },
    },
    {
      does: 'long lines of the detail wrapped or cut',
      runs: { wrap: (state) => see(state, { isWrapped: !state.view.isWrapped }) },
    },
    {
      does: 'events: columns to the left, to the right; detail: the field before, the next one',
      runs: { left: (state) => sideways(state, -1), right: (state) => sideways(state, 1) },
    },
    {
      does: 'detail: filter by this field, or by all but it',
      runs: {
        include_field: (state) => filterByField(state, false),
        exclude_field: (state) => filterByField(state, true),
      },
    },
    {
      does: 'copy the open detail, or the chosen row',
      runs: { copy: (state) => ({ state, effects: [{ type: 'copy' }] }) },
    },
    { does: 'save the lines that were found, as they stand in the journal', runs: { save: saving } },
  ],
}
