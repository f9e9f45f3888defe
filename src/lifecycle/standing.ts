/**
 * How far the journal is behind the topics: last stable offsets of the broker against positions of the journal.
 *
 * The journal's whole lines tell its positions; offsets that hold no record (control, aborted) show in them only at
 * the next checkpoint, and in the tracker's commit at once. So a commit that the tracker made counts too.
 */
import type { Position } from '../shared/contract/journal-entry.js'
import { type JournalHead, readJournalHead } from '../shared/journal/inspect.js'
import type { Connection } from '../shared/kafka/connection.js'
import { type CommittedOffset, type PartitionEnds, readCommitted } from '../shared/kafka/offsets.js'
import type { Settings } from '../shared/runtime/config/load.js'

export interface PartitionStanding {
  topic: string
  partition: number
  /** Last stable offset. */
  end: number
  /** Everything below is journaled, or known to hold nothing. */
  next: number
  /** Records at most, `end - next`. */
  lag: number
}

export type StandingSettings = Pick<Settings, 'eventsFile' | 'group' | 'instance'>

/** Standing by the journal alone. */
export function standingOfJournal(
  head: JournalHead | null,
  clusterId: string,
  ends: PartitionEnds[],
): PartitionStanding[] {
  return ends.map((at) => {
    const { topic, partition, end } = at
    const next = inside(at, positionOf(head, clusterId, at)?.next_offset ?? null)
    return { topic, partition, end, next, lag: end - next }
  })
}

/**
 * Standing by the journal and, where that is behind, by what the tracker has committed.
 * @throws {SuiteError} `broker_unavailable` (69).
 */
export async function readStanding(
  connection: Connection,
  settings: StandingSettings,
  { clusterId, ends }: { clusterId: string; ends: PartitionEnds[] },
): Promise<PartitionStanding[]> {
  const head = readJournalHead(settings.eventsFile)
  const standing = standingOfJournal(head, clusterId, ends)
  if (lagTotal(standing) === 0) return standing
  const committed = await readCommitted(connection, settings.group, [
    ...new Set(ends.map(({ topic }) => topic)),
  ])
  return ends.map((at, index) => {
    const known = standing[index]!
    const commit = committed.find(({ topic, partition }) => topic === at.topic && partition === at.partition)
    const epoch = positionOf(head, clusterId, at)?.epoch ?? 0
    const next = isTrackers(commit, settings.instance, epoch) ? inside(at, commit!.offset) : at.earliest
    return next > known.next ? { ...known, next, lag: known.end - next } : known
  })
}

export const lagTotal = (standing: PartitionStanding[]): number =>
  standing.reduce((sum, { lag }) => sum + lag, 0)

function positionOf(
  head: JournalHead | null,
  clusterId: string,
  { topic, partition }: PartitionEnds,
): Position | undefined {
  return head?.positions.find(
    (at) => at.cluster_id === clusterId && at.topic === topic && at.partition === partition,
  )
}

/**
 * A position on the topic as it is now: what left it cannot be lagged behind, and one past the end belongs to
 * records that are gone.
 */
function inside({ earliest, end }: PartitionEnds, next: number | null): number {
  if (next === null || next > end) return earliest
  return Math.max(next, earliest)
}

/** An operator can commit anything; only what carries the tracker's own mark tells where the tracker is. */
function isTrackers(commit: CommittedOffset | undefined, instance: string | null, epoch: number): boolean {
  if (!commit?.metadata || commit.offset === null) return false
  try {
    const mark = JSON.parse(commit.metadata) as { v?: unknown; instance?: unknown; epoch?: unknown }
    // Of several instances each journals its share; the group's commit is that of whoever had the partition.
    return mark.v === 1 && (instance !== null || (mark.instance === null && mark.epoch === epoch))
  } catch {
    return false
  }
}
