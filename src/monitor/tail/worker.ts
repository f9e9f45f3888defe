/** The worker thread's entry: a tail session that reports to the main thread, and answers it, until it is ended. */
import { parentPort, workerData } from 'node:worker_threads'
import { Mask } from '../masking/mask.js'
import type { TailAnswer, TailOrder, TailQuestion } from './client.js'
import { TailSession } from './tail-session.js'

const post = (answer: TailAnswer): void => parentPort?.postMessage(answer)

const order = workerData as TailOrder
const mask = order.mask === null ? null : new Mask(order.mask)
const session = new TailSession(order, (update) =>
  post({ type: 'update', update: mask?.tail(update) ?? update }),
)

parentPort?.on('message', ({ queryId, at }: TailQuestion) => {
  const detail = session.detail(at)
  post({ type: 'detail', queryId, detail: detail && mask ? mask.detail(detail) : detail })
})
