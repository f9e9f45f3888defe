/** Which lines of a journal a command is about: the flags that `cat` and `export` share, and the files they name. */
import { existsSync } from 'node:fs'
import type { Argv } from 'yargs'
import { isRecordEntry, type JournalEntry } from '../shared/contract/journal-entry.js'
import { parseLine } from '../shared/journal/line.js'
import { journalFiles } from '../shared/journal/names.js'
import { readLines } from '../shared/journal/read.js'
import type { CommandArguments } from '../shared/runtime/command.js'
import { loadSettings } from '../shared/runtime/config/load.js'
import { ExitCode, SuiteError } from '../shared/runtime/errors.js'
import type { Search } from './search.js'

export interface SelectedLine {
  /** Without its LF; valid until the next one is asked for. */
  line: Buffer
  entry: JournalEntry
}

export const selectionOptions = (yargs: Argv): Argv =>
  yargs
    .option('partition', { type: 'number', requiresArg: true, describe: 'only records of this partition' })
    .option('from-seq', { type: 'number', requiresArg: true, describe: 'only lines from this seq on' })
    .option('to-seq', { type: 'number', requiresArg: true, describe: 'only lines up to this seq' })
    .option('rejected', { type: 'boolean', default: false, describe: 'only rejected records' })
    .option('limit', { type: 'number', requiresArg: true, describe: 'stop after so many lines' })

/**
 * The files that a command was given, or all files of the journal in the settings, oldest first.
 *
 * @throws {SuiteError} exit 74 for a file that is not there, exit 1 where there is no journal.
 */
export function chosenFiles(args: CommandArguments): string[] {
  const given = (args['files'] as string[] | undefined) ?? []
  const missing = given.find((file) => !existsSync(file))
  if (missing) throw new SuiteError('no_file', `${missing}: no such file`, { exit: ExitCode.file })
  if (given.length > 0) return given
  const { eventsFile } = loadSettings({ flags: args }).settings
  const files = journalFiles(eventsFile)
  if (files.length > 0) return files
  throw noJournal(eventsFile)
}

/** @throws {SuiteError} exit 76 for a whole line that is no entry, exit 78 for a flag that is no whole number. */
export function* selectLines(
  files: string[],
  args: CommandArguments,
  search: Search | null = null,
): Generator<SelectedLine> {
  const isWanted = predicate(args)
  const limit = wholeNumber(args, 'limit') ?? Number.POSITIVE_INFINITY
  let count = 0
  for (const file of files) {
    for (const { line, number, isWhole } of readLines(file)) {
      if (count >= limit) return
      if (!isWhole) continue
      const entry = search ? search.read(line) : parseLine(line)
      if (!entry) throw notAnEntry(file, number)
      if (!isWanted(entry) || !(search?.matches(line, entry) ?? true)) continue
      count += 1
      yield { line, entry }
    }
  }
}

function predicate(args: CommandArguments): (entry: JournalEntry) => boolean {
  const partition = wholeNumber(args, 'partition')
  const fromSeq = wholeNumber(args, 'from-seq') ?? 0
  const toSeq = wholeNumber(args, 'to-seq') ?? Number.POSITIVE_INFINITY
  const isRejectedOnly = args['rejected'] === true
  return (entry) => {
    if (entry.seq < fromSeq || entry.seq > toSeq) return false
    if (partition !== null && !(isRecordEntry(entry) && entry.kafka_partition === partition)) return false
    return !isRejectedOnly || (isRecordEntry(entry) && entry.error !== undefined)
  }
}

function wholeNumber(args: CommandArguments, flag: string): number | null {
  const value = args[flag]
  if (value === undefined) return null
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw new SuiteError('configuration', `--${flag} is "${value}": expected a whole number from 0`, {
    exit: ExitCode.configuration,
  })
}

/** For a command that needs a journal where there is none. */
export const noJournal = (eventsFile: string): SuiteError =>
  new SuiteError(
    'no_journal',
    `there is no journal at ${eventsFile} yet; \`orderscope up\` starts one, --dir or --events names another place`,
    { exit: ExitCode.failed },
  )

const notAnEntry = (file: string, number: number): SuiteError =>
  new SuiteError(
    'journal_integrity',
    `line ${number} of ${file} is not a journal entry; \`orderscope journal verify\` says more`,
    { exit: ExitCode.journalIntegrity },
  )
