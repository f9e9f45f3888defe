/** What moment of the journal is asked for, and how a reader of its lines knows that it is there. */
import {
  type CheckpointEntry,
  isRecordEntry,
  type JournalEntry,
  type RecordEntry,
} from '../../shared/contract/journal-entry.js'
import { entryTimeMs, hasRow } from '../tail/journal-fold.js'

/** A place in the past. */
export type Target =
  /** Milliseconds since 1970: all lines that were written by then. */
  | { kind: 'time'; timeMs: number }
  /** That line is the last one. */
  | { kind: 'seq'; seq: number }
  /** The line after that one is the last, those that have no row passed over. */
  | { kind: 'after'; seq: number }
  /** The next rejected record after that line, or before it, is the last line. */
  | { kind: 'rejected'; seq: number; isLater: boolean }
  /** That record is the last line, of the newest epoch; of any topic where it is null. */
  | { kind: 'offset'; topic: string | null; partition: number; offset: number }

/** Three questions about lines that are asked in the order of the journal. */
export interface Goal {
  /**
   * True for a line that stands before the target, so that replay may begin after it; null where that takes more than
   * its number and the largest time so far.
   */
  isLineBefore: ((line: { seq: number; timeMaxMs: number }) => boolean) | null
  /** True for a checkpoint that stands before the target: replay may begin there. */
  isBefore(checkpoint: CheckpointEntry): boolean
  /** True for the first line that comes too late; `timeMs` is held at the running maximum. */
  isBeyond(timeMs: number): boolean
  /** True for the line that is the target. */
  isReached(entry: JournalEntry): boolean
}

/** A place whose lines can be asked one by one. */
export type PlainTarget = Exclude<Target, { kind: 'rejected' }>

/** `newest` is the last checkpoint of the journal: it knows the epoch of each partition. */
export function goalOf(target: PlainTarget, newest: CheckpointEntry | null): Goal {
  switch (target.kind) {
    case 'time':
      return {
        isLineBefore: ({ timeMaxMs }) => timeMaxMs <= target.timeMs,
        isBefore: (checkpoint) => entryTimeMs(checkpoint) <= target.timeMs,
        isBeyond: (timeMs) => timeMs > target.timeMs,
        isReached: () => false,
      }
    case 'seq':
      return {
        isLineBefore: ({ seq }) => seq < target.seq,
        isBefore: ({ seq }) => seq <= target.seq,
        isBeyond: () => false,
        isReached: ({ seq }) => seq >= target.seq,
      }
    case 'after':
      return {
        isLineBefore: ({ seq }) => seq <= target.seq,
        isBefore: ({ seq }) => seq <= target.seq,
        isBeyond: () => false,
        isReached: (entry) => entry.seq > target.seq && hasRow(entry),
      }
    case 'offset':
      return offsetGoal(target, newest)
  }
}

type OffsetTarget = Extract<Target, { kind: 'offset' }>

function offsetGoal(target: OffsetTarget, newest: CheckpointEntry | null): Goal {
  const epoch = newest ? (positionIn(newest, target)?.epoch ?? 0) : 0
  // Without positions no checkpoint tells where the record is: all lines are looked at.
  const hasPositions = Array.isArray(newest?.positions) && newest.positions.length > 0
  let reached = 0
  return {
    isLineBefore: null,
    isBefore: (checkpoint) => {
      if (!hasPositions) return false
      const position = positionIn(checkpoint, target)
      if (!position || position.epoch < epoch) return true
      return position.epoch === epoch && position.next_offset <= target.offset
    },
    isBeyond: () => false,
    isReached: (entry) => {
      if (entry.event_type === 'journal.checkpoint') reached = positionIn(entry, target)?.epoch ?? reached
      else if (entry.event_type === 'journal.epoch' && isOf(entry, target)) reached = entry.epoch
      // Where that one is missing, the next one after it.
      return reached === epoch && isRecord(entry, target) && entry.kafka_offset >= target.offset
    },
  }
}

const isRecord = (entry: JournalEntry, target: OffsetTarget): entry is RecordEntry =>
  isRecordEntry(entry) && isOf(entry, target)

const isOf = (entry: { kafka_topic: string; kafka_partition: number }, target: OffsetTarget): boolean =>
  entry.kafka_partition === target.partition && (target.topic === null || entry.kafka_topic === target.topic)

/** Of several clusters and topics the last one listed. */
const positionIn = ({ positions }: CheckpointEntry, { topic, partition }: OffsetTarget) =>
  (Array.isArray(positions) ? positions : []).findLast(
    (position) => position.partition === partition && (topic === null || position.topic === topic),
  )
