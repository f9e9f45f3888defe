/** The worker thread's entry: a union of several journals that reports to the main thread until it is ended. */
import { parentPort, workerData } from 'node:worker_threads'
import { Mask } from '../masking/mask.js'
import type { UnionOrder } from './client.js'
import { UnionSession } from './union-session.js'

const { paths, mask: secret } = workerData as UnionOrder
const mask = secret === null ? null : new Mask(secret)
new UnionSession(paths, (update) => parentPort?.postMessage(mask?.union(update) ?? update))
