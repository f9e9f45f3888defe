/**
 * Starts and ends processes that outlive this one.
 *
 * A process is known by pid and start time; nothing is ever signalled on its pid alone.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { sleep } from '../shared/runtime/clock.js'
import { ExitCode, errnoCode, errorText, SuiteError } from '../shared/runtime/errors.js'
import { startTime } from '../shared/runtime/process-identity.js'
import { isAlive, type StartedProcess } from '../shared/runtime/run-state.js'

/** How often a process is looked at while waiting for its end. */
const POLL_MS = 20

export interface DetachedOptions {
  command: string
  args: string[]
  /** Takes stdout and stderr, appended. */
  output: string
  cwd: string
  env?: NodeJS.ProcessEnv
}

/** How a process ended: an exit code, or the name of a signal. */
export type Ending = number | NodeJS.Signals

export interface Detached extends StartedProcess {
  /** How it ended, or null while it runs; known only to the process that started it. */
  ending(): Ending | null
}

/**
 * Starts a process in a session of its own, with no terminal, that stays when this one ends.
 *
 * @throws {SuiteError} `start_failed` when the command cannot be run.
 */
export async function startDetached({ command, args, output, cwd, env }: DetachedOptions): Promise<Detached> {
  const fd = openSync(output, 'a', 0o600)
  let child: ChildProcess
  try {
    child = spawn(command, args, {
      cwd,
      detached: true,
      stdio: ['ignore', fd, fd],
      ...(env ? { env } : {}),
    })
  } finally {
    closeSync(fd)
  }
  let ending: Ending | null = null
  child.once('exit', (code, signal) => {
    ending = signal ?? code
  })
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (error) =>
      reject(
        new SuiteError('start_failed', `cannot run ${command}: ${errorText(error)}`, {
          exit: ExitCode.unavailable,
          cause: error,
        }),
      ),
    )
  })
  child.unref()
  const pid = child.pid!
  // A process that is gone already has no start time; an empty one never equals a real one.
  return { pid, started: startTime(pid) ?? '', ending: () => ending }
}

/** Sends `signal` where the process still is the one that was started; says whether it was. */
export function signalStarted(started: StartedProcess, signal: NodeJS.Signals): boolean {
  if (!isAlive(started)) return false
  try {
    process.kill(started.pid, signal)
    return true
  } catch (error) {
    // Gone between the look and the signal.
    if (errnoCode(error) === 'ESRCH') return false
    throw error
  }
}

/** Waits until the process is gone; false when it still runs after `timeoutMs`. */
export async function waitForEnd(started: StartedProcess, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs
  while (isAlive(started)) {
    if (performance.now() >= deadline) return false
    await sleep(POLL_MS)
  }
  return true
}

export type StopOutcome = 'not_running' | 'stopped' | 'killed'

/** SIGTERM, and SIGKILL where it has not ended after `graceMs`. */
export async function stopProcess(started: StartedProcess, graceMs: number): Promise<StopOutcome> {
  if (!signalStarted(started, 'SIGTERM')) return 'not_running'
  if (await waitForEnd(started, graceMs)) return 'stopped'
  signalStarted(started, 'SIGKILL')
  await waitForEnd(started, 5_000)
  return 'killed'
}
