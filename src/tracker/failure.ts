/** Which failures end the tracker, and which only a session. */
import { AssertionError } from 'node:assert'
import { ExitCode, SuiteError } from '../shared/runtime/errors.js'

const FATAL_EXITS: number[] = [
  ExitCode.file,
  ExitCode.journalIntegrity,
  ExitCode.journalHeld,
  ExitCode.configuration,
]

/** A journal that cannot be written, a configuration that cannot work and a bug do not pass with time. */
export function isFatal(error: Error): boolean {
  if (error instanceof SuiteError) return FATAL_EXITS.includes(error.exit)
  return error instanceof AssertionError || error instanceof TypeError || error instanceof ReferenceError
}
