/** Runs the built program as a user would, in a folder and an environment of the test's own. */
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { execa } from 'execa'
import { onTestFinished } from 'vitest'
import { projectFolder } from '../../src/lifecycle/folders.js'
import { eventually } from './eventually.js'

export const CLI = join(projectFolder, 'dist', 'cli.js')

export interface CliOptions {
  /** ORDERSCOPE_DIR and the working directory. */
  dir: string
  /** Added to {@link cleanEnv}. */
  env?: Record<string, string>
  input?: string
  /** A program that runs the rest of its arguments, for example with limits. */
  wrapper?: string[]
  /** Milliseconds after which the program is killed and the test fails; default 90,000. */
  timeoutMs?: number
}

export interface CliResult {
  /** Exit code, or the signal that ended it. */
  exit: number | string
  stdout: string
  stderr: string
}

export interface CliProcess {
  readonly pid: number
  /** What it printed so far. */
  readonly stdout: string
  readonly stderr: string
  kill(signal: NodeJS.Signals): void
  /** Resolves when it is gone; never rejects for an exit code. */
  ended: Promise<CliResult>
  /** Waits until stdout and stderr together match. */
  printed(pattern: RegExp, deadlineMs?: number): Promise<void>
}

/** The caller's environment without anything that is a setting of the program. */
export function cleanEnv(): Record<string, string> {
  const settings =
    /^(ORDERSCOPE_|KAFKA_|TRACKER_|PRODUCER_|DLQ_TOPIC$|LOG_LEVEL$|NODE_OPTIONS$|VITEST|FORCE_COLOR$)/
  const kept = Object.entries(process.env).filter(
    ([name, value]) => value !== undefined && !settings.test(name),
  )
  return Object.fromEntries(kept) as Record<string, string>
}

/** A home of its own below `dir`: what a person has set or what is remembered elsewhere is not seen. */
export const homeOf = (dir: string): Record<string, string> => ({
  XDG_CONFIG_HOME: join(dir, '.config'),
  XDG_STATE_HOME: join(dir, '.state'),
})

/** What came out of a stream so far; decoded late, because a chunk may end inside a character. */
function collect(stream: Readable | null): () => string {
  const chunks: Buffer[] = []
  stream?.on('data', (chunk: Buffer) => chunks.push(chunk))
  return () => Buffer.concat(chunks).toString('utf8')
}

/** Runs the program to its end. */
export const runCli = (args: string[], options: CliOptions): Promise<CliResult> =>
  startCli(args, options).ended

/** Starts the program; it is killed when the test is over. Call it inside a test. */
export function startCli(
  args: string[],
  { dir, env = {}, input, wrapper = [], timeoutMs = 90_000 }: CliOptions,
): CliProcess {
  const [command = '', ...rest] = [...wrapper, process.execPath, CLI, ...args]
  const child = execa(command, rest, {
    cwd: dir,
    env: { ...cleanEnv(), ORDERSCOPE_DIR: dir, ...env },
    extendEnv: false,
    reject: false,
    buffer: false,
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
  })
  const stdout = collect(child.stdout)
  const stderr = collect(child.stderr)
  const ended = child.then((result): CliResult => {
    if (result.timedOut)
      throw new Error(`still running after ${timeoutMs} ms: ${args.join(' ')}\n${stdout()}\n${stderr()}`)
    return { exit: result.exitCode ?? result.signal ?? 'not started', stdout: stdout(), stderr: stderr() }
  })
  // Whoever awaits it sees the failure; a test that ended early must not fail the run with it.
  ended.catch(() => {})
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended.catch(() => {})
  })
  return {
    pid: child.pid ?? -1,
    get stdout() {
      return stdout()
    },
    get stderr() {
      return stderr()
    },
    kill: (signal) => void child.kill(signal),
    ended,
    async printed(pattern, deadlineMs = 30_000) {
      await eventually(() => pattern.test(stdout() + stderr()), {
        deadlineMs,
        message: () =>
          `${args.join(' ')} printed ${pattern}\n--- stdout\n${stdout()}\n--- stderr\n${stderr()}`,
      })
    },
  }
}
