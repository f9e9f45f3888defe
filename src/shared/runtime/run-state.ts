/**
 * `.orderscope/run.json`: what `up` started, so that other commands find it and `down` can end it.
 *
 * Written by lifecycle only; read by the settings (a second terminal finds a broker on another port).
 */
import { join } from 'node:path'
import { readTextIfAny } from './files.js'
import { isSameProcess } from './process-identity.js'

/** A process that `up` started: the pid alone is not proof, pids are reused. */
export interface StartedProcess {
  pid: number
  started: string
}

export interface RunState {
  run_id: string
  /** RFC 3339 UTC. */
  started_at: string
  broker: { kind: 'external' | 'docker' | 'local'; brokers: string[]; process: StartedProcess | null }
  topics: string[]
  tracker: StartedProcess | null
  producer: StartedProcess | null
  /** Ledger of the run's producer, absolute; null with `--no-producer`. */
  ledger: string | null
}

/** The folder of run state: `.orderscope` in `dir`. */
export const stateFolder = (dir: string): string => join(dir, '.orderscope')

export const runStatePath = (dir: string): string => join(stateFolder(dir), 'run.json')

/** The recorded run, or null where none is recorded or the file is not readable as one. */
export function readRunState(dir: string): RunState | null {
  const text = readTextIfAny(runStatePath(dir))
  if (text === null) return null
  try {
    const state = JSON.parse(text) as RunState
    return Array.isArray(state.broker?.brokers) ? state : null
  } catch {
    return null
  }
}

export const isAlive = (started: StartedProcess | null): boolean =>
  started !== null && isSameProcess(started.pid, started.started)

/** True while any process of the run lives. */
export const runLives = (run: RunState): boolean =>
  isAlive(run.tracker) || isAlive(run.producer) || isAlive(run.broker.process)
