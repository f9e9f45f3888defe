/**
 * The state at a moment of the past: the nearest checkpoint and what comes after it, through the folds of the live tail.
 *
 * What lies before the checkpoint comes from the index as far as it knows it; without it the counts are right all the
 * same, and charts and lists begin at the checkpoint.
 */
import { type CheckpointEntry, isRecordEntry } from '../../shared/contract/journal-entry.js'
import { BusinessFold } from '../business/business-fold.js'
import type { BusinessUpdate } from '../business/business-session.js'
import type { Scope } from '../business/report.js'
import type { JournalIndex } from '../index/journal-index.js'
import type { IndexEntry } from '../index/segment.js'
import { lineAt } from '../query/entry-detail.js'
import { findLastCheckpoint } from '../tail/checkpoint-search.js'
import { readJournalEntry } from '../tail/entry-reader.js'
import { eventRow } from '../tail/event-row.js'
import { entryTimeMs, hasRow, type JournalFold } from '../tail/journal-fold.js'
import {
  BUCKET_SECONDS_MAX,
  type EventRow,
  type JournalUpdate,
  REJECTIONS_MAX,
  ROWS_MAX,
  type TailUpdate,
} from '../tail/protocol.js'
import { SealedParts } from '../tail/sealed-parts.js'
import type { TailFiles } from '../tail/tail-session.js'
import { JournalText, type TextPart, type TextPlace } from './journal-text.js'
import { logAt } from './log-text.js'
import { rejectedBeside } from './rejected.js'
import { findStart, type Start, WrongIndex } from './start.js'
import { type Goal, goalOf, type PlainTarget, type Target } from './target.js'

export interface MomentQuestion {
  target: Target
  /** What the business figures are to be about; null where nobody looks at them. */
  scope: Scope | null
}

/** Everything that is shown, as it was at a moment. */
export interface Moment {
  /** Milliseconds since 1970. */
  timeMs: number
  /** Last line that was written by then; 0 before the first. */
  seq: number
  /** False where the journal ends before the target. */
  isReached: boolean
  tail: TailUpdate
  business: BusinessUpdate | null
  /** The index knows all that lies before. */
  isWhole: boolean
}

/** What the lines up to the moment add up to. */
interface Replayed {
  fold: JournalFold
  business: BusinessFold | null
  /** After the last line. */
  end: TextPlace
  isReached: boolean
  /** From the first line of the journal to the start of the replay; null where it is not known. */
  history: readonly IndexEntry[] | null
}

export class MomentReader {
  readonly #files: TailFiles
  readonly #index: JournalIndex
  readonly #sealed: SealedParts

  constructor(files: TailFiles, index: JournalIndex) {
    this.#files = files
    this.#index = index
    this.#sealed = new SealedParts(files.eventsFile)
  }

  /**
   * Null where there is no journal, or no such place in it.
   *
   * @throws {SuiteError} `journal_file` (74), `journal_integrity` (76) where a file cannot be read.
   */
  read(question: MomentQuestion): Moment | null {
    try {
      return this.#read(question)
    } catch (error) {
      if (!(error instanceof WrongIndex)) throw error
      this.#index.drop()
      return this.#read(question)
    }
  }

  #read({ target: wanted, scope }: MomentQuestion): Moment | null {
    const text = new JournalText(this.#files.eventsFile, this.#sealed)
    try {
      if (text.parts.length === 0) return null
      const target = wanted.kind === 'rejected' ? this.#rejected(text, wanted) : wanted
      if (!target) return null
      const goal = goalOf(target, target.kind === 'offset' ? newestCheckpoint(text) : null)
      const start = findStart(text, goal, this.#index)
      const replayed = this.#replay(text, { start, goal, scope })
      const { fold, history, isReached } = replayed
      const timeMs = target.kind === 'time' ? target.timeMs : (fold.timeMaxMs ?? 0)
      return {
        timeMs,
        seq: fold.seq,
        isReached,
        tail: this.#tail(text, replayed, timeMs),
        business: this.#business(text, replayed, { scope, timeMs }),
        isWhole: history !== null,
      }
    } finally {
      text.close()
    }
  }

  #rejected(text: JournalText, wanted: Extract<Target, { kind: 'rejected' }>): PlainTarget | null {
    const seq = rejectedBeside(text, this.#index.entries, wanted)
    return seq === null ? null : { kind: 'seq', seq }
  }

  #replay(
    text: JournalText,
    { start, goal, scope }: { start: Start; goal: Goal; scope: Scope | null },
  ): Replayed {
    const { fold, place } = start
    const [first] = text.parts
    const history = start.seq > 0 ? this.#index.history(first?.firstSeq ?? 1, start.seq) : []
    const business = scope !== null && history ? new BusinessFold([scope]) : null
    if (history) recall(fold, business, history)
    let timeMs = fold.timeMaxMs ?? Number.NEGATIVE_INFINITY
    let end = place
    let isReached = false
    for (const { entry, bytes, at, next } of text.entries(place)) {
      timeMs = Math.max(timeMs, entryTimeMs(entry))
      isReached = goal.isBeyond(timeMs)
      if (isReached) break
      const isRejected = isRecordEntry(entry) && entry.error !== undefined
      fold.add(entry, isRejected ? { bytes, at } : null)
      if (isRecordEntry(entry)) business?.add(entry, timeMs)
      end = next
      isReached = goal.isReached(entry)
      if (isReached) break
    }
    return { fold, business, end, isReached, history }
  }

  #tail(text: JournalText, replayed: Replayed, timeMs: number): TailUpdate {
    const { fold, end, history } = replayed
    const { buckets, rejections } = fold.takeChanges()
    return {
      journal: this.#journal(text, fold, end),
      buckets,
      events: rowsBefore(text, end),
      rejections: [
        ...earlierRejections(text, history ?? [], REJECTIONS_MAX - rejections.length),
        ...rejections,
      ],
      isFresh: true,
      ...logAt(this.#files.logFile, timeMs),
      isCaughtUp: true,
    }
  }

  /** What was found out about the journal as a whole is no matter of a moment; the live tail tells it. */
  #journal(text: JournalText, fold: JournalFold, { part, offset }: TextPlace): JournalUpdate {
    const { path } = text.parts[part] as TextPart
    const sealed = this.#sealed.list.slice(0, part)
    return {
      file: { path, state: 'open', problem: null, sizeBytes: offset, behindBytes: 0 },
      files: [
        ...sealed,
        { path, storedBytes: offset, firstSeq: (text.parts[part] as TextPart).firstSeq, sealedAtMs: null },
      ],
      sealedFiles: sealed.length,
      progress: 1,
      totals: fold.totals,
      totalsFromSeq: fold.totalsFromSeq,
      seq: fold.seq,
      hash: fold.hash,
      timeMaxMs: fold.timeMaxMs,
      clusterId: null,
      badLines: 0,
      seqBreaks: 0,
      chain: { fromSeq: null, toSeq: null, breaks: 0, firstBreakSeq: null },
      checkpoint: fold.checkpoint,
      behindLines: 0,
      closedAtMs: fold.closedAtMs,
      bucketsFromSecond: fold.bucketsFromSecond,
      agreedSeq: null,
      disagreement: null,
      cuts: 0,
      tampers: [],
    }
  }

  #business(
    text: JournalText,
    { business, fold }: Replayed,
    { scope, timeMs }: { scope: Scope | null; timeMs: number },
  ): BusinessUpdate | null {
    if (scope === null) return null
    const report = (business ?? new BusinessFold([])).report(scope, timeMs)
    return {
      report,
      progress: business ? 1 : this.#index.progress,
      fromSeq: text.parts[0]?.firstSeq ?? null,
      seq: fold.seq,
      isComplete: business !== null,
    }
  }
}

/** Seconds that no view looks back to are left out. */
function recall(fold: JournalFold, business: BusinessFold | null, history: readonly IndexEntry[]): void {
  const [first] = history
  const last = history.at(-1)
  if (!first || !last) return
  const oldest = last.time_max_ms / 1000 - BUCKET_SECONDS_MAX
  const near = history.filter((entry) => entry.time_max_ms / 1000 >= oldest)
  const buckets = near.flatMap(({ seconds }) =>
    seconds.map(([second, records, accepted, bytes]) => ({ second, records, accepted, bytes })),
  )
  fold.recall(buckets, first.from_seq === 1 ? first.from_second : first.from_second + 1)
  if (!business) return
  for (const { minutes } of history)
    for (const { start_ms, sums } of minutes) business.addMinute(start_ms, sums)
}

function newestCheckpoint(text: JournalText): CheckpointEntry | null {
  for (let part = text.parts.length - 1; part >= 0; part -= 1) {
    const found = findLastCheckpoint(text.file(part))
    if (found) return found.entry
  }
  return null
}

/** The rows up to a place, oldest first. */
function rowsBefore(text: JournalText, end: TextPlace): EventRow[] {
  const rows: EventRow[] = []
  for (const { entry, bytes, at } of text.entriesBefore(end)) {
    if (hasRow(entry)) rows.push(eventRow(entry, { bytes, at }))
    if (rows.length === ROWS_MAX) break
  }
  return rows.reverse()
}

/** The last `count` rejected records that the index knows, oldest first. */
function earlierRejections(text: JournalText, history: readonly IndexEntry[], count: number): EventRow[] {
  const rows: EventRow[] = []
  for (let index = history.length - 1; index >= 0 && rows.length < count; index -= 1) {
    const places = history[index]?.rejections.slice(-(count - rows.length)) ?? []
    rows.unshift(...places.flatMap(([fileFirstSeq, offset]) => rowAt(text, fileFirstSeq, offset)))
  }
  return rows
}

function rowAt(text: JournalText, fileFirstSeq: number, offset: number): EventRow[] {
  const part = text.indexOf(fileFirstSeq)
  const bytes = part === -1 ? null : lineAt(text.file(part), offset)
  const entry = bytes && readJournalEntry(bytes)
  return bytes && entry ? [eventRow(entry, { bytes, at: { fileFirstSeq, offset } })] : []
}
