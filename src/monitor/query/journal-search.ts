/**
 * Finds the lines of the whole journal that hold a text, match a pattern or meet a condition, the newest first.
 *
 * Reads backwards, a window at a time, over the open file and then the sealed ones, so what is near is found at once.
 */

import { lineBegin, lineEnd } from '../../shared/filter/find-lines.js'
import { readJournalEntry } from '../tail/entry-reader.js'
import { eventRow } from '../tail/event-row.js'
import { openPart, type PartFile, wholeEnd } from '../tail/part-file.js'
import { type EventRow, FOUND_MAX } from '../tail/protocol.js'
import type { Wanted } from './wanted.js'

/** A file, or a part of one that begins and ends with a line. */
export interface SearchFile {
  path: string
  /** `seq` of its first line. */
  firstSeq: number
  /** First byte of the part. */
  from: number
  /** The byte behind it; without bound for the end of the file. */
  to: number
}

const LF = 0x0a
/** Small enough to be still in the cache when its lines are looked at. */
const WINDOW_BYTES = 512 * 1024

/** One for all searches of a thread, of which none uses it from step to step: read once, memory piles up until it is collected. */
let buffer: Buffer = Buffer.alloc(0)

function bufferOf(bytes: number): Buffer {
  if (bytes > buffer.length) buffer = Buffer.allocUnsafeSlow(bytes)
  return buffer.subarray(0, bytes)
}

export class JournalSearch {
  readonly #wanted: Wanted
  /** Newest first. */
  readonly #files: SearchFile[]
  readonly #totalBytes: number
  #file: PartFile | null = null
  /** Everything from here on has been searched in the file that is open. */
  #end = 0
  #windowBytes = WINDOW_BYTES
  #searchedBytes = 0
  #found = 0

  /** `files` are newest first; `totalBytes` is about how much they hold, for the progress. */
  constructor(wanted: Wanted, files: readonly SearchFile[], totalBytes: number) {
    this.#wanted = wanted
    this.#files = [...files]
    this.#totalBytes = totalBytes
  }

  /** Share that has been searched, 0 to 1. */
  get progress(): number {
    return Math.min(1, this.#searchedBytes / Math.max(1, this.#totalBytes))
  }

  /** Searches one window; rows are newest first. Null when there is nothing more to search. */
  step(): EventRow[] | null {
    if (this.#found >= FOUND_MAX) return null
    const [current] = this.#files
    if (!current) return null
    if (!this.#file) {
      this.#file = openPart(current.path)
      this.#end = Number.isFinite(current.to) ? current.to : wholeEnd(this.#file)
    }
    const rows = this.#searchWindow(this.#file, current)
    if (this.#end <= current.from) {
      this.close()
      this.#files.shift()
    }
    this.#found += rows.length
    return rows
  }

  close(): void {
    this.#file?.close()
    this.#file = null
  }

  #searchWindow(file: PartFile, { firstSeq, from: begin }: SearchFile): EventRow[] {
    const from = Math.max(begin, this.#end - this.#windowBytes)
    const bytes = file.readInto(bufferOf(this.#end - from), from)
    const start = from === begin ? 0 : bytes.indexOf(LF) + 1
    // A line longer than the window, or one that just fits: nothing whole but its end is known.
    if (from > begin && (start === 0 || start === bytes.length)) {
      this.#windowBytes *= 2
      return []
    }
    const rows = [...this.#linesIn(bytes.subarray(start))].flatMap(({ line, offset }) => {
      const entry = readJournalEntry(line)
      return entry
        ? [eventRow(entry, { bytes: line, at: { fileFirstSeq: firstSeq, offset: from + start + offset } })]
        : []
    })
    this.#searchedBytes += bytes.length - start
    this.#end = from + start
    this.#windowBytes = WINDOW_BYTES
    return rows.slice(0, FOUND_MAX - this.#found)
  }

  *#linesIn(bytes: Buffer): Generator<{ line: Buffer; offset: number }> {
    const lastBefore = this.#wanted.linesIn(bytes)
    for (let hit = lastBefore(bytes.length); hit !== -1; ) {
      const offset = lineBegin(bytes, hit)
      const line = bytes.subarray(offset, lineEnd(bytes, hit))
      if (this.#wanted.matches(line)) yield { line, offset }
      hit = lastBefore(offset)
    }
  }
}
