/** Runs made by `up` in tests: what was recorded of them, and nothing of them left when the test is over. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { signalStarted, waitForEnd } from '../../src/lifecycle/detached.js'
import { isAlive, type RunState, type StartedProcess } from '../../src/shared/runtime/run-state.js'
import { type TrackerSetup, trackerSetup } from './tracker.js'

/** As `trackerSetup`; whatever `up` has started there is killed when the test is over. */
export function runSetup(brokers?: string): TrackerSetup {
  const setup = trackerSetup(brokers)
  onTestFinished(() => endRun(setup.dir))
  return setup
}

/** Settings for a broker of the run's own on `port`, with names of the test's own. */
export function localRunSetup(port: number): TrackerSetup {
  const setup = runSetup('')
  const { KAFKA_BROKERS: _, ...env } = setup.env
  return { ...setup, brokers: `127.0.0.1:${port}`, env: { ...env, ORDERSCOPE_KAFKA_PORT: String(port) } }
}

/** What run.json says now. */
export const readRun = (dir: string): RunState =>
  JSON.parse(readFileSync(join(dir, '.orderscope', 'run.json'), 'utf8'))

/** The processes of a run that live. */
export const livingProcesses = ({ tracker, producer, broker }: RunState): StartedProcess[] =>
  [tracker, producer, broker.process].filter((process) => process !== null).filter(isAlive)

async function endRun(dir: string): Promise<void> {
  if (!existsSync(join(dir, '.orderscope', 'run.json'))) return
  for (const started of livingProcesses(readRun(dir))) {
    signalStarted(started, 'SIGCONT')
    signalStarted(started, 'SIGKILL')
    await waitForEnd(started, 10_000)
  }
}
