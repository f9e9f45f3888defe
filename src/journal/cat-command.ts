/** `orderscope journal cat`: prints lines of the journal exactly as they stand, for `jq`. */
import type { Argv } from 'yargs'
import type { CommandArguments } from '../shared/runtime/command.js'
import { ExitCode } from '../shared/runtime/errors.js'
import { escapeTerminalText } from '../shared/runtime/terminal-text.js'
import { inChunks, writeOut } from './output.js'
import { searchFor, searchOptions } from './search.js'
import { chosenFiles, type SelectedLine, selectionOptions, selectLines } from './selection.js'

const LF = Buffer.from('\n')

export const options = (yargs: Argv): Argv =>
  searchOptions(
    selectionOptions(
      yargs.positional('files', { type: 'string', array: true, describe: 'journal files, oldest first' }),
    ),
  )
    .example('$0 journal cat --rejected | jq .error', 'why records were rejected')
    .example('$0 journal cat --limit 3', 'the first three lines')

/** With `--where` or `--grep` 0 where a line was found and 1 where none was, as grep. */
export async function run(args: CommandArguments): Promise<ExitCode> {
  const search = searchFor(args)
  const found = { lines: 0 }
  await writeOut(inChunks(lines(selectLines(chosenFiles(args), args, search), found)))
  if (!search) return ExitCode.done
  const { notEvaluated } = search
  if (notEvaluated > 0) {
    process.stderr.write(
      `[journal] the filter could not be evaluated on ${notEvaluated} records; none of them was printed\n`,
    )
  }
  return found.lines > 0 ? ExitCode.done : ExitCode.failed
}

/** A terminal gets what a payload holds in escapes; a file or a pipe gets the bytes. */
function* lines(selected: Iterable<SelectedLine>, found: { lines: number }): Generator<Buffer> {
  for (const { line } of selected) {
    found.lines += 1
    yield process.stdout.isTTY ? Buffer.from(escapeTerminalText(line.toString('utf8'))) : line
    yield LF
  }
}
