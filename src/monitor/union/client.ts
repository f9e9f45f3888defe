/** The main thread's end of a union of journals: starts the worker, hands its reports on, ends it. */
import type { MaskSecret } from '../masking/mask.js'
import { startReader } from '../start-reader.js'
import type { UnionUpdate } from './protocol.js'

/** What the worker reads, and how it tells of it. */
export interface UnionOrder {
  /** The open files of the journals, in their order. */
  paths: readonly string[]
  mask: MaskSecret
}

export interface UnionListener {
  onUpdate(update: UnionUpdate): void
  /** The worker died: a bug, after which nothing more comes. */
  onCrash(error: Error): void
}

export function startUnion(order: UnionOrder, listener: UnionListener): { close(): Promise<void> } {
  const worker = startReader(new URL('./worker.js', import.meta.url), order, listener)
  worker.on('message', (update: UnionUpdate) => listener.onUpdate(update))
  return {
    close: async () => {
      await worker.terminate()
    },
  }
}
