/**
 * Exit codes and the one error class for what can go wrong outside the program.
 *
 * Operating errors (a missing broker, a full disk, a wrong flag) are a {@link SuiteError} and end in one clear
 * line on stderr. Anything else that is thrown is a bug and exits {@link ExitCode.bug} with its stack.
 */

export const ExitCode = {
  done: 0,
  failed: 1,
  usage: 2,
  unavailable: 69,
  bug: 70,
  file: 74,
  journalHeld: 75,
  journalIntegrity: 76,
  configuration: 78,
} as const

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]

export interface SuiteErrorOptions {
  /** Process exit code when nothing handles the error. */
  exit: ExitCode
  /** JSON-safe facts for the log. */
  context?: Record<string, unknown>
  cause?: unknown
}

/**
 * What, which value, which limit, and what to do next, in one message for a person.
 *
 * `code` is a stable word for programs, for example `journal_held`.
 */
export class SuiteError extends Error {
  readonly code: string
  readonly exit: ExitCode
  readonly context: Record<string, unknown>

  constructor(code: string, message: string, options: SuiteErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'SuiteError'
    this.code = code
    this.exit = options.exit
    this.context = options.context ?? {}
  }
}

/** The system's error code (`ENOENT`, `ENOSPC`, ...) of a failed call, if it has one. */
export const errnoCode = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | null)?.code

/** True for a call to the operating system that failed, false for SuiteErrors and bugs. */
export const isSystemError = (error: unknown): boolean =>
  typeof (error as NodeJS.ErrnoException | null)?.syscall === 'string'

/** The text of anything that was thrown. */
export const errorText = (error: unknown): string => (error instanceof Error ? error.message : String(error))
