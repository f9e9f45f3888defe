/** `orderscope journal cat`: prints lines of the journal exactly as they stand, for `jq`. */
import type { Argv } from 'yargs'
import { notEvaluatedText } from '../shared/filter/not-evaluated.js'
import type { CommandArguments } from '../shared/runtime/command.js'
import { ExitCode } from '../shared/runtime/errors.js'
import { escapeTerminalText } from '../shared/runtime/terminal-text.js'
import type { SelectedLine } from './choice.js'
import { inChunks, writeOut } from './output.js'
import { searchFor, searchOptions } from './search.js'
import { type Found, searchInThreads } from './search-in-threads.js'
import { chosenFiles, selectionOptions, selectLines } from './selection.js'

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
  const files = chosenFiles(args)
  const search = searchFor(args)
  const count = { lines: 0, notEvaluated: 0 }
  const found = search && !process.stdout.isTTY ? searchInThreads(files, args, search) : null
  if (found) await writeOut(counted(found, count))
  else await writeOut(inChunks(lines(selectLines(files, args, search), count)))
  if (!search) return ExitCode.done
  const notEvaluated = count.notEvaluated + (found ? 0 : search.notEvaluated)
  if (notEvaluated > 0) process.stderr.write(`[journal] ${notEvaluatedText(notEvaluated)}\n`)
  return count.lines > 0 ? ExitCode.done : ExitCode.failed
}

async function* counted(
  parts: AsyncGenerator<Found>,
  count: { lines: number; notEvaluated: number },
): AsyncGenerator<Uint8Array> {
  for await (const { bytes, lines, notEvaluated } of parts) {
    count.lines += lines
    count.notEvaluated += notEvaluated
    if (bytes.length > 0) yield bytes
  }
}

/** A terminal gets what a payload holds in escapes; a file or a pipe gets the bytes. */
function* lines(selected: Iterable<SelectedLine>, count: { lines: number }): Generator<Buffer> {
  for (const { line } of selected) {
    count.lines += 1
    yield process.stdout.isTTY ? Buffer.from(escapeTerminalText(line.toString('utf8'))) : line
    yield LF
  }
}
