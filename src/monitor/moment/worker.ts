/** The worker thread's entry: a moment session that answers the main thread until it is ended. */
import { parentPort, workerData } from 'node:worker_threads'
import { Mask } from '../masking/mask.js'
import type { MomentOrder } from './client.js'
import { MomentSession, type NumberedQuestion } from './moment-session.js'

const order = workerData as MomentOrder
const mask = order.mask === null ? null : new Mask(order.mask)
const session = new MomentSession(order, (answer) =>
  parentPort?.postMessage(mask ? mask.answer(answer) : answer),
)
parentPort?.on('message', (question: NumberedQuestion) => session.ask(question))
