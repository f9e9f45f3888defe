/** What the help says: the keys, from their own table, and the words of the screen. */
import { type ActionName, type KeyMap, keyLabel, keysOf } from './key-map.js'
import { KEY_SECTIONS } from './keys.js'

export interface HelpSection {
  title: string
  rows: readonly (readonly [name: string, meaning: string])[]
}

const WORDS: HelpSection = {
  title: 'Words',
  rows: [
    ['received', 'records journaled since the first line: accepted and rejected'],
    ['1 s, 10 s, 60 s', 'windows of complete seconds by the journal’s own timestamps'],
    ['success', 'accepted of received in the window; – where nothing was received'],
    ['lag', 'records on the topic and not yet journaled, as the tracker last said'],
    ['latency', 'from the record’s timestamp to its line being safe on disk'],
    ['agrees, agreed', 'hash and totals of tracker.log match the journal at that line'],
    ['behind', 'lines written and not read yet; none is dropped'],
    ['≈', 'more than 10,000 different names: the small ones were let go'],
  ],
}

/** With the keys as they are now. */
export const helpSections = (keyMap: KeyMap): HelpSection[] => [
  ...KEY_SECTIONS.map(({ title, rows }) => ({
    title,
    rows: rows.map(({ runs, does }) => {
      const keys = Object.keys(runs).flatMap((action) => keysOf(keyMap, action as ActionName))
      return [keys.length === 0 ? 'no key' : keys.map(keyLabel).join(' '), does] as const
    }),
  })),
  WORDS,
]
