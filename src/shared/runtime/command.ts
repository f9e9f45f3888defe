/** What the one program in `cli.ts` asks of a command; each is imported only when it runs. */
import type { Argv } from 'yargs'
import type { ExitCode } from './errors.js'

/** Parsed arguments by name; the setting flags (`--brokers`, `--dir`, ...) are among them. */
export type CommandArguments = Record<string, unknown>

export interface CommandModule {
  /** Declares the command's own flags and positionals. */
  options(yargs: Argv): Argv
  /** Does the work; a thrown `SuiteError` ends in its message and exit code. */
  run(args: CommandArguments): Promise<ExitCode>
}
