/** The worker thread's entry: a business session that reports to the main thread until it is ended. */
import { parentPort, workerData } from 'node:worker_threads'
import { BusinessSession } from './business-session.js'
import type { Scope } from './report.js'

const { eventsFile, scope } = workerData as { eventsFile: string; scope: Scope }
const session = new BusinessSession(eventsFile, scope, (update) => parentPort?.postMessage(update))
parentPort?.on('message', (chosen: Scope) => session.choose(chosen))
