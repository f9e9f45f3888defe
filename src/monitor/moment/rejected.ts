/** Finds the rejected record next to a line: of the stretches between two lines of the index, only those with one are read. */
import { isRecordEntry } from '../../shared/contract/journal-entry.js'
import type { IndexEntry } from '../index/segment.js'
import type { JournalText, TextPlace } from './journal-text.js'

/** Lines from one entry of the index to the next one, or behind the last. */
interface Stretch {
  from: TextPlace
  /** The last line; `Infinity` where it goes to the end. */
  toSeq: number
  /** False where none of its records was rejected. */
  mayHave: boolean
}

/** `seq` of the next rejected record after the line `seq`, or before it; null where there is none. */
export function rejectedBeside(
  text: JournalText,
  entries: readonly IndexEntry[],
  { seq, isLater }: { seq: number; isLater: boolean },
): number | null {
  const stretches = stretchesOf(text, entries)
  const at = stretches.findIndex(({ toSeq }) => toSeq >= seq)
  const row = isLater ? stretches.slice(at) : stretches.slice(0, at + 1).reverse()
  for (const stretch of row) {
    if (!stretch.mayHave) continue
    const found = rejectedIn(text, stretch).filter((each) => (isLater ? each > seq : each < seq))
    const next = isLater ? found[0] : found.at(-1)
    if (next !== undefined) return next
  }
  return null
}

function stretchesOf(text: JournalText, entries: readonly IndexEntry[]): Stretch[] {
  let from: TextPlace = { part: 0, offset: 0 }
  // Lines of files that are gone by now count no more.
  const standing = entries.filter(({ file_first_seq: firstSeq }) => text.indexOf(firstSeq) !== -1)
  const stretches = standing.map((entry): Stretch => {
    const stretch = { from, toSeq: entry.seq, mayHave: entry.rejections.length > 0 }
    from = { part: text.indexOf(entry.file_first_seq), offset: entry.end_offset }
    return stretch
  })
  return [...stretches, { from, toSeq: Number.POSITIVE_INFINITY, mayHave: true }]
}

function rejectedIn(text: JournalText, { from, toSeq }: Stretch): number[] {
  const found: number[] = []
  for (const { entry } of text.entries(from)) {
    if (entry.seq > toSeq) break
    if (isRecordEntry(entry) && entry.error !== undefined) found.push(entry.seq)
  }
  return found
}
