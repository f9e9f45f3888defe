/**
 * `journal cat --where` of a long journal in several threads: each searches parts, this one puts what they found in order.
 *
 * The lines are those that one thread finds, and so is where it stops at a line that is no entry. No more is held than a
 * few parts, however slowly the lines are taken.
 */
import { isMainThread, workerData } from 'node:worker_threads'
import { type Part, partsOf } from '../shared/journal/scan/parts.js'
import { serveTasks, TaskPool, usualThreads } from '../shared/journal/scan/task-pool.js'
import type { CommandArguments } from '../shared/runtime/command.js'
import { type Choice, type CountedPart, choiceOf, selectIn } from './choice.js'
import { type Search, searchFor } from './search.js'

const PART_BYTES = 4 * 1024 * 1024
const LF = Buffer.from('\n')

export interface Found {
  /** Lines with their LF, one after the other. */
  bytes: Uint8Array
  /** How many they are. */
  lines: number
  /** Records that `--where` could not be evaluated on. */
  notEvaluated: number
}

interface PartFound extends Found {
  /** Lines of the part, found or not. */
  linesRead: number
}

/** What each thread knows. */
interface Shared {
  search: 'parts'
  args: CommandArguments
}

export interface SearchOptions {
  /** Text that a thread takes at once, bytes. */
  partBytes?: number
  threads?: number
}

/**
 * What is found in the files, part by part; null where threads are of no use.
 *
 * @param search Of the same arguments; for a part whose thread failed.
 * @throws {SuiteError} As `selectLines`, when the part is taken.
 */
export function searchInThreads(
  files: string[],
  args: CommandArguments,
  search: Search,
  options: SearchOptions = {},
): AsyncGenerator<Found> | null {
  const { partBytes = PART_BYTES, threads = usualThreads() } = options
  // It would stop in the first part mostly.
  if (args['limit'] !== undefined || threads === 1) return null
  const choice = choiceOf(args, search)
  const parts = partsOrNone(files, partBytes)
  return parts.length > 1 ? inOrder(parts, { args: plain(args), choice, threads }) : null
}

/** What cannot be read is left to the way that reads line after line: it tells so in its turn. */
function partsOrNone(files: string[], partBytes: number): Part[] {
  try {
    return partsOf(files, partBytes)
  } catch {
    return []
  }
}

/** The flags that say which lines are wanted; threads take plain values only. */
const plain = ({ where, grep, partition, rejected, ...args }: CommandArguments): CommandArguments => ({
  ...{ where, grep, partition, rejected },
  ...{ 'from-seq': args['from-seq'], 'to-seq': args['to-seq'] },
})

async function* inOrder(
  parts: Part[],
  { args, choice, threads }: { args: CommandArguments; choice: Choice; threads: number },
): AsyncGenerator<Found> {
  const shared: Shared = { search: 'parts', args }
  const pool = new TaskPool<Part, PartFound>(new URL(import.meta.url), shared, {
    threads: Math.min(threads, parts.length),
    ahead: threads,
  })
  pool.begin(parts)
  try {
    let linesBefore = 0
    for (const [index, part] of parts.entries()) {
      if (part.from === 0) linesBefore = 0
      const found = await pool.found(index)
      if (found) {
        linesBefore += found.linesRead
        yield found
        continue
      }
      const again = { ...part, linesBefore }
      yield* lineByLine(again, choice)
      linesBefore = again.linesBefore
    }
  } finally {
    await pool.stop()
  }
}

/** The part of a thread that failed: up to what it failed at, which is thrown here. */
function* lineByLine(part: CountedPart, choice: Choice): Generator<Found> {
  const { search } = choice
  const before = search?.notEvaluated ?? 0
  for (const { line } of selectIn(part, choice)) {
    yield { bytes: Buffer.concat([line, LF]), lines: 1, notEvaluated: 0 }
  }
  yield { bytes: Buffer.alloc(0), lines: 0, notEvaluated: (search?.notEvaluated ?? 0) - before }
}

/** Null where something cannot be read, or is no entry. */
function searchPart(part: Part, choice: Choice): PartFound | null {
  const counted = { ...part, linesBefore: 0 }
  const pieces: Uint8Array[] = []
  let [lines, notEvaluated] = [0, 0]
  try {
    for (const found of lineByLine(counted, choice)) {
      pieces.push(found.bytes)
      lines += found.lines
      notEvaluated += found.notEvaluated
    }
  } catch {
    return null
  }
  return { bytes: Buffer.concat(pieces), lines, notEvaluated, linesRead: counted.linesBefore }
}

const shared = workerData as Shared | null
if (!isMainThread && shared?.search === 'parts') {
  const { args } = shared
  const choice = choiceOf(args, searchFor(args))
  serveTasks<Part, PartFound>((part) => searchPart(part, choice))
}
