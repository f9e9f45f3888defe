/** What a bench asks of a journal that was just written: how many records it holds, and how long their lines took. */
import { isRecordEntry } from '../src/shared/contract/journal-entry.js'
import { journalLinesBackwards } from '../src/shared/journal/backwards.js'
import { parseLine } from '../src/shared/journal/line.js'
import { journalFiles } from '../src/shared/journal/names.js'
import { readLines } from '../src/shared/journal/read.js'

export interface JournalSpan {
  records: number
  /** From the time of the first record's line to that of the last one's. */
  spanMs: number
}

/** Reads the first and the last lines only: totals come from the last checkpoint. */
export function journalSpan(eventsFile: string): JournalSpan {
  const first = firstRecordTime(eventsFile)
  let last: string | null = null
  let records = 0
  for (const line of journalLinesBackwards(eventsFile)) {
    const entry = parseLine(line)
    if (entry?.event_type === 'journal.checkpoint') {
      records += entry.totals.records
      last ??= entry.time_max
      break
    }
    if (!entry || !isRecordEntry(entry)) continue
    last ??= entry.timestamp
    records += 1
  }
  return { records, spanMs: first === null || last === null ? 0 : Date.parse(last) - Date.parse(first) }
}

function firstRecordTime(eventsFile: string): string | null {
  for (const { line } of readLines(journalFiles(eventsFile)[0] ?? eventsFile)) {
    const entry = parseLine(line)
    if (entry && isRecordEntry(entry)) return entry.timestamp
  }
  return null
}
