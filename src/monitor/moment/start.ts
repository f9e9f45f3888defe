/**
 * Finds where the replay of a moment begins: after the last line before it that the index knows, else at the last
 * checkpoint before it, found by bisection.
 *
 * So the index makes it fast and never decides: a line that does not stand where it is said to is found out.
 */
import type { CheckpointEntry } from '../../shared/contract/journal-entry.js'
import { isStanding, type JournalIndex } from '../index/journal-index.js'
import type { IndexEntry } from '../index/segment.js'
import { checkpointAt, type FoundCheckpoint, findLastCheckpoint } from '../tail/checkpoint-search.js'
import { JournalFold } from '../tail/journal-fold.js'
import type { OpenFile } from '../tail/part-file.js'
import type { JournalText, TextPlace } from './journal-text.js'
import type { Goal } from './target.js'

export interface Start {
  place: TextPlace
  /** The fold of all lines before the place. */
  fold: JournalFold
  /** Last line of which the fold knows; 0 at the first line of the journal. */
  seq: number
}

/** Below this, the checkpoints of a stretch are looked at one by one. */
const STRETCH_BYTES = 1024 * 1024
/** A first line is a `journal.opened`; the second line begins within this. */
const SECOND_LINE_BYTES_MAX = 64 * 1024
const LF = 0x0a

/** The nearest known line before the goal: one of the index, else a checkpoint found by looking at ever fewer of them. */
export function findStart(text: JournalText, goal: Goal, index: JournalIndex): Start {
  return startAtEntry(text, goal, index) ?? startAtCheckpoint(text, goal, index.entries)
}

/**
 * After the last line before the target that has an entry; null where the index does not know that yet.
 *
 * @throws {WrongIndex} where the line does not stand where it is said to.
 */
function startAtEntry(
  text: JournalText,
  { isLineBefore }: Goal,
  { entries, isComplete }: JournalIndex,
): Start | null {
  if (!isLineBefore) return null
  const index = lastIndex(entries, ({ seq, time_max_ms: timeMaxMs }) => isLineBefore({ seq, timeMaxMs }))
  const entry = entries[index]
  if (!entry || (index === entries.length - 1 && !isComplete)) return null
  const part = partOf(text, entry)
  if (!isStanding(text.file(part), entry)) throw new WrongIndex(`line ${entry.seq} is elsewhere`)
  return { place: { part, offset: entry.end_offset }, fold: foldAfter(entry), seq: entry.seq }
}

const foldAfter = ({ seq, hash, totals, time_max_ms: timeMaxMs, checkpoint }: IndexEntry): JournalFold =>
  JournalFold.after({
    seq,
    hash,
    totals,
    timeMaxMs,
    checkpoint: checkpoint && {
      seq: checkpoint.seq,
      timeMs: checkpoint.time_ms,
      isSigned: checkpoint.is_signed,
    },
  })

/** At the last checkpoint before the target. */
function startAtCheckpoint(text: JournalText, { isBefore }: Goal, entries: readonly IndexEntry[]): Start {
  const known = entries.filter(({ seq, checkpoint }) => checkpoint?.seq === seq)
  const index = lastIndex(known, (entry) => isBefore(standing(text, entry)))
  const low = known[index]
  const next = known[index + 1]
  const part = low ? partOf(text, low) : lastPart(text, isBefore)
  const from = low?.offset ?? 0
  // A file begins with a checkpoint: where the next known one stands in the next file, none stands between.
  const isNextInFile = low !== undefined && next?.file_first_seq === low.file_first_seq
  const before = isNextInFile ? (next?.offset ?? from) : text.file(part).sizeBytes
  const found = bisect(text.file(part), isBefore, { from, before })
  if (!found) return { place: { part: 0, offset: 0 }, fold: new JournalFold(null), seq: 0 }
  return { place: { part, offset: found.start }, fold: new JournalFold(found.entry), seq: found.entry.seq }
}

/** Index of the last one that is before, of a row in which those that are come first; -1 where none is. */
function lastIndex<T>(row: readonly T[], isBefore: (one: T) => boolean): number {
  let low = 0
  let high = row.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isBefore(row[middle] as T)) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** A place of the index is not what it says: the index must be made anew. */
export class WrongIndex extends Error {}

function partOf(text: JournalText, entry: IndexEntry): number {
  const part = text.indexOf(entry.file_first_seq)
  if (part === -1) throw new WrongIndex(`the file of line ${entry.seq} is gone`)
  return part
}

/** The checkpoint where the index says that it stands. */
function standing(text: JournalText, entry: IndexEntry): CheckpointEntry {
  const found = checkpointAt(text.file(partOf(text, entry)), entry.offset)
  if (found?.entry.hash !== entry.hash)
    throw new WrongIndex(`no checkpoint ${entry.seq} at byte ${entry.offset}`)
  return found.entry
}

/** The last file whose first checkpoint, its second line, is before; the first file where none is. */
function lastPart(text: JournalText, isBefore: (checkpoint: CheckpointEntry) => boolean): number {
  const parts = text.parts.map((_part, index) => index)
  return Math.max(
    0,
    lastIndex(parts, (part) => {
      const first = secondLine(text.file(part))
      return first !== null && isBefore(first.entry)
    }),
  )
}

function secondLine(file: OpenFile): FoundCheckpoint | null {
  const end = file.readAt(0, SECOND_LINE_BYTES_MAX).indexOf(LF)
  return end === -1 ? null : checkpointAt(file, end + 1)
}

/** The last checkpoint of a stretch that is before. */
function bisect(
  file: OpenFile,
  isBefore: (checkpoint: CheckpointEntry) => boolean,
  stretch: { from: number; before: number },
): FoundCheckpoint | null {
  let { from, before } = stretch
  let best: FoundCheckpoint | null = null
  while (before - from > STRETCH_BYTES) {
    const middle = Math.floor((from + before) / 2)
    const found = findLastCheckpoint(file, { from, before: middle })
    if (found && !isBefore(found.entry)) before = found.start
    else {
      best = found ?? best
      from = middle
    }
  }
  for (let end = before; end > from; ) {
    const found = findLastCheckpoint(file, { from, before: end })
    if (!found) break
    if (isBefore(found.entry)) return found
    end = found.start
  }
  return best
}
