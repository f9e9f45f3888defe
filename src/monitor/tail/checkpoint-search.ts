/**
 * Finds where to begin reading a journal that is already large: its last checkpoint, searched backwards.
 */
import type { CheckpointEntry } from '../../shared/contract/journal-entry.js'
import { readJournalEntry } from './entry-reader.js'
import type { OpenFile } from './part-file.js'

export interface FoundCheckpoint {
  /** Offset of the first byte of its line. */
  start: number
  entry: CheckpointEntry
}

const WINDOW_BYTES = 1024 * 1024
const LF = 0x0a
/** The timestamp before it has a fixed width, so in a line of that kind this stands at a fixed place. */
const MARK = Buffer.from('","event_type":"journal.checkpoint",')
const MARK_AT = '{"timestamp":"2026-11-21T02:15:37.000Z'.length
/** Positions of some 10,000 partitions; a longer line is none of ours. */
const CHECKPOINT_LINE_BYTES_MAX = 4 * 1024 * 1024

/** The last complete checkpoint line that begins from `from` on and before `before`, or null where there is none. */
export function findLastCheckpoint(
  file: OpenFile,
  { from = 0, before = file.sizeBytes }: { from?: number; before?: number } = {},
): FoundCheckpoint | null {
  for (let end = before; end > from; end -= WINDOW_BYTES) {
    const start = Math.max(from, end - WINDOW_BYTES)
    // The mark of a line that begins with the last byte of the window ends here.
    const markEnd = Math.min(end - 1 + MARK_AT + MARK.length, file.sizeBytes)
    const window = file.readAt(start, markEnd - start)
    for (
      let at = window.lastIndexOf(MARK);
      at !== -1;
      at = at === 0 ? -1 : window.lastIndexOf(MARK, at - 1)
    ) {
      const found = at < MARK_AT ? null : checkpointAt(file, start + at - MARK_AT)
      if (found) return found
    }
  }
  return null
}

/** The checkpoint whose line begins at `start`; null where another line does, or none. */
export function checkpointAt(file: OpenFile, start: number): FoundCheckpoint | null {
  // A payload may hold the mark: only a whole line that begins there is a checkpoint.
  if (start > 0 && file.readAt(start - 1, 1)[0] !== LF) return null
  for (let length = 4096; length <= CHECKPOINT_LINE_BYTES_MAX; length *= 4) {
    const bytes = file.readAt(start, length)
    const end = bytes.indexOf(LF)
    if (end === -1 && bytes.length === length) continue
    const entry = end === -1 ? null : readJournalEntry(bytes.subarray(0, end))
    return entry?.event_type === 'journal.checkpoint' ? { start, entry } : null
  }
  return null
}

/** Offset of the first line that begins at or after `position`. */
export function lineStartFrom(file: OpenFile, position: number): number {
  if (position <= 0) return 0
  for (let from = position - 1; from < file.sizeBytes; from += WINDOW_BYTES) {
    const at = file.readAt(from, WINDOW_BYTES).indexOf(LF)
    if (at !== -1) return from + at + 1
  }
  return file.sizeBytes
}
