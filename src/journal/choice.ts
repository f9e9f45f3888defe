/**
 * The lines of a part of a journal that somebody wants: one rule for the command and for the threads that it starts, which
 * load no more than this.
 */
import { isRecordEntry, type JournalEntry } from '../shared/contract/journal-entry.js'
import { parseLine } from '../shared/journal/line.js'
import { LineCursor } from '../shared/journal/read.js'
import type { Part } from '../shared/journal/scan/parts.js'
import type { CommandArguments } from '../shared/runtime/command.js'
import { ExitCode, SuiteError } from '../shared/runtime/errors.js'
import type { Search } from './search.js'

export interface SelectedLine {
  /** Without its LF; valid until the next one is asked for. */
  line: Buffer
  entry: JournalEntry
}

/** Which lines somebody wants. */
export interface Choice {
  isWanted(entry: JournalEntry): boolean
  search: Search | null
}

/** @throws {SuiteError} exit 78 for a flag that is no whole number. */
export function choiceOf(args: CommandArguments, search: Search | null): Choice {
  const partition = wholeNumber(args, 'partition')
  const fromSeq = wholeNumber(args, 'from-seq') ?? 0
  const toSeq = wholeNumber(args, 'to-seq') ?? Number.POSITIVE_INFINITY
  const isRejectedOnly = args['rejected'] === true
  const isWanted = (entry: JournalEntry): boolean => {
    if (entry.seq < fromSeq || entry.seq > toSeq) return false
    if (partition !== null && !(isRecordEntry(entry) && entry.kafka_partition === partition)) return false
    return !isRejectedOnly || (isRecordEntry(entry) && entry.error !== undefined)
  }
  return { isWanted, search }
}

/** The lines of a part of a file; `linesBefore` grows with those read. */
export interface CountedPart extends Part {
  linesBefore: number
}

/** The wanted lines of a part. @throws {SuiteError} exit 76 for a whole line that is no entry. */
export function* selectIn(part: CountedPart, { isWanted, search }: Choice): Generator<SelectedLine> {
  const { file, from, to } = part
  const lines = new LineCursor(file, { fromBytes: from, untilBytes: to, walker: search?.walker })
  try {
    while (lines.advance()) {
      if (!lines.isWhole) continue
      part.linesBefore += 1
      const entry = search ? search.readAt(lines) : parseLine(lines.line)
      if (!entry) throw notAnEntry(file, part.linesBefore)
      if (!isWanted(entry)) continue
      if (search?.matches(lines, entry) ?? true) yield { line: lines.line, entry }
    }
  } finally {
    lines.close()
  }
}

/** The value of a flag, or null where it is not given. @throws {SuiteError} exit 78 for what is no whole number. */
export function wholeNumber(args: CommandArguments, flag: string): number | null {
  const value = args[flag]
  if (value === undefined) return null
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw new SuiteError('configuration', `--${flag} is "${value}": expected a whole number from 0`, {
    exit: ExitCode.configuration,
  })
}

const notAnEntry = (file: string, number: number): SuiteError =>
  new SuiteError(
    'journal_integrity',
    `line ${number} of ${file} is not a journal entry; \`orderscope journal verify\` says more`,
    { exit: ExitCode.journalIntegrity },
  )
