/** `orderscope journal cat`: prints lines of the journal exactly as they stand, for `jq`. */
import type { Argv } from 'yargs'
import type { CommandArguments } from '../shared/runtime/command.js'
import { ExitCode } from '../shared/runtime/errors.js'
import { escapeTerminalText } from '../shared/runtime/terminal-text.js'
import { inChunks, writeOut } from './output.js'
import { chosenFiles, selectionOptions, selectLines } from './selection.js'

const LF = Buffer.from('\n')

export const options = (yargs: Argv): Argv =>
  selectionOptions(
    yargs.positional('files', { type: 'string', array: true, describe: 'journal files, oldest first' }),
  )
    .example('$0 journal cat --rejected | jq .error', 'why records were rejected')
    .example('$0 journal cat --limit 3', 'the first three lines')

export async function run(args: CommandArguments): Promise<ExitCode> {
  const files = chosenFiles(args)
  await writeOut(inChunks(lines(files, args)))
  return ExitCode.done
}

/** A terminal gets what a payload holds in escapes; a file or a pipe gets the bytes. */
function* lines(files: string[], args: CommandArguments): Generator<Buffer> {
  for (const { line } of selectLines(files, args)) {
    yield process.stdout.isTTY ? Buffer.from(escapeTerminalText(line.toString('utf8'))) : line
    yield LF
  }
}
