/**
 * Follows the journal, a set of files: from its newest checkpoint to its end and on, line by line, into a fold.
 *
 * The last lines of a journal are provisional: when the file loses bytes, everything is read anew from what still
 * stands. Nothing is dropped: the files themselves are the buffer. Which file comes next is told by the seq of its
 * first line, so a rotation loses no line and counts none twice, however many happen between two looks.
 */
import { errorText } from '../../shared/runtime/errors.js'
import { Backlog } from './backlog.js'
import { readJournalEntry } from './entry-reader.js'
import { FileFollower, type OpenReason } from './file-follower.js'
import { type Claim, JournalFold } from './journal-fold.js'
import type { Line } from './line-splitter.js'
import { firstSeqOf, type OpenFile } from './part-file.js'
import { type Bucket, type EventRow, type JournalUpdate, ROWS_MAX } from './protocol.js'
import { SealedParts } from './sealed-parts.js'
import { startingPlace } from './starting-place.js'
import { TamperWatch } from './tamper-watch.js'

/** Weight of the newest line in the mean length from which lines behind are estimated. */
const MEAN_WEIGHT = 0.02

export interface JournalChanges {
  buckets: Bucket[]
  events: EventRow[]
  isFresh: boolean
}

export class JournalTail {
  readonly #follower: FileFollower
  readonly #parts: SealedParts
  readonly #tampers = new TamperWatch()
  #backlog: Backlog | null = null
  /** Lines up to here have been folded; a part that is entered at its beginning may hold them again. */
  #skipThroughSeq = 0
  #fold = new JournalFold(null)
  #isFresh = true
  #badLines = 0
  #seqBreaks = 0
  #cuts = 0
  #meanLineBytes = 0
  /** Where reading of the open file began, and how much there was to read. */
  #openedAt = { offset: 0, sizeBytes: 0 }
  /** Start of a line that was read a second time; a line that is bad twice is bad. */
  #rereadStart = -1

  constructor(path: string) {
    this.#parts = new SealedParts(path)
    this.#follower = new FileFollower(path, {
      onOpen: (file, reason) => this.#open(file, reason),
      onLine: (line, { file, linesLeft }) => this.#take(line, file, linesLeft),
    })
  }

  /** Looks and reads once; true while there may be more to do at once. */
  step(): boolean {
    if (this.#backlog) return this.#stepBacklog(this.#backlog)
    if (this.#follower.step()) return true
    if (this.#fold.seq === 0 && this.#follower.status.state === 'missing') return this.#startSealed()
    this.#tampers.settle(this.#fold)
    return false
  }

  /** Looks whether a sealed file was touched; worth doing every few seconds. */
  checkSealed(): void {
    this.#tampers.add(this.#parts.refresh())
  }

  close(): void {
    this.#follower.close()
    this.#backlog?.close()
  }

  claim(claim: Claim): void {
    this.#fold.claim(claim)
  }

  get state(): JournalUpdate {
    const fold = this.#fold
    const file = this.#follower.status
    const leftBytes = file.behindBytes + (this.#backlog?.leftBytes ?? 0)
    return {
      file,
      sealedFiles: this.#parts.list.length,
      progress: this.#progress(),
      totals: fold.totals,
      totalsFromSeq: fold.totalsFromSeq,
      seq: fold.seq,
      timeMaxMs: fold.timeMaxMs,
      badLines: this.#badLines,
      seqBreaks: this.#seqBreaks,
      behindLines: leftBytes > 0 ? Math.round(leftBytes / (this.#meanLineBytes || 1024)) : 0,
      closedAtMs: fold.closedAtMs,
      bucketsFromSecond: fold.bucketsFromSecond,
      agreedSeq: fold.agreed?.seq ?? null,
      disagreement: fold.disagreement,
      cuts: this.#cuts,
      tampers: this.#tampers.found,
    }
  }

  takeChanges(): JournalChanges {
    const isFresh = this.#isFresh
    this.#isFresh = false
    return { ...this.#fold.takeChanges(), isFresh }
  }

  #progress(): number {
    const { offset, sizeBytes } = this.#openedAt
    const toRead = Math.max(0, sizeBytes - offset) + (this.#backlog?.totalBytes ?? 0)
    if (toRead === 0) return 1
    if (this.#backlog) return 1 - (this.#backlog.leftBytes + sizeBytes - offset) / toRead
    return Math.min(1, (this.#follower.offset - offset) / toRead)
  }

  #open(file: OpenFile, reason: OpenReason): number {
    this.#rereadStart = -1
    this.checkSealed()
    if (reason === 'cut') this.#cuts += 1
    if (reason === 'cut' || this.#fold.seq === 0) return this.#startAnew(file)
    return this.#goOn(file)
  }

  /** The next file of the same chain goes on with the next seq, or sealed ones stand between. */
  #goOn(file: OpenFile): number {
    const nextSeq = this.#fold.seq + 1
    // Where its first line cannot be read yet, that line will tell.
    const firstSeq = firstSeqOf(file) ?? nextSeq
    const missed = firstSeq > nextSeq ? this.#parts.between(nextSeq, firstSeq) : []
    const isWhole = firstSeq === nextSeq || (missed[0]?.firstSeq ?? Number.POSITIVE_INFINITY) <= nextSeq
    if (!isWhole) return this.#startAnew(file)
    this.#openedAt = { offset: 0, sizeBytes: file.sizeBytes }
    if (missed.length > 0) {
      this.#backlog = new Backlog(missed, 0)
      this.#skipThroughSeq = this.#fold.seq
    }
    return 0
  }

  /** The open file is not there: what is sealed is shown, and is never an empty journal. */
  #startSealed(): boolean {
    this.checkSealed()
    if (this.#parts.list.length === 0) return false
    this.#startAnew(null)
    return true
  }

  #startAnew(file: OpenFile | null): number {
    const firstSeq = file ? firstSeqOf(file) : null
    const sealed = this.#parts.between(1, firstSeq ?? Number.POSITIVE_INFINITY)
    const { parts, offset, checkpointSeq } = startingPlace(file, sealed)
    this.#backlog?.close()
    this.#backlog = parts.length > 0 ? new Backlog(parts, offset) : null
    this.#skipThroughSeq = 0
    this.#tampers.expect(this.#fold.agreed)
    const claims = this.#fold.openClaims
    this.#fold = new JournalFold(checkpointSeq)
    for (const claim of claims) this.#fold.claim(claim)
    this.#isFresh = true
    this.#badLines = 0
    this.#seqBreaks = 0
    const openOffset = parts.length > 0 ? 0 : offset
    this.#openedAt = { offset: openOffset, sizeBytes: file?.sizeBytes ?? 0 }
    return openOffset
  }

  #stepBacklog(backlog: Backlog): boolean {
    try {
      const hasMore = backlog.step((line) => this.#takeSealed(line, line.linesLeft))
      if (hasMore) return true
    } catch (error) {
      // A sealed file that cannot be read to its end: the open one and its checkpoint still can.
      this.#tampers.add([`a sealed file cannot be read: ${errorText(error)}`])
    }
    backlog.close()
    this.#backlog = null
    return true
  }

  #takeSealed(line: Line, linesLeft: number): void {
    const entry = line.isOversized ? null : readJournalEntry(line.bytes)
    if (entry && entry.seq <= this.#skipThroughSeq) return
    if (entry && !this.#follows(entry.seq)) this.#seqBreaks += 1
    if (entry) this.#add(entry, line, linesLeft)
    else this.#badLines += 1
  }

  #take(line: Line, file: OpenFile, linesLeft: number): number | undefined {
    const entry = line.isOversized ? null : readJournalEntry(line.bytes)
    const follows = entry !== null && this.#follows(entry.seq)
    if (!follows && line.isAssembled && line.start !== this.#rereadStart) {
      // Its first part may have been cut away and something else written in its place.
      this.#rereadStart = line.start
      return line.start
    }
    if (!entry) {
      this.#badLines += 1
      return undefined
    }
    if (!follows && line.start === 0 && entry.seq <= this.#fold.seq) return this.#startAnew(file)
    if (!follows) this.#seqBreaks += 1
    this.#add(entry, line, linesLeft)
    return undefined
  }

  #follows(seq: number): boolean {
    return this.#fold.seq === 0 || seq === this.#fold.seq + 1
  }

  #add(entry: Parameters<JournalFold['add']>[0], line: Line, linesLeft: number): void {
    const weight = this.#meanLineBytes ? MEAN_WEIGHT : 1
    this.#meanLineBytes += (line.end - line.start - this.#meanLineBytes) * weight
    // Of a full read only the last lines can still be on the screen when it is painted.
    this.#fold.add(entry, linesLeft < ROWS_MAX ? line.bytes : null)
  }
}
