/** Starts tracker and producer in the background, as this program's own commands, and tells why one ended. */
import { rmSync } from 'node:fs'
import type { CommandArguments } from '../shared/runtime/command.js'
import { SETTING_KEYS, SETTINGS } from '../shared/runtime/config/settings.js'
import { ExitCode, SuiteError } from '../shared/runtime/errors.js'
import { isAlive } from '../shared/runtime/run-state.js'
import { type Detached, startDetached } from './detached.js'
import { lastLines } from './last-lines.js'

/** Flags of `producer` that `up` passes through as they are; the producer checks their values. */
export const PRODUCER_FLAGS = {
  rate: 'records a second, or max; default 5',
  count: 'stop the producer after exactly so many records',
  seed: 'the same seed gives the same orders',
  'start-time': 'RFC 3339 time of the first event',
  'malformed-ratio': 'share of records that are no JSON object, 0 to 1',
  'invalid-ratio': 'share of records that break a rule of orders, 0 to 1',
  'flush-timeout': 'seconds to wait for acknowledgements when told to stop',
} as const

export interface Service {
  name: 'tracker' | 'producer'
  process: Detached
  /** Takes stdout and stderr. */
  output: string
}

export interface ServiceOptions {
  name: Service['name']
  /** Flags beyond the settings, ready for the command line. */
  flags: string[]
  settingFlags: string[]
  output: string
}

/** Starts `orderscope <name>` as this program was started: the same Node with its flags, the same script. */
export async function startService({ name, flags, settingFlags, output }: ServiceOptions): Promise<Service> {
  // What an earlier run printed would be taken for the reason of this one's end.
  rmSync(output, { force: true })
  const child = await startDetached({
    command: process.execPath,
    args: [...process.execArgv, process.argv[1] ?? '', name, ...settingFlags, ...flags],
    output,
    cwd: process.cwd(),
  })
  return { name, process: child, output }
}

/** The setting flags as given, with what `up` decided in their place. */
export function settingFlags(args: CommandArguments, decided: { dir: string; brokers: string[] }): string[] {
  const flags: string[] = []
  for (const key of SETTING_KEYS) {
    const { flag } = SETTINGS[key] as { flag?: string }
    if (flag === undefined || flag === 'dir' || flag === 'brokers' || args[flag] === undefined) continue
    flags.push(`--${flag}=${args[flag]}`)
  }
  return [`--dir=${decided.dir}`, `--brokers=${decided.brokers.join(',')}`, ...flags]
}

/** The producer's flags as given to `up`. */
export const producerFlags = (args: CommandArguments): string[] =>
  Object.keys(PRODUCER_FLAGS)
    .filter((name) => args[name] !== undefined)
    .map((name) => `--${name}=${args[name]}`)

/**
 * Makes sure that a service has not failed. A producer that has sent its `--count` has ended well.
 * @throws {SuiteError} `service_ended` with its exit code and the end of what it printed.
 */
export function requireAlive({ name, process: started, output }: Service): void {
  if (isAlive(started)) return
  const ending = started.ending()
  // The exit is told a moment after the process is gone.
  if (ending === null || (name === 'producer' && ending === ExitCode.done)) return
  const how = typeof ending === 'number' ? `ended with exit code ${ending}` : `was ended by ${ending}`
  throw new SuiteError('service_ended', `the ${name} ${how}:\n${lastLines(output, 8)}`, {
    exit: knownExit(ending),
    context: { service: name, ending },
  })
}

/** A service's own exit code says what to do; what it cannot say is a plain failure. */
const knownExit = (ending: number | string): ExitCode =>
  Object.values(ExitCode).find((code) => code === ending && code !== ExitCode.done) ?? ExitCode.failed
