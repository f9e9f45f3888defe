/** What the help says: the keys, from their own table, and the words of the screen. */
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

export const helpSections = (): HelpSection[] => [
  ...KEY_SECTIONS.map(({ title, rows }) => ({
    title,
    rows: rows.flatMap(({ shown, does }) => (shown === '' ? [] : [[shown, does] as const])),
  })),
  WORDS,
]
