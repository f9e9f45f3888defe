/** `orderscope journal quarantine`: the way out when the journal does not verify. Looks only, without `--confirm`. */
import { existsSync } from 'node:fs'
import type { Argv } from 'yargs'
import { realEventsFile } from '../shared/journal/names.js'
import { type Quarantine, quarantine } from '../shared/journal/quarantine.js'
import { loadSigner } from '../shared/journal/signature.js'
import type { CommandArguments } from '../shared/runtime/command.js'
import { loadSettings } from '../shared/runtime/config/load.js'
import { ExitCode, errorText, isSystemError, SuiteError } from '../shared/runtime/errors.js'
import { packageVersion } from '../shared/runtime/version.js'
import { noJournal } from './selection.js'

export const options = (yargs: Argv): Argv =>
  yargs
    .option('confirm', { type: 'boolean', default: false, describe: 'do it; without this nothing is moved' })
    .option('break-lock', {
      type: 'boolean',
      default: false,
      describe: 'take the journal although its holder cannot be proven gone',
    })

export async function run(args: CommandArguments): Promise<ExitCode> {
  const { settings } = loadSettings({ flags: args })
  if (!existsSync(settings.eventsFile)) throw noJournal(settings.eventsFile)
  const journal = {
    eventsFile: realEventsFile(settings.eventsFile),
    instance: settings.instance,
    writerVersion: packageVersion(),
    signer: loadSigner(settings.journalKeyFile),
  }
  const how = {
    now: new Date(),
    confirm: args['confirm'] === true,
    breakLock: args['break-lock'] === true,
  }
  try {
    const result = quarantine(journal, how)
    process.stdout.write(report(result))
    return result.found.bad && result.folder === null ? ExitCode.journalIntegrity : ExitCode.done
  } catch (error) {
    if (!isSystemError(error)) throw error
    const message = `cannot move the journal's files: ${errorText(error)}`
    throw new SuiteError('journal_file', message, { exit: ExitCode.file, cause: error })
  }
}

function report({ found: { bad, files, lines, state }, folder }: Quarantine): string {
  if (!bad) return `OK      ${lines} lines verify; there is nothing to quarantine\n`
  const head = `NOT OK  ${bad.file} line ${bad.line} ${bad.problem}\n        the ${lines} lines before it verify (up to seq ${state.seq})\n`
  if (folder === null) {
    return `${head}With --confirm: ${files.length} ${files.length === 1 ? 'file is' : 'files are'} moved aside, a new chain begins, and reading goes on at the last verified positions.\n`
  }
  const positions = [...state.positions.values()].map(
    ({ topic, partition, next_offset }) => `        ${topic}/${partition} goes on at offset ${next_offset}\n`,
  )
  return `${head}moved   ${files.length} ${files.length === 1 ? 'file' : 'files'} to ${folder}\nbegun   a new chain\n${positions.join('')}`
}
