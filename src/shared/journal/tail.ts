/**
 * Reads a journal file from its end: the torn tail, and the lines after the last checkpoint that verifies.
 *
 * Never reads more than it must: a window at the end that doubles until a checkpoint is in it.
 */
import { fstatSync, readSync } from 'node:fs'
import type { CheckpointEntry } from '../contract/journal-entry.js'
import { CHECKPOINT_BYTES_MAX } from '../contract/limits.js'
import { checkLine, claimedHash, EVENT_TYPE_AT, linesOf, parseLine } from './line.js'
import type { TextFile } from './sealed/text-file.js'
import { listsPositions } from './state.js'

const LF = 0x0a
const SCAN_BYTES = 64 * 1024
const CHECKPOINT_MARK = Buffer.from('"event_type":"journal.checkpoint"')

/** A descriptor of a plain file, or the text of any. */
export type Source = number | TextFile

/** Where the whole lines of a file end. */
export interface FileEnd {
  /** Bytes up to and with the last LF. */
  wholeBytes: number
  /** Length of the file; what is between is torn. */
  fileBytes: number
}

/** A trailing run of NULs is torn like bytes after the last LF: some file systems leave it after a power loss. */
export function findEnd(source: Source): FileEnd {
  const fileBytes = typeof source === 'number' ? fstatSync(source).size : source.textBytes
  let end = fileBytes
  let inZeros = true
  while (end > 0) {
    const from = Math.max(0, end - SCAN_BYTES)
    const bytes = readRange(source, from, end)
    let at = bytes.length
    if (inZeros) {
      while (at > 0 && bytes[at - 1] === 0) at -= 1
      inZeros = at === 0
    }
    const lf = bytes.lastIndexOf(LF, at - 1)
    if (at > 0 && lf !== -1) return { wholeBytes: from + lf + 1, fileBytes }
    end = from
  }
  return { wholeBytes: 0, fileBytes }
}

/** The lines to fold when a file is opened, and what comes before them. */
export interface Tail {
  /** The checkpoint to start from, or null where the file is read from its first line. */
  checkpoint: CheckpointEntry | null
  /** Byte offset of `lines`. */
  from: number
  /** Whole lines after the checkpoint. */
  lines: Buffer
}

/** Finds the last checkpoint of the file that verifies against the line before it. */
export function readTail(source: Source, wholeBytes: number): Tail {
  for (let window = CHECKPOINT_BYTES_MAX * 2; ; window *= 2) {
    const from = Math.max(0, wholeBytes - window)
    const bytes = readRange(source, from, wholeBytes)
    const found = lastCheckpoint(bytes)
    if (found) return { checkpoint: found.entry, from: from + found.end, lines: bytes.subarray(found.end) }
    if (from === 0) return { checkpoint: null, from: 0, lines: bytes }
  }
}

const WINDOW_BYTES = 8 * 1024 * 1024

export interface BackwardsOptions {
  /** Byte offset: only lines that begin at or after it. */
  floor?: number
  /** How much is read at once; doubles where a line is longer. */
  windowBytes?: number
}

/** Whole lines before `end`, the last one first. */
export function* linesBackwards(
  source: Source,
  end: number,
  { floor = 0, windowBytes = WINDOW_BYTES }: BackwardsOptions = {},
): Generator<Buffer> {
  let window = windowBytes
  let to = end
  while (to > floor) {
    const from = Math.max(floor, to - window)
    // The byte before `from` tells whether a line begins right there.
    const start = Math.max(0, from - 1)
    const bytes = readRange(source, start, to)
    const firstLine = from === 0 ? 0 : bytes.indexOf(LF) + 1
    const holdsLine = from === 0 || (firstLine > 0 && firstLine < bytes.length)
    if (holdsLine) {
      for (const line of [...linesOf(bytes.subarray(firstLine))].reverse()) yield line
      to = start + firstLine
    } else window *= 2
    if (from === floor) return
  }
}

/**
 * The bytes from `from` to `to`; fewer only where the text ends before.
 *
 * @param memory What they are read into, for who reads much; at least as long.
 */
export function readRange(source: Source, from: number, to: number, memory?: Buffer): Buffer {
  const bytes = memory?.subarray(0, to - from) ?? Buffer.allocUnsafe(to - from)
  let filled = 0
  while (filled < bytes.length) {
    const read =
      typeof source === 'number'
        ? readSync(source, bytes, filled, bytes.length - filled, from + filled)
        : source.read(bytes, filled, from + filled)
    if (read === 0) return bytes.subarray(0, filled)
    filled += read
  }
  return bytes
}

/** A payload may contain the mark, so it counts only at its place in a line; and the line must verify. */
function lastCheckpoint(bytes: Buffer): { entry: CheckpointEntry; end: number } | null {
  for (
    let at = bytes.lastIndexOf(CHECKPOINT_MARK);
    at !== -1;
    at = bytes.lastIndexOf(CHECKPOINT_MARK, at - 1)
  ) {
    const start = at - EVENT_TYPE_AT
    const isLineStart = start > 0 && bytes[start - 1] === LF
    const lf = isLineStart ? bytes.indexOf(LF, at) : -1
    const previous = lf === -1 ? null : lineBefore(bytes, start)
    if (previous !== null) {
      const line = bytes.subarray(start, lf)
      const entry = parseLine(line)
      const isCheckpoint = entry?.event_type === 'journal.checkpoint' && listsPositions(entry)
      if (isCheckpoint && checkLine(line, previous).ok) return { entry, end: lf + 1 }
    }
    if (at === 0) break
  }
  return null
}

/** Hash of the line that ends just before `start`, or null where it is not wholly in `bytes`. */
function lineBefore(bytes: Buffer, start: number): string | null {
  const from = start >= 2 ? bytes.lastIndexOf(LF, start - 2) + 1 : 0
  return claimedHash(bytes.subarray(from, start - 1))
}
