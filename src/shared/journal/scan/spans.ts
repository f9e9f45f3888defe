/**
 * Cuts a row of journal files into spans that can be checked apart: each begins behind a checkpoint, which says what all
 * lines before it add up to.
 *
 * What a checkpoint says is taken on trust here; whoever joins the spans proves it.
 */
import { type Found, findCheckpoint, type OpenFile, openFile } from '../checkpoints.js'
import { stateAt } from '../recover.js'
import { withText } from '../sealed/text-file.js'
import { type JournalState, listedCluster } from '../state.js'
import { BEGINNING, type Place, type Span } from './walk.js'

/** A span, whose lines before it in its file are not counted, and what the checkpoint before it says of them. */
export interface SeededSpan extends Span {
  /** Null for the first span, before which there is nothing. */
  seed: JournalState | null
}

/**
 * How many spans' length at the end of the last file is cut into shorter ones, and which part of the length these have: threads
 * that share spans then end at nearly the same time.
 */
const END_SPANS = 3
const SHORT_PART = 4

/** Bytes of text of all files, or of those before one that cannot be read. */
export function textBytesOf(files: string[]): number {
  let bytes = 0
  try {
    for (const file of files) bytes += withText(file, ({ textBytes }) => textBytes)
  } catch {
    // Checking tells why.
  }
  return bytes
}

/**
 * Spans of about `spanBytes` of text, shorter ones at the end, in order and without holes. What cannot be read is left to the
 * last span, where checking tells why.
 */
export function planSpans(files: string[], spanBytes: number): SeededSpan[] {
  const joints: Joint[] = []
  let sinceJoint = 0
  for (const [file, path] of files.entries()) {
    try {
      const isLast = file === files.length - 1
      const found = jointsOf(path, { from: Math.max(0, spanBytes - sinceJoint), spanBytes, isLast })
      for (const { end, entry } of found.joints) {
        joints.push({ place: { file, bytes: end }, seed: stateAt(entry, listedCluster(entry)) })
      }
      const last = found.joints.at(-1)
      sinceJoint = last ? found.textBytes - last.end : sinceJoint + found.textBytes
    } catch {
      break
    }
  }
  return [null, ...joints].map((joint, index) => ({
    from: { ...BEGINNING, ...joint?.place },
    to: joints[index]?.place ?? null,
    seed: joint?.seed ?? null,
  }))
}

interface Joint {
  place: Pick<Place, 'file' | 'bytes'>
  seed: JournalState
}

/** Checkpoints of a file behind which a span may begin. */
function jointsOf(
  path: string,
  { from, spanBytes, isLast }: { from: number; spanBytes: number; isLast: boolean },
): { joints: Found[]; textBytes: number } {
  const file = openFile(path)
  try {
    const joints: Found[] = []
    const shortFrom = isLast ? file.bytes - END_SPANS * spanBytes : Number.POSITIVE_INFINITY
    let found = findJoint(file, from)
    while (found && found.end < file.bytes) {
      joints.push(found)
      const isShort = found.end >= shortFrom
      found = findJoint(file, found.end + (isShort ? Math.ceil(spanBytes / SHORT_PART) : spanBytes))
    }
    return { joints, textBytes: file.bytes }
  } finally {
    file.text.close()
  }
}

/** Without positions a checkpoint does not tell the cluster. */
function findJoint(file: OpenFile, from: number): Found | null {
  let found = findCheckpoint(file, from)
  while (found && found.entry.positions.length === 0) found = findCheckpoint(file, found.end)
  return found
}
