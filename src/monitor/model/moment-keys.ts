/** The keys that go through time. */

import { bookmarked, goToBookmark } from './bookmarks.js'
import type { KeySection } from './key-section.js'
import { goByMinutes, goToChosen, goToEntry } from './moment.js'
import { openPrompt } from './prompt.js'
import type { MonitorState } from './state.js'

const prompted = (state: MonitorState): MonitorState => ({
  ...state,
  view: {
    ...state.view,
    prompt: openPrompt('goTo'),
    isHelpOpen: false,
    isDetailOpen: false,
    columnCursor: null,
  },
})

export const MOMENT_SECTION: KeySection = {
  title: 'Time',
  rows: [
    {
      does: 'every view as it was an entry earlier, later',
      runs: { entry_earlier: (state) => goToEntry(state, -1), entry_later: (state) => goToEntry(state, 1) },
    },
    {
      does: 'a minute earlier, later',
      runs: {
        minute_earlier: (state) => goByMinutes(state, -1),
        minute_later: (state) => goByMinutes(state, 1),
      },
    },
    {
      does: 'go to 10:15, -15m, 0@41 (partition@offset) or #1042 (seq)',
      runs: { go_to: (state) => ({ state: prompted(state), effects: [] }) },
    },
    { does: 'go to the time of the chosen row', runs: { go_to_row: goToChosen } },
    {
      does: 'bookmark the row, or take its bookmark away',
      runs: { bookmark: (state) => ({ state: bookmarked(state), effects: [] }) },
    },
    {
      does: 'go to the bookmark before, after',
      runs: {
        previous_bookmark: (state) => goToBookmark(state, -1),
        next_bookmark: (state) => goToBookmark(state, 1),
      },
    },
  ],
}
