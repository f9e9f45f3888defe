/**
 * Decides where each partition is read from, and writes down why when that is not simply where the journal stands.
 *
 * Asked at every join and reconnect, before the first append. The journal decides; Kafka's commit only counts where
 * another instance made it. The same offsets with other content are a new epoch, never a duplicate.
 */
import type { EpochReason } from '../shared/contract/journal-entry.js'
import type { Handover } from '../shared/journal/draft.js'
import { recordDigest } from '../shared/journal/fingerprint.js'
import type { Journal } from '../shared/journal/journal.js'
import type { Connection } from '../shared/kafka/connection.js'

import { readRecord } from '../shared/kafka/history.js'
import type { CommittedOffset, PartitionEnds } from '../shared/kafka/offsets.js'
import type { Logger } from '../shared/runtime/logger.js'
import type { Counters } from './counters.js'
import type { DeadLetters } from './dead-letters.js'
import { refKey } from './ref-key.js'

/** What a tracker commits beside an offset, so that another one can tell whose it is. */
export const commitMetadata = (instance: string | null, epoch: number): string =>
  JSON.stringify({ v: 1, instance, epoch })

export interface SettleOptions {
  journal: Journal
  log: Logger
  instance: string | null
  deadLetters: DeadLetters
  counters: Counters
}

/** What is known of a partition on the cluster. */
export interface PartitionView {
  ends: PartitionEnds
  committed: CommittedOffset | undefined
  /** The topic was deleted and made anew since the partition was settled last. */
  isReplaced: boolean
}

/** Brings the journal's position of one partition in line with the topic; afterwards the journal tells where to read. */
export async function settlePartition(
  { journal, log, instance, deadLetters, counters }: SettleOptions,
  connection: Connection,
  { ends, committed, isReplaced }: PartitionView,
): Promise<void> {
  const ref = { topic: ends.topic, partition: ends.partition }
  const next = journal.nextOffset(ref)
  const handover = handedOver(committed, instance)
  // Offsets of a later epoch begin anew, so they may be lower than those of the one before.
  const isAhead = handover && (handover.epoch > journal.epoch(ref) || handover.offset > (next ?? 0))
  if (isAhead && handover.offset <= ends.end) {
    await deadLetters.finish(ref)
    await journal.takeOver(ref, handover)
    log.info(`${refKey(ref)} comes from instance ${handover.instance} at offset ${handover.offset}`, {
      kind: 'position.assigned',
      metadata: { ...ref, from_offset: handover.offset },
    })
    return
  }
  if (next === null) return journal.startAt(ref, ends.earliest)
  const compared = await compare(journal, connection, ends, next)
  // Of a new topic that went unseen for a while the newest journaled records may be its own already.
  const isUnseen = isReplaced && next !== ends.earliest && (compared === 'same' || compared === 'retention')
  const finding = isUnseen ? 'content_differs' : compared
  if (finding === 'same') return
  if (finding === 'retention') {
    await journal.skip(ref, ends.earliest, 'retention')
    counters.passedOver('retention', ends.earliest - next)
    log.warn(
      `${refKey(ref)}: offsets ${next} to ${ends.earliest - 1} left the topic before they were journaled`,
      {
        kind: 'position.gap',
        metadata: { ...ref, from_offset: next, to_offset: ends.earliest },
      },
    )
    return
  }
  await deadLetters.finish(ref)
  await journal.startEpoch(ref, finding, ends.earliest)
  log.warn(`${refKey(ref)} holds other records than were journaled (${finding}); a new epoch begins`, {
    kind: 'position.epoch',
    metadata: { ...ref, epoch: journal.epoch(ref), reason: finding, from_offset: ends.earliest },
  })
}

/** Compares the newest journaled records that are still on the topic with what stands there now. */
async function compare(
  journal: Journal,
  connection: Connection,
  { topic, partition, earliest, end }: PartitionEnds,
  next: number,
): Promise<'same' | 'retention' | EpochReason> {
  if (end < next) return 'end_below_next'
  const recent = journal.recent.of(topic, partition)
  for (const { offset, digest } of recent) {
    if (offset < earliest || offset >= end) continue
    const found = await readRecord(connection, { topic, partition }, offset)
    if (found) return recordDigest(found) === digest ? 'same' : 'content_differs'
  }
  if (earliest > next) return 'retention'
  const holdsNothing = recent.length === 0 && !journal.recent.isUnknown(topic, partition)
  // A position without records of its epoch, or one right at an empty partition: nothing could be dropped.
  return holdsNothing || earliest === next ? 'same' : 'unverifiable'
}

/** The commit of another instance, or null where it is ours, nobody's, or not a tracker's. */
function handedOver(committed: CommittedOffset | undefined, instance: string | null): Handover | null {
  if (!committed?.metadata || committed.offset === null) return null
  try {
    const { v, instance: other, epoch } = JSON.parse(committed.metadata) as Record<string, unknown>
    if (v !== 1 || other === instance || !(other === null || typeof other === 'string')) return null
    return {
      offset: committed.offset,
      instance: other,
      epoch: Number.isSafeInteger(epoch) ? Number(epoch) : 0,
    }
  } catch {
    return null
  }
}
