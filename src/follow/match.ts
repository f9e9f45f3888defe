/** Which records are printed: those that the plan's filter, pattern and sample let through. */
import { TopicSubject } from '../shared/filter/topic-subject.js'
import type { TopicBatch } from '../shared/kafka/topic-reader.js'
import type { FollowPlan } from './follow-options.js'

export interface Match {
  record: TopicBatch['records'][number]
  subject: TopicSubject
}

/** The records of a batch that match, in order; `random` gives numbers from 0 up to 1. */
export function* matchesIn(
  batch: TopicBatch,
  { filter, grep, sample, until }: FollowPlan,
  { readAtMs, random = Math.random }: { readAtMs: number; random?: () => number },
): Generator<Match> {
  for (const record of batch.records) {
    // Records are not in the order of their times; the reader stops at the first one that is late.
    if (typeof until === 'object' && until && Number(record.timestampMs) >= until.timeMs) continue
    if (grep && !found(grep, record.value) && !found(grep, record.key)) continue
    const subject = new TopicSubject(batch, record, readAtMs)
    if (filter && !filter.matches(subject)) continue
    if (sample < 1 && random() >= sample) continue
    yield { record, subject }
  }
}

const found = (pattern: RegExp, bytes: Buffer | null): boolean =>
  bytes !== null && pattern.test(bytes.toString('utf8'))
