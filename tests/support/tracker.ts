/** What every test of a running tracker begins with: a folder, fresh names and the settings for both. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LogEntry } from '../../src/shared/contract/log-entry.js'
import { sharedBrokers } from './broker.js'
import { type CliProcess, startCli } from './cli.js'
import { eventually } from './eventually.js'
import { tempDir } from './temp-dir.js'
import { type TestNames, testNames } from './topic.js'

export interface TrackerSetup {
  brokers: string
  dir: string
  names: TestNames
  env: Record<string, string>
  events: string
  log: string
  /** A program that runs the tracker, see {@link CliOptions.wrapper}. */
  wrapper?: string[]
}

/** A folder and names of the test's own, on the run's broker or on `brokers`. */
export function trackerSetup(brokers = sharedBrokers()): TrackerSetup {
  const dir = tempDir()
  const names = testNames()
  const files = { events: join(dir, 'tracker.events'), log: join(dir, 'tracker.log') }
  return { brokers, dir, names, env: { ...names.env, KAFKA_BROKERS: brokers }, ...files }
}

/** Tests look into metadata freely; what is not there fails their expectation. */
type TestLogEntry = LogEntry & { metadata: Record<string, unknown> }

/** Whole lines of a log; none while the file is not there. */
export function logLines(file: string): TestLogEntry[] {
  if (!existsSync(file)) return []
  const text = readFileSync(file, 'utf8')
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

/** Starts a tracker and waits until it has its partitions. */
export async function runningTracker(
  { dir, env, log, wrapper = [] }: TrackerSetup,
  args: string[] = [],
  timeoutMs = 90_000,
): Promise<CliProcess> {
  const before = assignments(log)
  const command = ['tracker', '--metrics-interval', '200', ...args]
  const tracker = startCli(command, { dir, env, wrapper, timeoutMs })
  await eventually(() => assignments(log) > before, {
    deadlineMs: 30_000,
    message: () => `the tracker got its partitions\n${tracker.stderr}`,
  })
  return tracker
}

const assignments = (log: string): number =>
  logLines(log).filter(({ kind }) => kind === 'tracker.assigned').length

/** Asks for a drain and returns the exit code. */
export async function stopTracker(tracker: CliProcess): Promise<number | string> {
  tracker.kill('SIGTERM')
  return (await tracker.ended).exit
}
