/** `orderscope journal keygen`: makes the Ed25519 key that signs checkpoints from the tracker's next start on. */
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Argv } from 'yargs'
import { createKey, publicKeyFile } from '../shared/journal/signature.js'
import type { CommandArguments } from '../shared/runtime/command.js'
import { loadSettings } from '../shared/runtime/config/load.js'
import { ExitCode } from '../shared/runtime/errors.js'

export const options = (yargs: Argv): Argv =>
  yargs.example('$0 journal keygen', 'sign checkpoints with a key in .orderscope/journal.key')

export async function run(args: CommandArguments): Promise<ExitCode> {
  const { journalKeyFile } = loadSettings({ flags: args }).settings
  mkdirSync(dirname(journalKeyFile), { recursive: true, mode: 0o700 })
  createKey(journalKeyFile)
  process.stdout.write(
    `private key  ${journalKeyFile} (mode 0600; the tracker signs from its next start on)\n` +
      `public key   ${publicKeyFile(journalKeyFile)} (give it to who verifies; keep a copy elsewhere)\n`,
  )
  return ExitCode.done
}
