/**
 * Opens what is on disk: sets a torn tail aside, verifies from the last checkpoint, folds what follows.
 *
 * Good data is never repaired away: a line that ends in LF and does not verify is refused with its number.
 */
import { closeSync, fdatasyncSync, ftruncateSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { type CheckpointEntry, GENESIS_HASH } from '../contract/journal-entry.js'
import { ExitCode, SuiteError } from '../runtime/errors.js'
import { exists, syncDirectory, writeFully } from '../runtime/files.js'
import type { SinceCheckpoint } from './draft.js'
import { lastRecords } from './last-records.js'
import { checkLine, HASH_FORM, linesOf, parseLine } from './line.js'
import { sealedFiles, tornFile } from './names.js'
import { RecentRecords } from './recent.js'
import { repairRotation } from './rotate.js'
import { emptyState, foldEntry, type JournalState, listedCluster, positionKey } from './state.js'
import { findEnd, readRange, readTail, type Source, type Tail } from './tail.js'
import { copyTotals } from './totals.js'

export interface Recovered {
  state: JournalState
  recent: RecentRecords
  /** Length of the file after recovery. */
  durableBytes: number
  /** Where a torn tail was set aside, if there was one. */
  torn: { file: string; bytes: number } | null
  /** What lies before this byte was not looked at: everything up to the checkpoint that was started from. */
  unverifiedBytes: number
  /** For the next checkpoint. */
  since: SinceCheckpoint
}

/** No line is there yet; bytes without a line feed may have been. */
export type Blank = Pick<Recovered, 'torn'> & { state: null }

/**
 * Recovers the journal at `eventsFile`, where there is one.
 *
 * @throws {SuiteError} `journal_integrity` (exit 76) naming the first bad line, or where the open file is missing or
 * empty beside sealed ones.
 */
export function recover(eventsFile: string, now: Date): Recovered | Blank {
  repairRotation(eventsFile)
  if (!exists(eventsFile)) {
    refuseSealed(eventsFile)
    return { state: null, torn: null }
  }
  const fd = openSync(eventsFile, 'r+')
  try {
    if (findEnd(fd).wholeBytes === 0) refuseSealed(eventsFile)
    const torn = setTornAside(fd, eventsFile, now)
    const wholeBytes = findEnd(fd).wholeBytes
    if (wholeBytes === 0) return { state: null, torn }
    const tail = readTail(fd, wholeBytes)
    const state = foldTail(fd, tail, eventsFile)
    const recent = new RecentRecords()
    recent.fill(lastRecords(eventsFile, state))
    return {
      state,
      recent,
      durableBytes: wholeBytes,
      torn,
      unverifiedBytes: tail.from,
      since: sinceCheckpoint(tail, state),
    }
  } finally {
    closeSync(fd)
  }
}

/** Sealed files without a line in the open one are never an empty journal. */
function refuseSealed(eventsFile: string): void {
  const [sealed] = sealedFiles(eventsFile)
  if (!sealed) return
  throw integrity(
    `${eventsFile} is missing or empty, but sealed files of it are there (${sealed}); put it back from a copy`,
  )
}

/** Verifies and folds the lines of a tail, without changing the file. */
export function foldTail(source: Source, tail: Tail, file: string): JournalState {
  const state = tail.checkpoint ? stateAt(tail.checkpoint, clusterBefore(source, tail)) : emptyState()
  if (!tail.checkpoint) startInsideChain(state, linesOf(tail.lines).next().value ?? undefined)
  let index = 0
  for (const line of linesOf(tail.lines)) {
    const problem = checkAndFold(state, line)
    if (problem) {
      const number = countLines(source, tail.from) + index + 1
      throw integrity(`line ${number} of ${file} ${problem}; \`orderscope journal verify\` shows more`)
    }
    index += 1
  }
  return state
}

/** Checks one line against `state` and adds it; returns what is wrong with it, or null. */
export function checkAndFold(state: JournalState, line: Buffer): string | null {
  const check = checkLine(line, state.hash)
  if (!check.ok) return check.problem
  const entry = parseLine(line)
  return entry ? foldEntry(state, entry) : 'is not a JSON object with event_type and seq'
}

/** A file that follows another one begins where that one ended; `line` is its first. */
export function startInsideChain(state: JournalState, line: Buffer | undefined): void {
  const entry = line ? parseLine(line) : null
  if (entry?.event_type !== 'journal.opened' || !HASH_FORM.test(entry.previous_hash ?? '')) return
  // A chain that a quarantine began names the old head and does not follow it.
  if (entry.seq === 1) return
  state.hash = entry.previous_hash ?? state.hash
  state.seq = entry.seq - 1
}

/** The state right after a checkpoint's line. */
export function stateAt(checkpoint: CheckpointEntry, clusterId: string | null): JournalState {
  return {
    seq: checkpoint.seq,
    hash: checkpoint.hash ?? GENESIS_HASH,
    clusterId,
    positions: new Map(
      checkpoint.positions.map((position) => [
        positionKey(position.cluster_id || null, position.topic, position.partition),
        { ...position },
      ]),
    ),
    totals: copyTotals(checkpoint.totals),
    timeMax: checkpoint.time_max,
  }
}

/** The cluster at a checkpoint: that of the position it lists last, else the last `journal.cluster` before it. */
function clusterBefore(source: Source, tail: Tail): string | null {
  if (tail.checkpoint && tail.checkpoint.positions.length > 0) return listedCluster(tail.checkpoint)
  let cluster: string | null = null
  for (const line of linesOf(readRange(source, 0, tail.from))) {
    const entry = parseLine(line)
    if (entry?.event_type === 'journal.cluster') cluster = entry.cluster_id
  }
  return cluster
}

const sinceCheckpoint = ({ checkpoint, lines }: Tail, state: JournalState): SinceCheckpoint => ({
  lines: state.seq - (checkpoint?.seq ?? 0),
  bytes: lines.length,
  records: state.totals.records - (checkpoint?.totals.records ?? 0),
})

function setTornAside(fd: number, eventsFile: string, now: Date): Recovered['torn'] {
  const { wholeBytes, fileBytes } = findEnd(fd)
  if (wholeBytes === fileBytes) return null
  const file = tornFile(eventsFile, now)
  const aside = openSync(file, 'wx', 0o600)
  try {
    writeFully(aside, readRange(fd, wholeBytes, fileBytes))
    fdatasyncSync(aside)
  } finally {
    closeSync(aside)
  }
  syncDirectory(dirname(eventsFile))
  ftruncateSync(fd, wholeBytes)
  fdatasyncSync(fd)
  return { file, bytes: fileBytes - wholeBytes }
}

function countLines(source: Source, to: number): number {
  let lines = 0
  for (let from = 0; from < to; from += 1 << 20) {
    for (const byte of readRange(source, from, Math.min(to, from + (1 << 20)))) if (byte === 0x0a) lines += 1
  }
  return lines
}

const integrity = (message: string): SuiteError =>
  new SuiteError('journal_integrity', message, { exit: ExitCode.journalIntegrity })
