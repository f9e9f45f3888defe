/**
 * Finds the stretch of a journal in which a partition last moved, by its checkpoints and without reading between them.
 *
 * Each checkpoint lists every position. A partition that stands at the same offset in two of them has no line between,
 * so halving finds its last lines in a journal of any length in a few reads.
 */
import type { CheckpointEntry, Position } from '../contract/journal-entry.js'
import { EVENT_TYPE_AT, parseLine } from './line.js'
import { openText, type TextFile } from './sealed/text-file.js'
import { listsPositions } from './state.js'
import { findEnd, readRange } from './tail.js'

const LF = 0x0a
const MARK = Buffer.from('"event_type":"journal.checkpoint"')
/** From the beginning of a checkpoint's line to the end of its mark. */
const MARK_END_BYTES = EVENT_TYPE_AT + MARK.length
/** What is read at once: a checkpoint is often near the place that it is looked for at. */
const WINDOW_BYTES_MIN = 32 * 1024
const WINDOW_BYTES_MAX = 1024 * 1024

/** Most checkpoints are shorter: each partition takes some 120 bytes. */
const LINE_BYTES = 4 * 1024

/** A part of one file, from line start to line start. */
export interface Stretch {
  file: OpenFile
  from: number
  to: number
}

/** A journal file that is open for reading. */
export interface OpenFile {
  path: string
  text: TextFile
  /** Whole lines end here. */
  bytes: number
}

/** A checkpoint's line. */
export interface Found {
  /** Byte offsets of its beginning and of what follows its LF. */
  at: number
  end: number
  entry: CheckpointEntry
}

export function openFile(path: string): OpenFile {
  const text = openText(path)
  return { path, text, bytes: findEnd(text).wholeBytes }
}

export class CheckpointSearch {
  /** The newest first. */
  readonly #files: OpenFile[]
  readonly #stepBytes: number
  /** By file and place asked for: halving asks the same places again for each partition. */
  readonly #known = new Map<OpenFile, Map<number, Found | null>>()

  /**
   * @param files The newest first.
   * @param stepBytes A stretch of this length is not halved any more.
   */
  constructor(files: OpenFile[], stepBytes: number) {
    this.#files = files
    this.#stepBytes = stepBytes
  }

  /**
   * The newest stretch, ending at `before` at the latest, that moved the partition to where `position` has it.
   *
   * @returns null where the files do not go back far enough to tell.
   */
  lastMove(position: Position, before: Stretch | null): Stretch | null {
    const files = before ? this.#files.slice(this.#files.indexOf(before.file)) : this.#files
    for (const file of files) {
      const to = before?.file === file ? before.from : file.bytes
      if (to === 0) continue
      const first = this.#next(file, 0)
      if (first && first.at < to && isAt(first.entry, position)) continue
      return this.#halve({ file, from: 0, to }, position)
    }
    return null
  }

  /** Positions at the beginning of a stretch; null where no checkpoint stands there. */
  positionsAt({ file, from }: Stretch): Position[] | null {
    const found = this.#next(file, from)
    return found?.at === from || from === 0 ? (found?.entry.positions ?? null) : null
  }

  #halve({ file, from, to }: Stretch, position: Position): Stretch {
    let [low, high] = [from, to]
    // `high` moves to halves that hold no checkpoint as well, so the end of the stretch is kept apart.
    let end = to
    while (high - low > this.#stepBytes) {
      const middle = low + Math.floor((high - low) / 2)
      const found = this.#next(file, middle)
      if (!found || found.at >= high) high = middle
      else if (isAt(found.entry, position)) high = end = found.at
      else low = found.at
    }
    return { file, from: low, to: end }
  }

  /** The first checkpoint that begins at `from` or after it. */
  #next(file: OpenFile, from: number): Found | null {
    const known = this.#known.get(file) ?? new Map<number, Found | null>()
    this.#known.set(file, known)
    const found = known.get(from)
    if (found !== undefined) return found
    const read = findCheckpoint(file, from)
    known.set(from, read)
    return read
  }
}

/** True where the checkpoint has the partition at the same place. */
const isAt = (
  { positions }: CheckpointEntry,
  { cluster_id, topic, partition, epoch, next_offset }: Position,
): boolean =>
  positions.some(
    (at) =>
      at.topic === topic &&
      at.partition === partition &&
      at.cluster_id === cluster_id &&
      at.epoch === epoch &&
      at.next_offset === next_offset,
  )

/** Where windows are read to, one after the other: what a long journal is searched through would be garbage otherwise. */
let windows: Buffer | null = null

/** The first checkpoint that begins at `from` or after it, and before `before`. */
export function findCheckpoint({ text, bytes }: OpenFile, from: number, before = bytes): Found | null {
  windows ??= Buffer.allocUnsafeSlow(WINDOW_BYTES_MAX + MARK_END_BYTES + 1)
  let at = from
  for (let length = WINDOW_BYTES_MIN; at < Math.min(bytes, before + MARK_END_BYTES); length *= 2) {
    // A mark across two windows is found in the second one, which begins before it.
    const start = Math.max(0, at - MARK_END_BYTES - 1)
    at += Math.min(length, WINDOW_BYTES_MAX)
    const window = readRange(text, start, Math.min(bytes, at), windows)
    for (let mark = window.indexOf(MARK); mark !== -1; mark = window.indexOf(MARK, mark + 1)) {
      const place = start + mark - EVENT_TYPE_AT
      if (place < from) continue
      if (place >= before) return null
      const found = checkpointAt(text, place, bytes)
      if (found) return found
    }
  }
  return null
}

/** A payload may hold the mark too: only a whole line that begins at `place` counts. */
function checkpointAt(text: TextFile, place: number, bytes: number): Found | null {
  if (place < 0 || (place > 0 && readRange(text, place - 1, place)[0] !== LF)) return null
  for (let length = LINE_BYTES; ; length *= 2) {
    const line = readRange(text, place, Math.min(bytes, place + length))
    const end = line.indexOf(LF)
    if (end === -1 && place + length < bytes) continue
    const entry = end === -1 ? null : parseLine(line.subarray(0, end))
    const isCheckpoint = entry?.event_type === 'journal.checkpoint' && listsPositions(entry)
    return isCheckpoint ? { at: place, end: place + end + 1, entry } : null
  }
}
