/** `--where` and `--grep` of `journal cat`: the lines that somebody looks for, as `follow` finds records on a topic. */
import type { Argv } from 'yargs'
import { isRecordEntry, type JournalEntry } from '../shared/contract/journal-entry.js'
import { compileFilter, EntrySubject } from '../shared/filter/filter.js'
import { keyBytes, valueBytes } from '../shared/journal/payload.js'
import { type FileLine, type LineCursor, type LineWalker, WINDOW_BYTES } from '../shared/journal/read.js'
import { EntryReader } from '../shared/journal/scan/entry-reader.js'
import { wholeFields } from '../shared/journal/scan/wanted-fields.js'
import type { CommandArguments } from '../shared/runtime/command.js'
import { flagReader, regularExpression } from '../shared/runtime/flags.js'

export interface Search {
  /** Of the cursor whose lines are searched. */
  readonly walker: LineWalker
  /**
   * The entry of the line that a cursor is at, with as much of it as is looked at, or null where the line is none. It is
   * valid until the next one is read.
   */
  readAt(lines: LineCursor): JournalEntry | null
  /** Whether that line is looked for. */
  matches(lines: Pick<FileLine, 'line'>, entry: JournalEntry): boolean
  /** Records that `--where` could not be evaluated on so far; none of them matched. */
  readonly notEvaluated: number
}

const EXPECTED = { where: 'an expression', grep: 'a regular expression' }

export function searchOptions(yargs: Argv): Argv {
  const text = (describe: string) => ({ describe, type: 'string', requiresArg: true }) as const
  return yargs
    .option('where', text('only lines for which this CEL expression is true, see docs/operations.md'))
    .option('grep', text('only records with a key or a value that this regular expression finds'))
    .example(`$0 journal cat --where 'order.total > 50'`, 'the large orders')
}

/**
 * What the flags look for; null where they look for nothing.
 * @throws {SuiteError} `filter_invalid` or `configuration` (78).
 */
export function searchFor(args: CommandArguments): Search | null {
  const flag = flagReader(args, EXPECTED)
  const where = flag('where', (value) => value)
  const pattern = flag('grep', regularExpression) ?? null
  if (where === undefined && pattern === null) return null
  const filter = where === undefined ? null : compileFilter(where, { source: 'journal' })
  const reader = new EntryReader(filter ? wholeFields(filter.orderFields) : {}, { windowBytes: WINDOW_BYTES })
  return {
    walker: reader.walker,
    readAt: (lines) => reader.readAt(lines),
    matches: (lines, entry) =>
      (pattern === null || isFound(pattern, lines.line, entry)) &&
      (filter === null || filter.matches(new EntrySubject(entry))),
    get notEvaluated() {
      return filter?.notEvaluated ?? 0
    },
  }
}

/** Looks into what Kafka stored, not into the line with its escapes. */
function isFound(pattern: RegExp, line: Buffer, entry: JournalEntry): boolean {
  if (!isRecordEntry(entry)) return false
  const finds = (bytes: Buffer | null): boolean => bytes !== null && pattern.test(bytes.toString('utf8'))
  return finds(valueBytes(line, entry)) || finds(keyBytes(entry))
}
