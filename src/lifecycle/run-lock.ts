/** One `up` or `down` at a time in a folder: the second waits for the first and says so. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type JournalLock, tryLock } from '../shared/journal/lock.js'
import { ExitCode, errorText, isSystemError, SuiteError } from '../shared/runtime/errors.js'
import { stateFolder } from '../shared/runtime/run-state.js'
import { poll } from './poll.js'
import type { Say } from './say.js'

/** Longer than any `up` takes whose jars need not be fetched. */
const WAIT_MS = 180_000

export interface RunLockOptions {
  dir: string
  say: Say
  signal?: AbortSignal | undefined
}

/**
 * Runs `work` while no other `up` or `down` works in `dir`.
 * @throws {SuiteError} `run_locked` (1) when another one takes longer than three minutes, `file_failed` (74) when a
 * file of the run cannot be written.
 */
export async function withRunLock<T>(options: RunLockOptions, work: () => Promise<T>): Promise<T> {
  try {
    mkdirSync(stateFolder(options.dir), { recursive: true, mode: 0o700 })
    const lock = await takeRunLock(options)
    try {
      return await work()
    } finally {
      lock.release()
    }
  } catch (error) {
    if (!isSystemError(error)) throw error
    throw new SuiteError('file_failed', `cannot keep the run state in ${options.dir}: ${errorText(error)}`, {
      exit: ExitCode.file,
      cause: error,
    })
  }
}

async function takeRunLock({ dir, say, signal }: RunLockOptions): Promise<JournalLock> {
  const folder = join(stateFolder(dir), 'up.lock')
  let pid: number | null = null
  const lock = await poll(
    () => {
      const attempt = tryLock(folder)
      if (!('holder' in attempt)) return attempt
      if (pid === null && attempt.holder) {
        pid = attempt.holder.pid
        say(`waiting for another up or down in this folder (pid ${pid})`)
      }
      return null
    },
    { deadlineMs: WAIT_MS, signal },
  )
  if (lock) return lock
  throw new SuiteError(
    'run_locked',
    `another up or down${pid === null ? '' : ` (pid ${pid})`} has held ${folder} for ${WAIT_MS / 1000} s; ` +
      'wait for it, or end it',
    { exit: ExitCode.failed },
  )
}
