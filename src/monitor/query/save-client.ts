/** The main thread's end of saving: a worker writes, so that a slow disk holds up no key. */
import { Worker } from 'node:worker_threads'
import { errorText } from '../../shared/runtime/errors.js'
import type { MaskSecret } from '../masking/mask.js'
import type { SavedLines } from './save-lines.js'

/** Says by `tell` how it went. */
export function save(
  { eventsFile, mask }: { eventsFile: string; mask: MaskSecret },
  { path, places }: Pick<SavedLines, 'path' | 'places'>,
  tell: (text: string) => void,
): void {
  const worker = new Worker(new URL('./save-worker.js', import.meta.url), {
    workerData: { eventsFile, mask, path, places },
  })
  worker.on('message', tell)
  worker.on('error', (error) => tell(`cannot save to ${path}: ${errorText(error)}`))
}
