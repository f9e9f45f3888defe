/** The worker thread's entry: writes lines to a file, says how that went, and is done. */
import { parentPort, workerData } from 'node:worker_threads'
import { Mask, type MaskSecret } from '../masking/mask.js'
import { type SavedLines, saveLines } from './save-lines.js'

const { mask: secret, ...order } = workerData as SavedLines & { mask: MaskSecret }
parentPort?.postMessage(saveLines(order, secret === null ? null : new Mask(secret)))
