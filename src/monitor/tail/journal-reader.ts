/**
 * Reads the journal, a set of files, in its order and on as it grows; what a line means is its owner's matter.
 *
 * Which file comes next is told by the seq of its first line, so a rotation loses no line and gives none twice,
 * however many happen between two looks. Nothing is dropped: the files themselves are the buffer.
 */
import type { JournalEntry } from '../../shared/contract/journal-entry.js'
import type { WantedFields } from '../../shared/journal/scan/wanted-fields.js'
import { errorText } from '../../shared/runtime/errors.js'
import { Backlog } from './backlog.js'
import { LineReader } from './entry-reader.js'
import { FileFollower, type FileStatus, type OpenReason } from './file-follower.js'
import type { Line } from './line-splitter.js'
import { firstSeqOf, type OpenFile } from './part-file.js'
import { type SealedPart, SealedParts } from './sealed-parts.js'
import type { StartingPlace } from './starting-place.js'

/** Weight of the newest line in the mean length from which lines behind are estimated. */
const MEAN_WEIGHT = 0.02

/** What a line is in its row: where it stands, and whether it goes on from the one before. */
export interface LineContext {
  line: Line
  /** `seq` of the first line of the file it stands in. */
  fileFirstSeq: number
  /** False where lines are missing before it. */
  follows: boolean
  /** Lines of the same read that come after it. */
  linesLeft: number
}

export interface ReaderOwner {
  /** Reading begins, or begins anew because bytes were lost (`cut`); says where. `open` is null without the file. */
  onStart(
    open: OpenFile | null,
    sealed: readonly SealedPart[],
    reason: 'first' | 'other' | 'cut',
  ): StartingPlace
  /** The entry is valid until the next one comes. */
  onEntry(entry: JournalEntry, context: LineContext): void
  /** A line that is no entry. Of several who read the same files, the tail tells of it; so of {@link onTamper}. */
  onBadLine?(): void
  /** Something that never may change did. */
  onTamper?(texts: readonly string[]): void
}

export class JournalReader {
  readonly #owner: ReaderOwner
  readonly #lines: LineReader
  readonly #follower: FileFollower
  readonly #parts: SealedParts
  #backlog: Backlog | null = null
  /** Last line given to the owner; 0 before the first. */
  #seq = 0
  /** Lines up to here were given out; a part that is entered at its beginning may hold them again. */
  #skipThroughSeq = 0
  #openFirstSeq = 0
  #meanLineBytes = 0
  /** Where reading of the open file began, and how much there was to read in it and in the sealed ones. */
  #openedAt = { offset: 0, sizeBytes: 0, sealedBytes: 0 }
  /** Start of a line that was read a second time; a line that is bad twice is bad. */
  #rereadStart = -1

  /** @param wanted All that the owner looks at in the payload of an accepted record; null for any. */
  constructor(path: string, owner: ReaderOwner, wanted: WantedFields | null = null) {
    this.#owner = owner
    this.#lines = new LineReader(wanted)
    this.#parts = new SealedParts(path)
    this.#follower = new FileFollower(path, {
      onOpen: (file, reason) => this.#open(file, reason),
      onLine: (line, { file, linesLeft }) => this.#take(line, file, linesLeft),
    })
  }

  /** The open file. */
  get file(): FileStatus {
    return this.#follower.status
  }

  /** `seq` of its first line; 0 before it was read. */
  get openFirstSeq(): number {
    return this.#openFirstSeq
  }

  /** Oldest first. */
  get sealed(): readonly SealedPart[] {
    return this.#parts.list
  }

  /** Share of what was there at the start and has been read, 0 to 1. */
  get progress(): number {
    const { offset, sizeBytes, sealedBytes } = this.#openedAt
    const toRead = Math.max(0, sizeBytes - offset) + sealedBytes
    if (toRead === 0) return 1
    const isInBacklog = this.#backlog !== null
    const openRead = isInBacklog ? 0 : this.#follower.offset - offset
    return Math.min(1, (sealedBytes - (this.#backlog?.leftBytes ?? 0) + openRead) / toRead)
  }

  /** Lines not read yet, estimated from the mean length; 0 at the end. */
  get behindLines(): number {
    const leftBytes = this.file.behindBytes + (this.#backlog?.leftBytes ?? 0)
    return leftBytes > 0 ? Math.round(leftBytes / (this.#meanLineBytes || 1024)) : 0
  }

  /** Where the file of the journal whose first line is `firstSeq` stands: sealed, or still open. */
  pathOf(firstSeq: number): string {
    return this.sealed.find((part) => part.firstSeq === firstSeq)?.path ?? this.file.path
  }

  /** Looks and reads once; true while there may be more to do at once. */
  step(): boolean {
    if (this.#backlog) return this.#stepBacklog(this.#backlog)
    if (this.#follower.step()) return true
    return this.#seq === 0 && this.file.state === 'missing' && this.#startSealed()
  }

  /** Looks whether a sealed file was touched; worth doing every few seconds. */
  checkSealed(): void {
    const tampers = this.#parts.refresh()
    this.#owner.onTamper?.(tampers)
  }

  close(): void {
    this.#follower.close()
    this.#backlog?.close()
  }

  #open(file: OpenFile, reason: OpenReason): number {
    this.#rereadStart = -1
    this.checkSealed()
    if (reason === 'cut') return this.#start(file, 'cut')
    return this.#seq === 0 ? this.#start(file, 'first') : this.#goOn(file)
  }

  /** The next file of the same chain goes on with the next seq, or sealed ones stand between. */
  #goOn(file: OpenFile): number {
    const nextSeq = this.#seq + 1
    // Where its first line cannot be read yet, that line will tell.
    const firstSeq = firstSeqOf(file) ?? nextSeq
    const missed = firstSeq > nextSeq ? this.#parts.between(nextSeq, firstSeq) : []
    const isWhole = firstSeq === nextSeq || (missed[0]?.firstSeq ?? Number.POSITIVE_INFINITY) <= nextSeq
    if (!isWhole) return this.#start(file, 'other')
    this.#openFirstSeq = firstSeq
    this.#openedAt = { offset: 0, sizeBytes: file.sizeBytes, sealedBytes: 0 }
    if (missed.length > 0) {
      this.#backlog = new Backlog(missed, 0)
      this.#openedAt.sealedBytes = this.#backlog.totalBytes
      this.#skipThroughSeq = this.#seq
    }
    return 0
  }

  /** The open file is not there: what is sealed is read, and is never an empty journal. */
  #startSealed(): boolean {
    this.checkSealed()
    if (this.sealed.length === 0) return false
    this.#start(null, 'first')
    return true
  }

  #start(file: OpenFile | null, reason: 'first' | 'other' | 'cut'): number {
    const firstSeq = file ? firstSeqOf(file) : null
    const sealed = this.#parts.between(1, firstSeq ?? Number.POSITIVE_INFINITY)
    const { parts, offset } = this.#owner.onStart(file, sealed, reason)
    this.#backlog?.close()
    this.#backlog = parts.length > 0 ? new Backlog(parts, offset) : null
    this.#seq = 0
    this.#skipThroughSeq = 0
    this.#openFirstSeq = firstSeq ?? 0
    const openOffset = parts.length > 0 ? 0 : offset
    const sealedBytes = this.#backlog?.totalBytes ?? 0
    this.#openedAt = { offset: openOffset, sizeBytes: file?.sizeBytes ?? 0, sealedBytes }
    return openOffset
  }

  #stepBacklog(backlog: Backlog): boolean {
    try {
      const hasMore = backlog.step((line, part) => this.#takeSealed(line, part))
      if (hasMore) return true
    } catch (error) {
      // A sealed file that cannot be read to its end: the open one and its checkpoint still can.
      this.#owner.onTamper?.([`a sealed file cannot be read: ${errorText(error)}`])
    }
    backlog.close()
    this.#backlog = null
    return true
  }

  #takeSealed(line: Line, { firstSeq, linesLeft }: { firstSeq: number; linesLeft: number }): void {
    const entry = line.isOversized ? null : this.#lines.read(line.bytes)
    if (!entry) this.#owner.onBadLine?.()
    else if (entry.seq > this.#skipThroughSeq) this.#give(entry, { line, fileFirstSeq: firstSeq, linesLeft })
  }

  #take(line: Line, file: OpenFile, linesLeft: number): number | undefined {
    const entry = line.isOversized ? null : this.#lines.read(line.bytes)
    const follows = entry !== null && this.#follows(entry.seq)
    if (!follows && line.isAssembled && line.start !== this.#rereadStart) {
      // Its first part may have been cut away and something else written in its place.
      this.#rereadStart = line.start
      return line.start
    }
    if (!entry) {
      this.#owner.onBadLine?.()
      return undefined
    }
    if (!follows && line.start === 0 && entry.seq <= this.#seq) return this.#start(file, 'other')
    if (line.start === 0) this.#openFirstSeq = entry.seq
    this.#give(entry, { line, fileFirstSeq: this.#openFirstSeq, linesLeft })
    return undefined
  }

  #follows(seq: number): boolean {
    return this.#seq === 0 || seq === this.#seq + 1
  }

  #give(entry: JournalEntry, context: Omit<LineContext, 'follows'>): void {
    const { start, end } = context.line
    const weight = this.#meanLineBytes ? MEAN_WEIGHT : 1
    this.#meanLineBytes += (end - start - this.#meanLineBytes) * weight
    const follows = this.#follows(entry.seq)
    this.#seq = entry.seq
    this.#owner.onEntry(entry, { ...context, follows })
  }
}
