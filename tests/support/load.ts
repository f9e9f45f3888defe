/** Orders on a topic as long as a test wants them. */
import { setTimeout as delay } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { produce } from './kafka.js'
import { orderMessages } from './order-builder.js'

export interface Load {
  /** Sends the last batch to its end; resolves with how many orders were acknowledged. */
  stop(): Promise<number>
}

const BATCH = 50
const PACE_MS = 30

/** Sends batches of orders, some 1,000 records/s, until it is stopped or the test is over. */
export function steadyLoad(brokers: string, topic: string): Load {
  const over = new AbortController()
  const sending = (async () => {
    let sent = 0
    for (; !over.signal.aborted; sent += BATCH) {
      await produce(brokers, topic, orderMessages(sent + 1, sent + BATCH))
      await delay(PACE_MS)
    }
    return sent
  })()
  // Whoever stops it sees the failure.
  sending.catch(() => {})
  const stop = (): Promise<number> => {
    over.abort()
    return sending
  }
  onTestFinished(async () => void (await stop().catch(() => {})))
  return { stop }
}
