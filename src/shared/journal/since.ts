/** The lines of one partition from an offset on, found from the end of the journal. */
import { isRecordEntry, type RecordEntry } from '../contract/journal-entry.js'
import { journalLinesBackwards } from './backwards.js'
import { parseLine } from './line.js'

export interface JournaledLine {
  /** Without its LF. */
  line: Buffer
  entry: RecordEntry
}

/**
 * Record lines of `partition` with an offset of at least `from` in its newest epoch, ascending.
 *
 * Reads the journal backwards and stops at the first older line, so it costs what it answers.
 */
export function linesSince(
  eventsFile: string,
  { topic, partition }: { topic: string; partition: number },
  from: number,
): JournaledLine[] {
  const found: JournaledLine[] = []
  for (const line of journalLinesBackwards(eventsFile)) {
    const entry = parseLine(line)
    if (!entry || !('kafka_partition' in entry)) continue
    if (entry.kafka_topic !== topic || entry.kafka_partition !== partition) continue
    if (entry.event_type === 'journal.epoch') break
    if (!isRecordEntry(entry)) continue
    if (entry.kafka_offset < from) break
    found.push({ line: Buffer.from(line), entry })
  }
  return found.reverse()
}
