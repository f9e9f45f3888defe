/** Reads sealed files one after the other, from a place in the first to the end of the last. */
import { type Line, LineSplitter } from './line-splitter.js'
import { openPart, type PartFile } from './part-file.js'
import type { SealedPart } from './sealed-parts.js'

/** Bytes per read; also the most that one step reads. */
const READ_BYTES = 1024 * 1024

/** Where a line stands. */
export interface BacklogPlace {
  /** `seq` of the first line of its file. */
  firstSeq: number
  /** Lines of the same read that come after this one. */
  linesLeft: number
}

export class Backlog {
  readonly #parts: { file: PartFile; firstSeq: number }[]
  readonly #totalBytes: number
  #splitter: LineSplitter
  #readBytes = 0

  /** `offset` is where in the first part the reading begins, the start of a line. */
  constructor(parts: readonly SealedPart[], offset: number) {
    // Opened at once: what is removed or compressed meanwhile stays readable.
    this.#parts = parts.map(({ path, firstSeq }) => ({ file: openPart(path), firstSeq }))
    this.#totalBytes = this.#parts.reduce((sum, { file }) => sum + file.sizeBytes, 0) - offset
    this.#splitter = new LineSplitter(offset)
  }

  get totalBytes(): number {
    return this.#totalBytes
  }

  get leftBytes(): number {
    return Math.max(0, this.#totalBytes - this.#readBytes)
  }

  /** Reads once and hands its lines on; false when all has been read. */
  step(take: (line: Line, place: BacklogPlace) => void): boolean {
    const part = this.#parts[0]
    if (!part) return false
    const bytes = part.file.readAt(this.#splitter.offset, READ_BYTES)
    this.#readBytes += bytes.length
    const lines = this.#splitter.push(bytes)
    for (const [index, line] of lines.entries()) {
      take(line, { firstSeq: part.firstSeq, linesLeft: lines.length - 1 - index })
    }
    if (bytes.length < READ_BYTES) this.#nextPart()
    return true
  }

  close(): void {
    for (const { file } of this.#parts.splice(0)) file.close()
  }

  /** Bytes after the last line feed of a sealed file are no line. */
  #nextPart(): void {
    this.#parts.shift()?.file.close()
    this.#splitter = new LineSplitter()
  }
}
