/** What a search looks for, made of what a person typed. */
import { compileFilter, EntrySubject } from '../../shared/filter/filter.js'
import { type LastBefore, lastOf, likelyLines } from '../../shared/filter/find-lines.js'
import { EntryReader } from '../../shared/journal/scan/entry-reader.js'
import { wholeFields } from '../../shared/journal/scan/wanted-fields.js'
import { readJournalEntry } from '../tail/entry-reader.js'

/** How the text of a search is meant: as a text or pattern, or as an expression of the filter language. */
export type SearchKind = 'text' | 'filter'

export interface Wanted {
  /** Goes over the lines of these bytes that may be meant, the last ones first. */
  linesIn(bytes: Buffer): LastBefore
  /** True where such a line is. */
  matches(line: Buffer): boolean
}

/** Signs that make a pattern of a text. */
const PATTERN_SIGNS = /[\\^$.*+?()[\]{}|]/

/**
 * @throws {SyntaxError} where the text looks like a pattern and is none.
 * @throws {SuiteError} `filter_invalid` where it is to be an expression and is none.
 * @example wantedOf('client03', 'text') // bytes; wantedOf('client0[34]', 'text') // a pattern
 */
export function wantedOf(text: string, kind: SearchKind): Wanted {
  if (kind === 'filter') return filterTest(text)
  return PATTERN_SIGNS.test(text) ? patternTest(new RegExp(text, 'u')) : bytesTest(Buffer.from(text))
}

/** Bytes as they stand in the file. */
const bytesTest = (needle: Buffer): Wanted => ({
  linesIn: (bytes) => lastOf(bytes, needle),
  matches: () => true,
})

const patternTest = (pattern: RegExp): Wanted => ({
  linesIn: (bytes) => likelyLines(bytes, null),
  matches: (line) => pattern.test(line.toString('utf8')),
})

function filterTest(text: string): Wanted {
  const filter = compileFilter(text, { source: 'journal' })
  // Who only wants to know whether the text can be searched for needs none.
  let reader: EntryReader | undefined
  return {
    linesIn: (bytes) => likelyLines(bytes, filter.clue),
    matches: (line) => {
      reader ??= new EntryReader(wholeFields(filter.orderFields), { parse: readJournalEntry })
      const entry = reader.read(line)
      return entry !== null && filter.matches(new EntrySubject(entry))
    },
  }
}
