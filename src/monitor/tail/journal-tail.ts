/**
 * Follows the journal from its newest checkpoint to its end and on, into a fold.
 *
 * The last lines of a journal are provisional: when the file loses bytes, everything is read anew from what still
 * stands.
 */
import type { JournalEntry } from '../../shared/contract/journal-entry.js'
import { errnoCode } from '../../shared/runtime/errors.js'
import { type EntryDetail, readDetail } from '../query/entry-detail.js'
import { ChainWatch } from './chain-watch.js'
import { type Claim, JournalFold } from './journal-fold.js'
import { JournalReader, type LineContext } from './journal-reader.js'
import type { OpenFile } from './part-file.js'
import {
  type Bucket,
  type EventRow,
  type JournalFileRow,
  type JournalUpdate,
  type LinePlace,
  ROWS_MAX,
} from './protocol.js'
import type { SealedPart } from './sealed-parts.js'
import { startingPlace, type TailStart } from './starting-place.js'
import { TamperWatch } from './tamper-watch.js'

/** Sealed files that are listed; the newest ones. */
const FILES_LISTED_MAX = 200

export interface JournalChanges {
  buckets: Bucket[]
  events: EventRow[]
  rejections: EventRow[]
  isFresh: boolean
}

export class JournalTail {
  readonly #reader: JournalReader
  readonly #tampers = new TamperWatch()
  #fold = new JournalFold(null)
  /** What is told of the head while the lines before it are still read for history. */
  #ahead: JournalFold | null = null
  #chain = new ChainWatch()
  #isFresh = true
  #badLines = 0
  #seqBreaks = 0
  #cuts = 0

  constructor(path: string) {
    this.#reader = new JournalReader(path, {
      onStart: (open, sealed, reason) => this.#start(open, sealed, reason),
      onEntry: (entry, context) => this.#add(entry, context),
      onBadLine: () => {
        this.#badLines += 1
      },
      onTamper: (texts) => this.#tampers.add(texts),
    })
  }

  /** Looks and reads once; true while there may be more to do at once. */
  step(): boolean {
    const hasMore = this.#reader.step()
    if (!hasMore) {
      this.#ahead = null
      this.#tampers.settle(this.#fold)
    }
    return hasMore
  }

  /** Looks whether a sealed file was touched; worth doing every few seconds. */
  checkSealed(): void {
    this.#reader.checkSealed()
  }

  close(): void {
    this.#reader.close()
  }

  claim(claim: Claim): void {
    this.#fold.claim(claim)
  }

  /** Reads a line again with all that is in it; null where it is no longer there. */
  detail(at: LinePlace): EntryDetail | null {
    // A file may have been sealed or compressed since.
    this.#reader.checkSealed()
    try {
      return readDetail(this.#reader.pathOf(at.fileFirstSeq), at)
    } catch (error) {
      if (errnoCode(error) === undefined) throw error
      return null
    }
  }

  /** The totals are exact already, and much is still to be read. */
  get isAhead(): boolean {
    return this.#ahead !== null
  }

  get state(): JournalUpdate {
    const fold = this.#fold
    const head = this.#ahead && this.#ahead.seq > fold.seq ? this.#ahead : fold
    return {
      file: this.#reader.file,
      files: this.#files(),
      sealedFiles: this.#reader.sealed.length,
      progress: this.#reader.progress,
      totals: head.totals,
      totalsFromSeq: head.totalsFromSeq,
      seq: head.seq,
      hash: head.hash,
      timeMaxMs: head.timeMaxMs,
      clusterId: head.clusterId,
      badLines: this.#badLines,
      seqBreaks: this.#seqBreaks,
      chain: this.#chain.state,
      checkpoint: head.checkpoint,
      behindLines: this.#reader.behindLines,
      closedAtMs: head.closedAtMs,
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

  #files(): JournalFileRow[] {
    const { file, openFirstSeq, sealed } = this.#reader
    const rows = sealed.slice(-FILES_LISTED_MAX).map(({ path, storedBytes, firstSeq, sealedAtMs }) => ({
      path,
      storedBytes,
      firstSeq,
      sealedAtMs,
    }))
    if (file.state !== 'open') return rows
    const open = { path: file.path, storedBytes: file.sizeBytes, firstSeq: openFirstSeq, sealedAtMs: null }
    return [...rows, open]
  }

  #start(open: OpenFile | null, sealed: readonly SealedPart[], reason: string): TailStart {
    if (reason === 'cut') this.#cuts += 1
    const place = startingPlace(open, sealed)
    this.#tampers.expect(this.#fold.agreed)
    const claims = this.#fold.openClaims
    this.#fold = new JournalFold(place.checkpoint)
    this.#ahead = place.ahead
    for (const claim of claims) this.#fold.claim(claim)
    this.#chain = new ChainWatch()
    this.#isFresh = true
    this.#badLines = 0
    this.#seqBreaks = 0
    return place
  }

  #add(entry: JournalEntry, { line, fileFirstSeq, follows, linesLeft }: LineContext): void {
    if (!follows) this.#seqBreaks += 1
    this.#chain.add(entry, line.bytes, follows)
    // Of a full read only the last lines can still be on the screen when it is painted.
    const isShown = linesLeft < ROWS_MAX || ('error' in entry && entry.error !== undefined)
    this.#fold.add(entry, isShown ? { bytes: line.bytes, at: { fileFirstSeq, offset: line.start } } : null)
  }
}
