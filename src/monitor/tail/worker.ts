/** The worker thread's entry: a tail session that reports to the main thread, and answers it, until it is ended. */
import { parentPort, workerData } from 'node:worker_threads'
import type { TailAnswer, TailQuestion } from './client.js'
import { type TailFiles, TailSession } from './tail-session.js'

const post = (answer: TailAnswer): void => parentPort?.postMessage(answer)

const session = new TailSession(workerData as TailFiles, (update) => post({ type: 'update', update }))

parentPort?.on('message', ({ queryId, at }: TailQuestion) => {
  post({ type: 'detail', queryId, detail: session.detail(at) })
})
