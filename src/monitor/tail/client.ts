/** The main thread's end of the tail: starts the worker, hands its reports on, ends it. */
import type { MaskSecret } from '../masking/mask.js'
import type { EntryDetail } from '../query/entry-detail.js'
import { startReader } from '../start-reader.js'
import type { LinePlace, TailUpdate } from './protocol.js'
import type { TailFiles } from './tail-session.js'

/** What the worker is to read, and how it tells of it. */
export interface TailOrder extends TailFiles {
  mask: MaskSecret
}

/** What the worker is asked: the line at a place, with all that is in it. */
export interface TailQuestion {
  queryId: number
  at: LinePlace
}

/** What the worker says. */
export type TailAnswer =
  | { type: 'update'; update: TailUpdate }
  | { type: 'detail'; queryId: number; detail: EntryDetail | null }

export interface TailListener {
  onUpdate(update: TailUpdate): void
  /** Answers a question; null where the line is no longer there. */
  onDetail?(queryId: number, detail: EntryDetail | null): void
  /** The worker died: a bug, after which nothing more comes. */
  onCrash(error: Error): void
}

export interface TailClient {
  ask(question: TailQuestion): void
  close(): Promise<void>
}

export function startTail({ eventsFile, logFile, mask }: TailOrder, listener: TailListener): TailClient {
  const order: TailOrder = { eventsFile, logFile, mask }
  const worker = startReader(new URL('./worker.js', import.meta.url), order, listener)
  worker.on('message', (answer: TailAnswer) => {
    if (answer.type === 'update') listener.onUpdate(answer.update)
    else listener.onDetail?.(answer.queryId, answer.detail)
  })
  return {
    ask: (question) => worker.postMessage(question),
    close: async () => {
      await worker.terminate()
    },
  }
}
