/** What a search looks for, made of what a person typed. */
import { compileFilter, EntrySubject } from '../../shared/filter/filter.js'
import { EntryReader } from '../../shared/journal/scan/entry-reader.js'
import { readJournalEntry } from '../tail/entry-reader.js'

/** How the text of a search is meant: as a text or pattern, or as an expression of the filter language. */
export type SearchKind = 'text' | 'filter'

/** What is looked for: bytes as they stand in the file, or a test of every line. */
export type Wanted = Buffer | ((line: Buffer) => boolean)

/** Signs that make a pattern of a text. */
const PATTERN_SIGNS = /[\\^$.*+?()[\]{}|]/

/**
 * @throws {SyntaxError} where the text looks like a pattern and is none.
 * @throws {SuiteError} `filter_invalid` where it is to be an expression and is none.
 * @example wantedOf('client03', 'text') // bytes; wantedOf('client0[34]', 'text') // a pattern
 */
export function wantedOf(text: string, kind: SearchKind): Wanted {
  if (kind === 'filter') {
    const filter = compileFilter(text, { source: 'journal' })
    const reader = new EntryReader(filter.orderFields, readJournalEntry)
    return (line) => {
      const entry = reader.read(line)
      return entry !== null && filter.matches(new EntrySubject(entry))
    }
  }
  if (!PATTERN_SIGNS.test(text)) return Buffer.from(text)
  const pattern = new RegExp(text, 'u')
  return (line) => pattern.test(line.toString('utf8'))
}
