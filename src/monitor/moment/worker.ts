/** The worker thread's entry: a moment session that answers the main thread until it is ended. */
import { parentPort, workerData } from 'node:worker_threads'
import { type MomentFiles, MomentSession, type NumberedQuestion } from './moment-session.js'

const session = new MomentSession(workerData as MomentFiles, (answer) => parentPort?.postMessage(answer))
parentPort?.on('message', (question: NumberedQuestion) => session.ask(question))
