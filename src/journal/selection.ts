/** Which lines of a journal a command is about: the flags that `cat` and `export` share, and the files they name. */
import { existsSync } from 'node:fs'
import type { Argv } from 'yargs'
import { journalFiles } from '../shared/journal/names.js'
import type { CommandArguments } from '../shared/runtime/command.js'
import { loadSettings } from '../shared/runtime/config/load.js'
import { ExitCode, SuiteError } from '../shared/runtime/errors.js'
import { choiceOf, type SelectedLine, selectIn, wholeNumber } from './choice.js'
import type { Search } from './search.js'

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
  const choice = choiceOf(args, search)
  let left = wholeNumber(args, 'limit') ?? Number.POSITIVE_INFINITY
  for (const file of files) {
    if (left <= 0) return
    for (const line of selectIn({ file, from: 0, to: Number.POSITIVE_INFINITY, linesBefore: 0 }, choice)) {
      yield line
      left -= 1
      if (left <= 0) return
    }
  }
}

/** For a command that needs a journal where there is none. */
export const noJournal = (eventsFile: string): SuiteError =>
  new SuiteError(
    'no_journal',
    `there is no journal at ${eventsFile} yet; \`orderscope up\` starts one, --dir or --events names another place`,
    { exit: ExitCode.failed },
  )
