/**
 * Finds the checkpoint from which a moment is replayed: the last one before it.
 *
 * Bisects over the checkpoints themselves, first those the index knows, then what lies between two of them. So the
 * index makes it fast and never decides: a place where no such checkpoint stands is found out.
 */
import type { CheckpointEntry } from '../../shared/contract/journal-entry.js'
import { checkpointAt, type FoundCheckpoint, findLastCheckpoint } from '../tail/checkpoint-search.js'
import type { OpenFile } from '../tail/part-file.js'
import type { JournalText, TextPlace } from './journal-text.js'

/** What the index knows of a checkpoint. */
export interface KnownPlace {
  seq: number
  hash: string
  file_first_seq: number
  offset: number
}

export interface Start {
  place: TextPlace
  /** Null where the journal is replayed from its first line. */
  checkpoint: CheckpointEntry | null
}

/** Below this, the checkpoints of a stretch are looked at one by one. */
const STRETCH_BYTES = 1024 * 1024
/** A first line is a `journal.opened`; the second line begins within this. */
const SECOND_LINE_BYTES_MAX = 64 * 1024
const LF = 0x0a

/** `isBefore` is true for checkpoints up to some line of the journal and false after it. */
export function findStart(
  text: JournalText,
  isBefore: (checkpoint: CheckpointEntry) => boolean,
  known: readonly KnownPlace[],
): Start {
  const low = lastKnown(text, isBefore, known)
  const start: Start = low ?? { place: { part: lastPart(text, isBefore), offset: 0 }, checkpoint: null }
  const next = low ? known[low.index + 1] : undefined
  const nextPart = next ? text.indexOf(next.file_first_seq) : -1
  // Where the next known checkpoint stands in the next file, none can stand between: a file begins with one.
  if (low && nextPart > start.place.part) return start
  const file = text.file(start.place.part)
  const before = nextPart === start.place.part ? (next?.offset ?? 0) : file.sizeBytes
  const found = bisect(file, isBefore, { from: start.place.offset, before })
  return found ? { place: { part: start.place.part, offset: found.start }, checkpoint: found.entry } : start
}

/**
 * @throws {WrongIndex} where a checkpoint does not stand where it is said to.
 */
function lastKnown(
  text: JournalText,
  isBefore: (checkpoint: CheckpointEntry) => boolean,
  known: readonly KnownPlace[],
): (Start & { index: number }) | null {
  let best: (Start & { index: number }) | null = null
  let low = 0
  let high = known.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const start = standing(text, known[middle] as KnownPlace)
    if (!start.checkpoint || !isBefore(start.checkpoint)) high = middle
    else {
      best = { ...start, index: middle }
      low = middle + 1
    }
  }
  return best
}

/** A place of the index is not what it says: the index must be made anew. */
export class WrongIndex extends Error {}

/** The checkpoint where the index says that it stands. */
export function standing(text: JournalText, known: KnownPlace): Start {
  const part = text.indexOf(known.file_first_seq)
  const found = part === -1 ? null : checkpointAt(text.file(part), known.offset)
  if (found?.entry.seq !== known.seq || found.entry.hash !== known.hash) {
    throw new WrongIndex(`no checkpoint ${known.seq} at byte ${known.offset}`)
  }
  return { place: { part, offset: known.offset }, checkpoint: found.entry }
}

/** The last file whose first checkpoint, its second line, is before; the first file where none is. */
function lastPart(text: JournalText, isBefore: (checkpoint: CheckpointEntry) => boolean): number {
  let low = 0
  let high = text.parts.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const first = secondLine(text.file(middle))
    if (first && isBefore(first.entry)) low = middle + 1
    else high = middle
  }
  return Math.max(0, low - 1)
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
