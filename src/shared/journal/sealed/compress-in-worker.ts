/** Compresses a sealed file beside the tracker's work: in a worker thread that holds one frame at a time. */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { ExitCode, errorText, SuiteError } from '../../runtime/errors.js'
import { compressSealed } from './compress.js'

export interface Compression {
  /** Resolves with the path of the compressed file, or null where it was stopped. */
  done: Promise<string | null>
  /** Ends it where it stands; the plain file or the compressed one is whole. Resolves when the thread is gone. */
  stop(): Promise<void>
}

interface Task {
  task: 'compress'
  file: string
}

type Answer = { compressed: string } | { problem: string }

/**
 * Starts {@link compressSealed} in a thread that does not keep the process alive.
 *
 * `done` rejects with a {@link SuiteError} `journal_file` (74) where it fails; the plain file then stays.
 */
export function compressInWorker(file: string): Compression {
  const task: Task = { task: 'compress', file }
  const worker = new Worker(new URL(import.meta.url), {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16 },
  })
  worker.unref()
  const done = new Promise<string | null>((resolve, reject) => {
    worker.once('message', (answer: Answer) =>
      'compressed' in answer ? resolve(answer.compressed) : reject(failure(answer.problem)),
    )
    worker.once('error', (error) => reject(failure(`cannot compress ${file}: ${errorText(error)}`)))
    worker.once('exit', () => resolve(null))
  })
  done.catch(() => {})
  return { done, stop: async () => void (await worker.terminate()) }
}

const failure = (problem: string): SuiteError =>
  new SuiteError('journal_file', problem, { exit: ExitCode.file })

const task = workerData as Task | null
if (!isMainThread && task?.task === 'compress') {
  let answer: Answer
  try {
    answer = { compressed: compressSealed(task.file) }
  } catch (error) {
    answer = { problem: errorText(error) }
  }
  parentPort?.postMessage(answer)
}
