/**
 * Checks spans apart and joins what was found of them: the answer is that of checking line after line, in every case.
 *
 * A span counts only where the spans before it add up to exactly what it was begun with; where they do not, and where
 * something in it is wrong, its lines are checked again from what is proven.
 */
import { isDeepStrictEqual } from 'node:util'
import { copyState } from '../state.js'
import { type LineOf, nothingVerified, type Verification, type WitnessOptions } from '../verification.js'
import type { Witnessed } from '../witness.js'
import { Checker } from './checker.js'
import type { SeededSpan } from './spans.js'
import { walk } from './walk.js'

/** What checking a span alone found. */
export interface SpanResult {
  /** Of the lines of this span alone; its state is of all lines, if the seed is right. */
  result: Verification
  /** The last line, counted from {@link BEHIND_OPENING} where it stands in the file that the span begins in. */
  last: LineOf
  /** True where an unsigned checkpoint was passed. */
  passedUnsigned: boolean
}

/** How many lines a span takes for those before it in its file: as many as have rules of their own. */
const BEHIND_OPENING = 2

/** Checks one span as if its seed were proven; null where something is wrong or cannot be read. */
export function checkSpan(
  files: string[],
  { from, to, seed }: SeededSpan,
  options: WitnessOptions & { onProgress?: (bytes: number) => void },
): SpanResult | null {
  const result = nothingVerified(files)
  const lines = seed ? BEHIND_OPENING : 0
  if (seed) Object.assign(result, { state: copyState(seed), fromSeq: 1 })
  const checker = new Checker(result, options)
  try {
    const last = walk(checker, { from: { ...from, lines }, to }, options)
    return result.bad ? null : { result, last, passedUnsigned: checker.passedUnsigned }
  } catch {
    return null
  }
}

/**
 * @param spans As {@link planSpans} makes them.
 * @param check Checks the span of this index; see {@link checkSpan}.
 */
export async function joinSpans(
  files: string[],
  spans: SeededSpan[],
  options: WitnessOptions,
  check: (index: number) => Promise<SpanResult | null>,
): Promise<Verification> {
  const total = nothingVerified(files)
  let last: LineOf = { file: files[0] ?? '', line: 1 }
  for (const [index, { from, to, seed }] of spans.entries()) {
    const found = await check(index)
    const linesBefore = seed ? last.line : 0
    const canJoin = found !== null && !(found.passedUnsigned && total.signatures.checked > 0)
    if (canJoin && (seed === null || isDeepStrictEqual(seed, total.state))) {
      const isInFirstFile = found.last.file === files[from.file]
      const line = found.last.line + (seed && isInFirstFile ? linesBefore - BEHIND_OPENING : 0)
      last = { file: found.last.file, line }
      add(total, found.result)
      continue
    }
    last = walk(new Checker(total, options), { from: { ...from, lines: linesBefore }, to }, {})
    if (total.bad) return total
  }
  new Checker(total, options).end(last)
  return total
}

function add(
  total: Verification,
  { fromSeq, lines, state, unfinishedBytes, heads, signatures }: Verification,
): void {
  total.fromSeq ??= fromSeq
  total.lines += lines
  total.state = state
  total.unfinishedBytes = unfinishedBytes
  addWitnessed(total.heads, heads)
  addWitnessed(total.signatures, signatures)
}

function addWitnessed(total: Witnessed, { checked, upToSeq }: Witnessed): void {
  total.checked += checked
  total.upToSeq = upToSeq ?? total.upToSeq
}
