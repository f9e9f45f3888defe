/** What the tail tells of one journal and its log, taken over into what was read of them before. */
import {
  BUCKET_SECONDS_MAX,
  type Bucket,
  ERROR_ROWS_MAX,
  REJECTIONS_MAX,
  ROWS_MAX,
  type TailUpdate,
} from '../tail/protocol.js'
import type { Reading } from './reading.js'

/** Values replace those before them; rows are added to those that still stand. */
export function takeTail(reading: Reading, tail: TailUpdate): Reading {
  const { buckets, events, rejections } = tail.isFresh ? { buckets: [], events: [], rejections: [] } : reading
  return {
    journal: tail.journal,
    log: tail.log,
    buckets: mergeBuckets(buckets, tail.buckets),
    events: newestFirst(events, tail.events, ROWS_MAX),
    rejections: newestFirst(rejections, tail.rejections, REJECTIONS_MAX),
    logs: newestFirst(reading.logs, tail.logs, ROWS_MAX),
    errors: newestFirst(reading.errors, tail.errorRows, ERROR_ROWS_MAX),
    isCaughtUp: tail.isCaughtUp,
  }
}

/** A changed bucket replaces the one of its second. */
export function mergeBuckets(old: readonly Bucket[], changed: readonly Bucket[]): readonly Bucket[] {
  if (changed.length === 0) return old
  const replaced = new Set(changed.map(({ second }) => second))
  const merged = [...old.filter(({ second }) => !replaced.has(second)), ...changed]
  merged.sort((one, other) => one.second - other.second)
  const oldest = (merged.at(-1)?.second ?? 0) - BUCKET_SECONDS_MAX
  return merged.filter(({ second }) => second > oldest)
}

const newestFirst = <T>(old: readonly T[], added: readonly T[], max: number): readonly T[] =>
  added.length === 0 ? old : [...added.toReversed(), ...old].slice(0, max)
