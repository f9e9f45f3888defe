/** The worker thread's entry: a business session that reports to the main thread until it is ended. */
import { parentPort, workerData } from 'node:worker_threads'
import { Mask } from '../masking/mask.js'
import { BusinessSession } from './business-session.js'
import type { BusinessOrder } from './client.js'
import type { Scope } from './report.js'

const { scope, mask: secret, ...input } = workerData as BusinessOrder
const mask = secret === null ? null : new Mask(secret)
const session = new BusinessSession(input, scope, (update) =>
  parentPort?.postMessage(mask?.business(update) ?? update),
)
parentPort?.on('message', (chosen: Scope) => session.choose(chosen))
