/**
 * Sees to it that the terminal is given back: signals leave by the same way as a key, and where no way is left the
 * terminal's modes are reset on the spot.
 */
import { writeSync } from 'node:fs'
import { ExitCode, errnoCode } from '../../shared/runtime/errors.js'
import { sourceStack } from '../../shared/runtime/source-stack.js'
import { RESTORE } from './modes.js'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export interface TerminalGuard {
  /** Takes the handlers away; call it when the screen has been left in good order. */
  release(): void
}

/** `restoring` is written where the terminal must be reset; `leave` is called at the first signal; a second one resets the terminal and ends the process by that signal. */
export function guardTerminal(leave: () => void, restoring = RESTORE): TerminalGuard {
  let isLeaving = false
  const onSignal = (signal: NodeJS.Signals): void => {
    if (isLeaving) {
      restoreNow(restoring)
      release()
      process.kill(process.pid, signal)
      return
    }
    isLeaving = true
    leave()
  }
  const onCrash = (error: unknown): void => {
    restoreNow(restoring)
    // The terminal itself is gone: there is nobody to tell.
    if (errnoCode(error) === 'EIO' || errnoCode(error) === 'EPIPE') process.exit(ExitCode.done)
    process.stderr.write(`orderscope: this is a bug, please report it:\n${sourceStack(error)}\n`)
    process.exit(ExitCode.bug)
  }
  const release = (): void => {
    for (const signal of SIGNALS) process.off(signal, onSignal)
    process.off('uncaughtException', onCrash)
    process.off('unhandledRejection', onCrash)
  }
  for (const signal of SIGNALS) process.on(signal, onSignal)
  process.on('uncaughtException', onCrash)
  process.on('unhandledRejection', onCrash)
  return { release }
}

/** Without any stream or library, which may be what has failed. */
function restoreNow(restoring: string): void {
  try {
    process.stdin.setRawMode?.(false)
    writeSync(process.stdout.fd, restoring)
  } catch {
    // A terminal that is gone needs no restoring.
  }
}
