/** Reads the topics, keeps what matches, prints it as it comes, and says when the broker goes and comes back. */
import type { KafkaClient } from '../shared/kafka/client.js'
import { type Jump, readTopics } from '../shared/kafka/topic-reader.js'
import { systemClock } from '../shared/runtime/clock.js'
import type { FollowPlan } from './follow-options.js'
import type { Formatter } from './format.js'
import { matchesIn } from './match.js'

export interface FollowStreams {
  /** Resolves when the reader has taken it. */
  write(bytes: Buffer): Promise<void>
  /** One line for a person. */
  say(message: string): void
}

/** More than this is not gathered before it is written. */
const CHUNK_BYTES = 64 * 1024

/**
 * Prints matches until the plan's end.
 *
 * What a batch of the broker brought is written at once, so the first match is never kept back.
 * @returns How many were printed.
 * @throws {SuiteError} `topic_missing` or `broker_unavailable` (69) at the start.
 */
export async function follow(
  client: KafkaClient,
  topics: string[],
  plan: FollowPlan,
  { format, streams }: { format: Formatter; streams: FollowStreams },
): Promise<number> {
  let printed = 0
  let awaySinceMs = 0
  const batches = readTopics(client, {
    topics,
    from: plan.from,
    ...(plan.until ? { until: plan.until } : {}),
    onInterruption: ({ message }) => {
      awaySinceMs = systemClock.monotonic()
      streams.say(`${message}; waiting for it, nothing is passed over`)
    },
    onResumption: () => {
      const seconds = Math.round((systemClock.monotonic() - awaySinceMs) / 1_000)
      streams.say(`the broker is back after ${seconds} s; going on behind the last record`)
    },
    onJump: (jump) => streams.say(jumpText(jump)),
    onUndecodable: ({ topic, partition, from, to, why }) =>
      streams.say(
        `${topic}/${partition}: offsets ${from} to ${to - 1} cannot be read (${why}); going on behind them`,
      ),
  })
  for await (const batch of batches) {
    let chunk: Buffer[] = []
    let chunkBytes = 0
    for (const match of matchesIn(batch, plan, { readAtMs: systemClock.now() })) {
      const bytes = format(match)
      chunk.push(bytes)
      chunkBytes += bytes.length
      printed += 1
      if (printed >= plan.limit) break
      if (chunkBytes < CHUNK_BYTES) continue
      await streams.write(Buffer.concat(chunk))
      chunk = []
      chunkBytes = 0
    }
    if (chunk.length > 0) await streams.write(Buffer.concat(chunk))
    if (printed >= plan.limit) break
  }
  return printed
}

const jumpText = ({ topic, partition, from, to }: Jump): string =>
  to > from
    ? `${topic}/${partition}: offsets ${from} to ${to - 1} left the topic before they were read; going on at ${to}`
    : `${topic}/${partition}: the topic was made anew; reading it from ${to}`
