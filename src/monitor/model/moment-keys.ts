/** The keys that go through time. */

import { bookmarked, goToBookmark } from './bookmarks.js'
import type { KeySection } from './keys.js'
import { goByMinutes, goToChosen, goToEntry } from './moment.js'
import type { MonitorState } from './state.js'

const prompted = (state: MonitorState): MonitorState => ({
  ...state,
  view: { ...state.view, prompt: { kind: 'goTo', text: '' }, isHelpOpen: false, isDetailOpen: false },
})

export const MOMENT_SECTION: KeySection = {
  title: 'Time',
  rows: [
    {
      keys: [','],
      shown: ', .',
      does: 'every view as it was an entry earlier, later',
      run: (state) => goToEntry(state, -1),
    },
    { keys: ['.'], shown: '', does: '', run: (state) => goToEntry(state, 1) },
    {
      keys: ['<'],
      shown: '< >',
      does: 'a minute earlier, later',
      run: (state) => goByMinutes(state, -1),
    },
    { keys: ['>'], shown: '', does: '', run: (state) => goByMinutes(state, 1) },
    {
      keys: [':'],
      shown: ':',
      does: 'go to :10:15, :-15m, :0@41 (partition@offset) or :#1042 (seq)',
      run: (state) => ({ state: prompted(state), effects: [] }),
    },
    { keys: ['T'], shown: 'T', does: 'go to the time of the chosen row', run: goToChosen },
    {
      keys: ['m'],
      shown: 'm',
      does: 'bookmark the row, or take its bookmark away',
      run: (state) => ({ state: bookmarked(state), effects: [] }),
    },
    {
      keys: ['u'],
      shown: 'u, U',
      does: 'go to the bookmark before, after',
      run: (state) => goToBookmark(state, -1),
    },
    { keys: ['U'], shown: '', does: '', run: (state) => goToBookmark(state, 1) },
  ],
}
