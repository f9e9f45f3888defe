/** What a search looks for, made of what a person typed. */
import { compileFilter, EntrySubject } from '../../shared/filter/filter.js'
import { EntryReader } from '../../shared/journal/scan/entry-reader.js'
import { readJournalEntry } from '../tail/entry-reader.js'

/** How the text of a search is meant: as a text or pattern, or as an expression of the filter language. */
export type SearchKind = 'text' | 'filter'

/** A test of every line. */
export interface LineTest {
  /** False where no line in these bytes can be meant: found out without reading one. */
  mayMatch(bytes: Buffer): boolean
  matches(line: Buffer): boolean
}

/** What is looked for: bytes as they stand in the file, or a test. */
export type Wanted = Buffer | LineTest

/** Signs that make a pattern of a text. */
const PATTERN_SIGNS = /[\\^$.*+?()[\]{}|]/
const BACKSLASH = 0x5c

/**
 * @throws {SyntaxError} where the text looks like a pattern and is none.
 * @throws {SuiteError} `filter_invalid` where it is to be an expression and is none.
 * @example wantedOf('client03', 'text') // bytes; wantedOf('client0[34]', 'text') // a pattern
 */
export function wantedOf(text: string, kind: SearchKind): Wanted {
  if (kind === 'filter') return filterTest(text)
  if (!PATTERN_SIGNS.test(text)) return Buffer.from(text)
  const pattern = new RegExp(text, 'u')
  return { mayMatch: () => true, matches: (line) => pattern.test(line.toString('utf8')) }
}

function filterTest(text: string): LineTest {
  const filter = compileFilter(text, { source: 'journal' })
  const needles = filter.requiredTexts.map((required) => Buffer.from(JSON.stringify(required)))
  // Who only wants to know whether the text can be searched for needs none.
  let reader: EntryReader | undefined
  // With a backslash any text may be written in another way.
  const mayMatch = (bytes: Buffer): boolean =>
    needles.every((needle) => bytes.includes(needle)) || bytes.includes(BACKSLASH)
  return {
    mayMatch,
    matches: (line) => {
      if (!mayMatch(line)) return false
      reader ??= new EntryReader(filter.orderFields, readJournalEntry)
      const entry = reader.read(line)
      return entry !== null && filter.matches(new EntrySubject(entry))
    },
  }
}
