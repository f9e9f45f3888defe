/**
 * Follows the journal: from its last checkpoint to its end and on, line by line, into a fold.
 *
 * The last lines of a journal are provisional: when the file loses bytes, everything is read anew from what still
 * stands. Nothing is dropped: the file itself is the buffer.
 */
import { findLastCheckpoint, lineStartFrom } from './checkpoint-search.js'
import { readJournalEntry } from './entry-reader.js'
import { FileFollower, type OpenFile, type OpenReason } from './file-follower.js'
import { type Claim, JournalFold } from './journal-fold.js'
import type { Line } from './line-splitter.js'
import { type Bucket, type EventRow, type JournalUpdate, ROWS_MAX } from './protocol.js'

/** So many bytes before the end are read for history even where the checkpoint is nearer. */
const HISTORY_BYTES = 16 * 1024 * 1024
/** Weight of the newest line in the mean length from which lines behind are estimated. */
const MEAN_WEIGHT = 0.02

export interface JournalChanges {
  buckets: Bucket[]
  events: EventRow[]
  isFresh: boolean
}

export class JournalTail {
  readonly #follower: FileFollower
  #fold = new JournalFold(null)
  #isFresh = true
  #badLines = 0
  #seqBreaks = 0
  #cuts = 0
  #meanLineBytes = 0
  #openedAt = { offset: 0, sizeBytes: 0 }
  /** Start of a line that was read a second time; a line that is bad twice is bad. */
  #rereadStart = -1

  constructor(path: string) {
    this.#follower = new FileFollower(path, {
      onOpen: (file, reason) => this.#open(file, reason),
      onLine: (line, { file, linesLeft }) => this.#take(line, file, linesLeft),
    })
  }

  /** Looks and reads once; true while there may be more to do at once. */
  step(): boolean {
    return this.#follower.step()
  }

  close(): void {
    this.#follower.close()
  }

  claim(claim: Claim): void {
    this.#fold.claim(claim)
  }

  get state(): JournalUpdate {
    const fold = this.#fold
    const file = this.#follower.status
    const { offset, sizeBytes } = this.#openedAt
    const toRead = sizeBytes - offset
    return {
      file,
      progress: toRead <= 0 ? 1 : Math.min(1, (this.#follower.offset - offset) / toRead),
      totals: fold.totals,
      totalsFromSeq: fold.totalsFromSeq,
      seq: fold.seq,
      timeMaxMs: fold.timeMaxMs,
      badLines: this.#badLines,
      seqBreaks: this.#seqBreaks,
      behindLines: file.behindBytes > 0 ? Math.round(file.behindBytes / (this.#meanLineBytes || 1024)) : 0,
      closedAtMs: fold.closedAtMs,
      bucketsFromSecond: fold.bucketsFromSecond,
      agreedSeq: fold.agreedSeq,
      disagreement: fold.disagreement,
      cuts: this.#cuts,
    }
  }

  takeChanges(): JournalChanges {
    const isFresh = this.#isFresh
    this.#isFresh = false
    return { ...this.#fold.takeChanges(), isFresh }
  }

  #open(file: OpenFile, reason: OpenReason): number {
    this.#rereadStart = -1
    // The next file of the same chain goes on with the next seq; its first line will tell.
    if (reason === 'next') {
      this.#openedAt = { offset: 0, sizeBytes: file.sizeBytes }
      return 0
    }
    if (reason === 'cut') this.#cuts += 1
    return this.#startAnew(file)
  }

  #startAnew(file: OpenFile): number {
    const checkpoint = findLastCheckpoint(file)
    const historyStart = lineStartFrom(file, file.sizeBytes - HISTORY_BYTES)
    const offset = checkpoint ? Math.min(checkpoint.start, historyStart) : 0
    const claims = this.#fold.openClaims
    this.#fold = new JournalFold(checkpoint?.seq ?? null)
    for (const claim of claims) this.#fold.claim(claim)
    this.#isFresh = true
    this.#badLines = 0
    this.#seqBreaks = 0
    this.#openedAt = { offset, sizeBytes: file.sizeBytes }
    return offset
  }

  #take(line: Line, file: OpenFile, linesLeft: number): number | undefined {
    const entry = line.isOversized ? null : readJournalEntry(line.bytes)
    const follows = entry !== null && (this.#fold.seq === 0 || entry.seq === this.#fold.seq + 1)
    if (!follows && line.isAssembled && line.start !== this.#rereadStart) {
      // Its first part may have been cut away and something else written in its place.
      this.#rereadStart = line.start
      return line.start
    }
    if (!entry) {
      this.#badLines += 1
      return undefined
    }
    if (!follows && line.start === 0) return this.#startAnew(file)
    if (!follows) this.#seqBreaks += 1
    this.#meanLineBytes +=
      (line.end - line.start - this.#meanLineBytes) * (this.#meanLineBytes ? MEAN_WEIGHT : 1)
    // Of a full read only the last lines can still be on the screen when it is painted.
    this.#fold.add(entry, linesLeft < ROWS_MAX ? line.bytes : null)
    return undefined
  }
}
