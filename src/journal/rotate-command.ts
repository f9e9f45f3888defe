/** `orderscope journal rotate`: seals the open file; by the tracker where one writes the journal, else by itself. */
import { existsSync } from 'node:fs'
import type { Argv } from 'yargs'
import { journalWriter } from '../shared/journal/inspect.js'
import { Journal } from '../shared/journal/journal.js'
import { realEventsFile, sealedFiles } from '../shared/journal/names.js'
import { loadSigner } from '../shared/journal/signature.js'
import { sleep, systemClock } from '../shared/runtime/clock.js'
import type { CommandArguments } from '../shared/runtime/command.js'
import { loadSettings, type Settings } from '../shared/runtime/config/load.js'
import { ExitCode, errorText, SuiteError } from '../shared/runtime/errors.js'
import { isSameProcess, machineIdentity, type ProcessIdentity } from '../shared/runtime/process-identity.js'
import { packageVersion } from '../shared/runtime/version.js'
import { noJournal } from './selection.js'

export const options = (yargs: Argv): Argv =>
  yargs.example('$0 journal rotate', 'seal tracker.events as tracker.events.000001 (or the next number)')

const ROTATED_WITHIN_MS = 10_000
const LOOK_MS = 50

export async function run(args: CommandArguments): Promise<ExitCode> {
  const { settings } = loadSettings({ flags: args })
  if (!existsSync(settings.eventsFile)) throw noJournal(settings.eventsFile)
  const writer = journalWriter(settings.eventsFile)
  const sealed = writer ? await rotateBy(writer, settings) : await rotateHere(settings)
  process.stdout.write(`sealed ${sealed}\n`)
  return ExitCode.done
}

/** Asks the tracker by signal, and waits until the sealed file is there. */
async function rotateBy(writer: ProcessIdentity, { eventsFile }: Settings): Promise<string> {
  const events = realEventsFile(eventsFile)
  const before = sealedFiles(events).at(-1)
  const isHere = writer.host === machineIdentity().host && isSameProcess(writer.pid, writer.started)
  if (!isHere)
    throw refusal(`its writer, process ${writer.pid} on ${writer.host}, cannot be reached from here`)
  try {
    process.kill(writer.pid, 'SIGUSR2')
  } catch (error) {
    throw refusal(`process ${writer.pid}, which writes it, cannot be signalled: ${errorText(error)}`)
  }
  const deadline = systemClock.monotonic() + ROTATED_WITHIN_MS
  while (systemClock.monotonic() < deadline) {
    const newest = sealedFiles(events).at(-1)
    if (newest !== undefined && newest !== before && existsSync(events)) return newest
    await sleep(LOOK_MS)
  }
  throw refusal(
    `process ${writer.pid} did not within ${ROTATED_WITHIN_MS / 1_000} s; its tracker.log says why`,
  )
}

async function rotateHere(settings: Settings): Promise<string> {
  const journal = await Journal.open({
    eventsFile: settings.eventsFile,
    instance: settings.instance,
    writerVersion: packageVersion(),
    clock: systemClock,
    signer: loadSigner(settings.journalKeyFile),
  })
  try {
    const sealed = await journal.rotate()
    await journal.close()
    return sealed
  } catch (error) {
    await journal.abandon()
    throw error
  }
}

const refusal = (why: string): SuiteError =>
  new SuiteError('not_rotated', `the journal was not rotated: ${why}`, { exit: ExitCode.failed })
