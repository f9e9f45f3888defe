/**
 * Where to begin reading a journal that is already long: at its newest checkpoint, or so far before it that the
 * charts have a history.
 */
import type { Totals } from '../../shared/contract/journal-entry.js'
import { findLastCheckpoint, lineStartFrom } from './checkpoint-search.js'
import { LineReader } from './entry-reader.js'
import { JournalFold } from './journal-fold.js'
import { LineSplitter } from './line-splitter.js'
import { type OpenFile, openPart } from './part-file.js'
import type { SealedPart } from './sealed-parts.js'

/** So many bytes before the end are read for history even where the checkpoint is nearer. */
const HISTORY_BYTES = 16 * 1024 * 1024
/** Bytes per read of the lines after the checkpoint. */
const READ_BYTES = 1024 * 1024

export interface StartingPlace {
  /** Sealed files to read before the open one, oldest first. */
  parts: readonly SealedPart[]
  /** Where to begin: in the first of `parts`, or in the open file where there are none. */
  offset: number
}

export interface TailStart extends StartingPlace {
  /** The line that sets the totals; null to count from the first line read. */
  checkpoint: { seq: number; totals: Totals } | null
  /**
   * What the open file comes to at its end, where history is read before the checkpoint: known before any of it;
   * null where reading begins at the checkpoint, or knows none.
   */
  ahead: JournalFold | null
}

interface Place {
  /** Index into the sealed files; their number for the open file. */
  file: number
  offset: number
}

/** `open` is null where only sealed files are there. */
export function startingPlace(open: OpenFile | null, sealed: readonly SealedPart[]): TailStart {
  const checkpoint = newestCheckpoint(open, sealed)
  const history = historyPlace(open, sealed)
  const first: Place = { file: 0, offset: 0 }
  const place = checkpoint ? earlier(checkpoint.place, history) : first
  // A checkpoint is the second line of every file, so nearly always the newest one is in the open file.
  const isAhead = open && checkpoint && place === history && checkpoint.place.file === sealed.length
  return {
    parts: sealed.slice(place.file),
    offset: place.offset,
    checkpoint,
    ahead: isAhead ? foldToEnd(open, checkpoint) : null,
  }
}

/** Folds the lines from the checkpoint on, which are fewer than those of the history. */
function foldToEnd(open: OpenFile, checkpoint: { place: Place; seq: number; totals: Totals }): JournalFold {
  const fold = new JournalFold(checkpoint)
  const lines = new LineReader({})
  const splitter = new LineSplitter(checkpoint.place.offset)
  while (splitter.offset < open.sizeBytes) {
    const bytes = open.readAt(splitter.offset, Math.min(READ_BYTES, open.sizeBytes - splitter.offset))
    // The file has lost bytes since; who reads it finds out.
    if (bytes.length === 0) break
    for (const line of splitter.push(bytes)) {
      const entry = line.isOversized ? null : lines.read(line.bytes)
      if (entry) fold.add(entry, null)
    }
  }
  return fold
}

const earlier = (one: Place, other: Place): Place =>
  one.file < other.file || (one.file === other.file && one.offset < other.offset) ? one : other

function newestCheckpoint(
  open: OpenFile | null,
  sealed: readonly SealedPart[],
): { place: Place; seq: number; totals: Totals } | null {
  for (let file = open ? sealed.length : sealed.length - 1; file >= 0; file -= 1) {
    const found = withFile(open, sealed[file], (part) => findLastCheckpoint(part))
    if (found) {
      const { seq, totals } = found.entry
      return { place: { file, offset: found.start }, seq, totals }
    }
  }
  return null
}

function historyPlace(open: OpenFile | null, sealed: readonly SealedPart[]): Place {
  let left = HISTORY_BYTES
  for (let file = open ? sealed.length : sealed.length - 1; file >= 0; file -= 1) {
    const found = withFile(open, sealed[file], (part) => ({
      sizeBytes: part.sizeBytes,
      start: part.sizeBytes > left ? lineStartFrom(part, part.sizeBytes - left) : 0,
    }))
    if (found.start > 0) return { file, offset: found.start }
    left -= found.sizeBytes
  }
  return { file: 0, offset: 0 }
}

/** The sealed file where there is one, else the open one. */
function withFile<T>(open: OpenFile | null, part: SealedPart | undefined, look: (file: OpenFile) => T): T {
  if (!part) return look(open as OpenFile)
  const file = openPart(part.path)
  try {
    return look(file)
  } finally {
    file.close()
  }
}
