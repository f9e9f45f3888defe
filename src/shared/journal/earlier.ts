/**
 * Verifies, beside the tracker's work, what opening a journal did not look at: the open file up to the checkpoint
 * that recovery started from. In a worker thread, so that the first record does not wait for a long file; what is
 * short is verified before anything is written.
 */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { ExitCode, SuiteError } from '../runtime/errors.js'
import type { BadLine } from './verification.js'
import { verifyFiles } from './verify.js'

export interface EarlierCheck {
  /** @throws {SuiteError} `journal_integrity` (76) naming the first bad line. */
  done: Promise<void>
  /** Ends the check without an answer. */
  stop(): Promise<void>
}

interface Task {
  check: 'earlier'
  eventsFile: string
  untilBytes: number
}

/** So little is verified at once, in some 10 ms: a tracker that has little to do would be gone before a worker answers. */
const AT_ONCE_BYTES_MAX = 1024 * 1024

/**
 * @param untilBytes A line's end; nothing is done for 0.
 * @throws {SuiteError} `journal_integrity` (76) where it is little and damaged.
 */
export function checkEarlier(eventsFile: string, untilBytes: number): EarlierCheck {
  if (untilBytes <= AT_ONCE_BYTES_MAX) {
    const bad = untilBytes > 0 ? verifyFiles([eventsFile], { untilBytes }).bad : null
    if (bad) throw damaged(bad)
    return { done: Promise.resolve(), stop: async () => {} }
  }
  const task: Task = { check: 'earlier', eventsFile, untilBytes }
  const worker = new Worker(new URL(import.meta.url), { workerData: task })
  worker.unref()
  const done = new Promise<void>((resolve, reject) => {
    worker.once('message', (bad: BadLine | null) => (bad ? reject(damaged(bad)) : resolve()))
    worker.once('error', reject)
    // A check that was stopped says nothing.
    worker.once('exit', () => resolve())
  })
  done.catch(() => {})
  return { done, stop: async () => void (await worker.terminate()) }
}

const damaged = ({ file, line, problem }: BadLine): SuiteError =>
  new SuiteError(
    'journal_integrity',
    `line ${line} of ${file} ${problem}; the journal was changed. Keep the file, and look with \`orderscope journal verify\``,
    { exit: ExitCode.journalIntegrity, context: { file, line } },
  )

const task = workerData as Task | null
if (!isMainThread && task?.check === 'earlier') {
  const { eventsFile, untilBytes } = task
  parentPort?.postMessage(verifyFiles([eventsFile], { untilBytes }).bad)
}
