/** The worker thread's entry: a tail session that reports to the main thread until it is ended. */
import { parentPort, workerData } from 'node:worker_threads'
import { type TailFiles, TailSession } from './tail-session.js'

new TailSession(workerData as TailFiles, (update) => parentPort?.postMessage(update))
