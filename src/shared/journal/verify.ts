/**
 * Checks a row of journal files: chain, sequence, offsets, succession, checkpoints. Names the first bad line.
 *
 * Proves that the files are as they were written, or where they first are not. A journal that was rewritten as a
 * whole with a new chain, or cut at a line's end, passes: that needs heads kept elsewhere, or a key.
 */
import type { KeyObject } from 'node:crypto'
import { basename } from 'node:path'
import type { JournalEntry } from '../contract/journal-entry.js'
import { JOURNAL_FORMAT } from '../contract/limits.js'
import { checkLine } from './line.js'
import { type FileLine, readLines } from './read.js'
import { listedCluster, startInsideChain, stateAt } from './recover.js'
import { scanRecord } from './scan/scan-record.js'
import { readStrictly } from './scan/strict.js'
import { emptyState, foldEntry, foldRecord, type JournalState, listsPositions } from './state.js'
import { type Head, HeadCheck, SignatureCheck, type Witnessed } from './witness.js'

export interface BadLine {
  file: string
  /** From 1, in its file. */
  line: number
  /** Reads on after "line N". */
  problem: string
}

export interface Verification {
  files: string[]
  /** The first thing that is wrong, or null. */
  bad: BadLine | null
  /** `seq` of the first line; over 1 where earlier files are absent. Null for no lines. */
  fromSeq: number | null
  /** Whole lines that verified. */
  lines: number
  /** What the verified lines add up to. */
  state: JournalState
  /** Bytes at the end of the last file that no LF ends: a line in the making, or torn. */
  unfinishedBytes: number
  /** Anchored heads that the lines agree with. */
  heads: Witnessed
  /** Signatures of checkpoints that the key made; none where no key was given. */
  signatures: Witnessed
}

export interface VerifyOptions {
  /** Called now and then with the bytes of all files checked so far. */
  onProgress?: (bytes: number) => void
  /** Checks each file only up to here; a line's end. */
  untilBytes?: number
  /** Heads of this chain that were kept elsewhere, in any order; those before the first line are not compared. */
  heads?: Iterable<Head>
  /** From the first signed checkpoint on each one must be signed with it, and one must be. */
  publicKey?: KeyObject
}

const PROGRESS_LINES = 4_096

/** @param files Oldest first. */
export function verifyFiles(files: string[], options: VerifyOptions = {}): Verification {
  const { onProgress, untilBytes } = options
  const checker = new Checker(files, options)
  const { result } = checker
  let bytesBefore = 0
  for (const [index, file] of files.entries()) {
    const place = { previousFile: files[index - 1] ?? null, isLast: index === files.length - 1 }
    let bytes = 0
    for (const fileLine of readLines(file, untilBytes === undefined ? {} : { untilBytes })) {
      const problem = checker.line(fileLine, place)
      if (problem) {
        result.bad = { file, line: fileLine.number, problem }
        return result
      }
      if (fileLine.isWhole) checker.last = { file, line: fileLine.number }
      bytes = fileLine.offset + fileLine.line.length + 1
      if (fileLine.number % PROGRESS_LINES === 0) onProgress?.(bytesBefore + bytes)
    }
    bytesBefore += bytes
  }
  onProgress?.(bytesBefore)
  checker.end()
  return result
}

interface Place {
  previousFile: string | null
  isLast: boolean
}

/** Goes from line to line and keeps what the next one is compared with. */
class Checker {
  readonly result: Verification
  /** The last whole line. */
  last: Omit<BadLine, 'problem'>
  readonly #heads: HeadCheck
  readonly #signatures: SignatureCheck | null

  constructor(files: string[], { heads = [], publicKey }: VerifyOptions) {
    this.#heads = new HeadCheck(heads)
    this.#signatures = publicKey ? new SignatureCheck(publicKey) : null
    this.last = { file: files.at(-1) ?? '', line: 1 }
    this.result = {
      files,
      bad: null,
      fromSeq: null,
      lines: 0,
      state: emptyState(),
      unfinishedBytes: 0,
      heads: this.#heads.result,
      signatures: this.#signatures?.result ?? { checked: 0, upToSeq: null },
    }
  }

  /** What is wrong with the next line, or null. */
  line(fileLine: FileLine, place: Place): string | null {
    const { result } = this
    const { line, isWhole } = fileLine
    if (!isWhole) {
      result.unfinishedBytes = line.length
      return place.isLast ? null : 'is not ended by a line feed, and another file follows'
    }
    if (result.lines === 0) startInsideChain(result.state, line)
    const previousHash = result.state.hash
    // Where earlier files are absent, an anchored head of the last line in them speaks for what the first one names.
    const joint = result.lines === 0 ? this.#heads.line(result.state) : null
    if (joint) return `follows seq ${result.state.seq}, which ${joint}`
    const check = checkLine(line, previousHash)
    if (!check.ok) return check.problem
    const problem = this.#content(fileLine, check.hash, place)
    if (problem) return problem
    result.fromSeq ??= result.state.seq
    result.lines += 1
    return null
  }

  /** Looks at the journal as a whole, after its last line. */
  end(): void {
    const problem = this.#heads.end(this.result.state) ?? this.#signatures?.end()
    if (problem) this.result.bad = { ...this.last, problem }
  }

  /** Looks at what a line says, whose hash is right, and adds it to the state. */
  #content({ line, number }: FileLine, hash: string, place: Place): string | null {
    const { state } = this.result
    const facts = number === 1 ? null : scanRecord(line, hash)
    if (facts)
      return (facts.seq === state.seq + 1 ? this.#heads.line(facts) : null) ?? foldRecord(state, facts)
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
function placeProblem(entry: JournalEntry, number: number, { previousFile }: Place): string | null {
  if (number !== 1) return null
  if (entry.event_type !== 'journal.opened') return 'does not open the file with journal.opened'
  if (entry.format !== JOURNAL_FORMAT)
    return `has format ${entry.format}; this version reads format ${JOURNAL_FORMAT}`
  const isSuccessor = previousFile !== null
  if (isSuccessor && entry.previous_file === null)
    return `does not name ${basename(previousFile)} as the file before it`
  return null
}
