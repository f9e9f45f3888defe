/**
 * Makes the index of a stripe of the journal apart from what lies before it: from behind one checkpoint, which says what
 * all lines before it count, to another.
 *
 * What the first checkpoint says is taken on trust here; whoever joins the stripes compares it with what was counted.
 */
import { isDeepStrictEqual } from 'node:util'
import type { JournalEntry } from '../../shared/contract/journal-entry.js'
import { findCheckpoint, openFile } from '../../shared/journal/checkpoints.js'
import { LineCursor, type LineWalker, WINDOW_BYTES } from '../../shared/journal/read.js'
import { listsPositions } from '../../shared/journal/state.js'
import { readRange } from '../../shared/journal/tail.js'
import { ORDER_FIELDS } from '../business/sums.js'
import { LineReader, readJournalEntry } from '../tail/entry-reader.js'
import { type IndexEntry, SegmentFold, type SegmentStart, startAfter } from './segment.js'

/** A file of the journal. */
export interface StripeFile {
  path: string
  /** `seq` of its first line. */
  firstSeq: number
}

/** From the first checkpoint in a range of a file up to the first one behind that range, which may stand in a later file. */
export interface Stripe {
  /** Index into the files. */
  file: number
  /** Bytes of the range in the text of the file. */
  from: number
  until: number
}

export interface StripeOrder {
  /** Oldest first. */
  files: readonly StripeFile[]
  stripe: Stripe
  /** Of the first stripe the entry that it goes on from, whose line begins it, or null at the beginning; of others absent. */
  last?: IndexEntry | null
}

export interface FoundStripe {
  /** The checkpoint that the stripe begins behind. */
  begin: (SegmentStart & Pick<IndexEntry, 'seq' | 'hash'>) | null
  entries: IndexEntry[]
}

/** Told of the bytes gone over so far. */
type OnBytes = (bytes: number) => void

const PROGRESS_LINES = 2_048

/**
 * One for all stripes of a thread: it keeps nothing from line to line, and what was compiled for it is of use again. Made when
 * it is first needed: who only plans stripes reads none.
 */
let lines: LineReader | null = null

/** Ranges of about `stripeBytes` over files of these sizes, from a byte of the first one on. */
export function stripesOf(sizes: readonly number[], from: number, stripeBytes: number): Stripe[] {
  return sizes.flatMap((size, file) => {
    const begin = file === 0 ? from : 0
    const count = Math.max(1, Math.ceil((size - begin) / stripeBytes))
    return Array.from({ length: count }, (_, index) => ({
      file,
      from: begin + index * stripeBytes,
      until: index === count - 1 ? size : begin + (index + 1) * stripeBytes,
    }))
  })
}

/** The entries of a stripe; null where lines are missing, and where a file is no longer what it was. */
export function indexStripe({ files, stripe, last }: StripeOrder, onBytes: OnBytes): FoundStripe | null {
  if (last !== undefined) {
    const entries = entriesFrom(files, { ...stripe, begin: last, at: stripe.from }, onBytes)
    return entries && { begin: null, entries }
  }
  const found = checkpointIn(files[stripe.file], stripe)
  // The stripe before goes on through this one.
  if (found === null) return { begin: null, entries: [] }
  const { begin, end } = found
  const entries = entriesFrom(files, { ...stripe, begin, at: end }, onBytes)
  return entries && { begin, entries }
}

/** True where a stripe goes on exactly from the entries before it. */
export function joins({ begin }: FoundStripe, last: IndexEntry | null): boolean {
  if (begin === null) return true
  if (!last) return false
  const { seq, hash, totals, checkpoint, time_max_ms } = last
  return isDeepStrictEqual({ seq, hash, totals, checkpoint, time_max_ms }, begin)
}

function checkpointIn(
  file: StripeFile | undefined,
  { from, until }: Stripe,
): { begin: NonNullable<FoundStripe['begin']>; end: number } | null {
  if (!file) return null
  const open = openFile(file.path)
  try {
    const found = findCheckpoint(open, from, until)
    const entry = found && readJournalEntry(readRange(open.text, found.at, found.end - 1))
    if (entry?.event_type !== 'journal.checkpoint') return null
    return { begin: { seq: entry.seq, hash: entry.hash, ...startAfter(entry) }, end: found?.end ?? 0 }
  } finally {
    open.text.close()
  }
}

interface Walk extends Stripe {
  /** What lies before, and its last line. */
  begin: (SegmentStart & Pick<IndexEntry, 'seq'>) | null
  /** Byte to begin at, the start of a line. */
  at: number
}

function entriesFrom(files: readonly StripeFile[], walk: Walk, onBytes: OnBytes): IndexEntry[] | null {
  const reader = new StripeReader(walk, onBytes)
  for (const [index, file] of files.entries()) {
    if (index < walk.file) continue
    const isFirst = index === walk.file
    reader.enter(file, isFirst)
    const part = { fromBytes: isFirst ? walk.at : 0, walker: reader.walker }
    const lines = new LineCursor(file.path, part)
    try {
      while (lines.advance()) {
        const end = reader.take(lines)
        if (end !== 'on') return end === 'end' ? reader.entries : null
      }
    } finally {
      lines.close()
    }
  }
  onBytes(reader.bytes)
  return reader.entries
}

/** Goes from line to line of a stripe. What is done for each is apart from the loop over files, so that it is compiled once. */
class StripeReader {
  readonly entries: IndexEntry[] = []
  bytes = 0
  readonly #lines: LineReader
  readonly #walk: Walk
  readonly #onBytes: OnBytes
  readonly #fold: SegmentFold
  #firstSeq = 0
  #isFirst = true
  #seq: number

  constructor(walk: Walk, onBytes: OnBytes) {
    lines ??= new LineReader(ORDER_FIELDS, { windowBytes: WINDOW_BYTES })
    this.#lines = lines
    this.#walk = walk
    this.#onBytes = onBytes
    this.#fold = new SegmentFold(walk.begin)
    this.#seq = walk.begin?.seq ?? 0
  }

  /** Of the cursor whose lines are taken. */
  get walker(): LineWalker {
    return this.#lines.walker
  }

  /** Lines are those of this file from now on. */
  enter({ firstSeq }: StripeFile, isFirst: boolean): void {
    this.#firstSeq = firstSeq
    this.#isFirst = isFirst
  }

  /** Takes the next line, which the cursor is at; `end` where it is the last of the stripe, `wrong` where it does not go on from the one before. */
  take(lines: LineCursor): 'on' | 'end' | 'wrong' {
    const { number, offset, endOffset } = lines
    const entry = lines.isWhole ? this.#lines.readAt(lines) : null
    if (number === 1 && (!this.#isFirst || this.#walk.at === 0) && entry?.seq !== this.#firstSeq)
      return 'wrong'
    if (!entry) return 'on'
    this.bytes += endOffset - offset
    if (number % PROGRESS_LINES === 0) this.#onBytes(this.bytes)
    // The line of the last entry is read once more.
    if (entry.seq === this.#seq && this.#isFirst && number === 1) return 'on'
    if (this.#seq > 0 && entry.seq !== this.#seq + 1) return 'wrong'
    this.#seq = entry.seq
    const made = this.#fold.add(entry, { fileFirstSeq: this.#firstSeq, offset }, endOffset)
    if (made) this.entries.push(made)
    return this.#isEnd(entry, offset) ? 'end' : 'on'
  }

  #isEnd(entry: JournalEntry, offset: number): boolean {
    const isBehind = !this.#isFirst || offset >= this.#walk.until
    return isBehind && entry.event_type === 'journal.checkpoint' && listsPositions(entry)
  }
}
