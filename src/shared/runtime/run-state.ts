/**
 * `.orderscope/run.json`: what `up` started, so that other commands find it and `down` can end it.
 *
 * Written by lifecycle only; read by the settings (a second terminal finds a broker on another port).
 */
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { readTextIfAny } from './files.js'
import { isSameProcess, machineIdentity } from './process-identity.js'

/** A process that `up` started: the pid alone is not proof, pids are reused. */
export interface StartedProcess {
  pid: number
  started: string
}

export type BrokerKind = 'external' | 'docker' | 'local'

export interface RunState {
  run_id: string
  /** RFC 3339 UTC. */
  started_at: string
  /** Where its pids mean something. */
  machine: { boot_id: string; pid_namespace: string; host: string }
  broker: {
    kind: BrokerKind
    brokers: string[]
    process: StartedProcess | null
    /** True where `up` started it and `down` stops it. */
    owned: boolean
  }
  topics: string[]
  group: string
  /** The journal, absolute. */
  events_file: string
  /** Last `seq` of the journal before the run; 0 where there was none. */
  journal_seq: number
  tracker: StartedProcess | null
  producer: StartedProcess | null
  /** The producer's flags as given to `up`. */
  producer_flags: string[]
  /** Ledger of the run's producer, absolute; null with `--no-producer`. */
  ledger: string | null
  /**
   * Set when the run was ended by `down`, or by an `up` that failed. `shortfall` is the number of records that were
   * on the topics and not in the journal then, null where that could not be told.
   */
  ended: { at: string; shortfall: number | null } | null
}

/** The folder of run state: `.orderscope` in `dir`. */
export const stateFolder = (dir: string): string => join(dir, '.orderscope')

export const runStatePath = (dir: string): string => join(stateFolder(dir), 'run.json')

/**
 * The recorded run, or null where none is recorded or the file is not readable as one.
 *
 * Processes of another boot or another host cannot be told from strangers and are left out.
 */
export function readRunState(dir: string): RunState | null {
  try {
    const text = readTextIfAny(runStatePath(dir))
    if (text === null) return null
    const state = JSON.parse(text) as RunState
    if (!Array.isArray(state.broker?.brokers)) return null
    if (isDeepStrictEqual(state.machine, machineIdentity())) return state
    return { ...state, broker: { ...state.broker, process: null }, tracker: null, producer: null }
  } catch {
    return null
  }
}

export const isAlive = (started: StartedProcess | null): boolean =>
  started?.pid !== undefined && isSameProcess(started.pid, started.started)

/** True while any process of the run lives. */
export const runLives = (run: RunState): boolean =>
  isAlive(run.tracker) || isAlive(run.producer) || isAlive(run.broker.process)
