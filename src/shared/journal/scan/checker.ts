/**
 * Checks lines one after the other against what came before them: the rules of `journal verify`, in one place.
 *
 * Can go on from what others checked, so that parts of a journal may be checked apart.
 */
import { basename } from 'node:path'
import type { JournalEntry } from '../../contract/journal-entry.js'
import { JOURNAL_FORMAT } from '../../contract/limits.js'
import { checkSeal, formProblem } from '../line.js'
import { type LineCursor, type LineWalker, WINDOW_BYTES } from '../read.js'
import { startInsideChain, stateAt } from '../recover.js'
import { foldEntry, foldRecord, listedCluster, listsPositions } from '../state.js'
import type { LineOf, Verification, WitnessOptions } from '../verification.js'
import { HeadCheck, SignatureCheck } from '../witness.js'
import { RecordScanner } from './scan-record.js'
import { readStrictly } from './strict.js'

/** One for all: it keeps nothing from line to line. */
const scanner = new RecordScanner({}, { windowBytes: WINDOW_BYTES })

/** Where a line stands among the files. */
export interface LinePlace {
  previousFile: string | null
  isLastFile: boolean
}

/** Goes from line to line and keeps what the next one is compared with. */
export class Checker {
  readonly result: Verification
  readonly #heads: HeadCheck
  readonly #signatures: SignatureCheck | null

  /** @param result Of the lines before; goes on in place. */
  constructor(result: Verification, { heads = [], publicKey }: WitnessOptions) {
    this.result = result
    this.#heads = new HeadCheck(heads, result.heads)
    this.#signatures = publicKey ? new SignatureCheck(publicKey, result.signatures) : null
  }

  /** Of the cursor whose lines are checked. */
  get walker(): LineWalker {
    return scanner
  }

  get passedUnsigned(): boolean {
    return this.#signatures?.passedUnsigned ?? false
  }

  /** What is wrong with the next line, which the cursor is at, or null. */
  line(lines: LineCursor, place: LinePlace): string | null {
    const { result } = this
    if (!lines.isWhole) {
      result.unfinishedBytes = lines.line.length
      return place.isLastFile ? null : 'is not ended by a line feed, and another file follows'
    }
    const isFirst = result.fromSeq === null
    if (isFirst) startInsideChain(result.state, lines.line)
    const previousHash = result.state.hash
    // Where earlier files are absent, an anchored head of the last line in them speaks for what the first one names.
    const joint = isFirst ? this.#heads.line(result.state) : null
    if (joint) return `follows seq ${result.state.seq}, which ${joint}`
    const check = checkSeal(lines, previousHash)
    if (!check.ok) return formProblem(lines.line) ?? check.problem
    const problem = this.#content(lines, check.hash, place)
    if (problem) return problem
    result.fromSeq ??= result.state.seq
    result.lines += 1
    return null
  }

  /** Looks at the journal as a whole, after its last whole line. */
  end(last: LineOf): void {
    const problem = this.#heads.end(this.result.state) ?? this.#signatures?.end()
    if (problem) this.result.bad = { ...last, problem }
  }

  /** Looks at what a line says, whose hash is right, and adds it to the state. */
  #content(lines: LineCursor, hash: string, place: LinePlace): string | null {
    const { state } = this.result
    const facts = lines.number === 1 ? null : scanner.scanAt(lines, hash)
    if (facts)
      return (facts.seq === state.seq + 1 ? this.#heads.line(facts) : null) ?? foldRecord(state, facts)
    // The short way takes none of these.
    const { line, number } = lines
    const problem = formProblem(line)
    if (problem) return problem
    const entry = readStrictly(line)
    if (typeof entry === 'string') return entry
    return placeProblem(entry, number, place) ?? this.#witness(entry) ?? this.#fold(entry, number)
  }

  #witness(entry: JournalEntry): string | null {
    const { seq, hash } = this.result.state
    // Another seq than the next one is told by the fold.
    if (entry.seq !== seq + 1) return null
    return this.#heads.line(entry) ?? this.#signatures?.line(entry, hash) ?? null
  }

  #fold(entry: JournalEntry, number: number): string | null {
    const { result } = this
    // Where earlier files are absent, the second line's positions and totals are what there is to go on from.
    const isAdopted = number === 2 && result.lines === 1 && result.fromSeq !== 1
    if (isAdopted && entry.event_type === 'journal.checkpoint' && listsPositions(entry)) {
      const { seq, hash } = result.state
      result.state = { ...stateAt(entry, listedCluster(entry)), seq, hash }
    }
    return foldEntry(result.state, entry)
  }
}

/** The first line of a file opens it and names the file before it. */
function placeProblem(entry: JournalEntry, number: number, { previousFile }: LinePlace): string | null {
  if (number !== 1) return null
  if (entry.event_type !== 'journal.opened') return 'does not open the file with journal.opened'
  if (entry.format !== JOURNAL_FORMAT)
    return `has format ${entry.format}; this version reads format ${JOURNAL_FORMAT}`
  const isSuccessor = previousFile !== null
  if (isSuccessor && entry.previous_file === null)
    return `does not name ${basename(previousFile)} as the file before it`
  return null
}
