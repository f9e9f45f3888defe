/** The rejected records of one partition from an offset on, found from the end of the journal. */
import { setImmediate } from 'node:timers/promises'
import { isRecordEntry, type RecordEntry } from '../contract/journal-entry.js'
import { journalLinesBackwards } from './backwards.js'
import { parseLine } from './line.js'

export interface JournaledLine {
  /** Without its LF. */
  line: Buffer
  entry: RecordEntry
}

export interface RejectedLines {
  /** Ascending. */
  lines: JournaledLine[]
  /** False where there are more, behind the last one. */
  isAll: boolean
}

export interface RejectedRange {
  topic: string
  partition: number
  /** First offset of interest, and the one after the last. */
  from: number
  to: number
}

/** Most lines that are told at once, ... */
export const REJECTED_LINES_MAX = 5_000
/** ... and most bytes of them, but always one line. */
const REJECTED_BYTES_MAX = 32 * 1024 * 1024

/** The fields in front of a line that is about a partition: event type, topic, partition, and the offset of a record. */
const HEAD =
  /^\{"timestamp":"[^"]*","event_type":"([a-z._]+)","kafka_topic":"([^"]*)","kafka_partition":(\d+),"(?:kafka_offset":(\d+))?/
const HEAD_BYTES = 512
const RECORD_TYPE = 'message.received'

/** Lines that are looked at before other work of the process gets its turn. */
const TURN_LINES = 1_000

/**
 * Rejected record lines of a partition's newest epoch, ascending: the first of them, where there are more than
 * {@link REJECTED_LINES_MAX}.
 *
 * Costs what lies between the start of the range and the end of the journal; most lines are told by their head.
 */
export async function rejectedSince(eventsFile: string, range: RejectedRange): Promise<RejectedLines> {
  const oldest = new OldestLines()
  let looked = 0
  for (const line of journalLinesBackwards(eventsFile)) {
    looked += 1
    const head = headOf(line)
    if (head && isOf(head, range)) {
      if (head.type === 'journal.epoch') break
      if (head.offset !== null && head.offset < range.from) break
      if (isRejected(head) && Number(head.offset) < range.to) oldest.add(Buffer.from(line))
    }
    if (looked % TURN_LINES === 0) await setImmediate()
  }
  const lines = oldest.ascending().flatMap((line) => {
    const entry = parseLine(line)
    return entry && isRecordEntry(entry) && entry.error ? [{ line, entry }] : []
  })
  return { lines, isAll: oldest.isAll }
}

/** Takes lines from the newest to the oldest and keeps the oldest, as many as are to be told at once. */
class OldestLines {
  isAll = true
  #lines: Buffer[] = []
  #from = 0
  #bytes = 0

  add(line: Buffer): void {
    this.#lines.push(line)
    this.#bytes += line.length
    while (this.#lines.length - this.#from > REJECTED_LINES_MAX || this.#isTooLarge()) {
      this.#bytes -= this.#lines[this.#from]!.length
      this.#from += 1
      this.isAll = false
    }
    if (this.#from < REJECTED_LINES_MAX) return
    this.#lines = this.#lines.slice(this.#from)
    this.#from = 0
  }

  ascending(): Buffer[] {
    return this.#lines.slice(this.#from).reverse()
  }

  #isTooLarge(): boolean {
    return this.#bytes > REJECTED_BYTES_MAX && this.#lines.length - this.#from > 1
  }
}

interface LineHead {
  type: string
  topic: string
  partition: number
  offset: number | null
}

function headOf(line: Buffer): LineHead | null {
  const found = HEAD.exec(line.toString('latin1', 0, HEAD_BYTES))
  if (!found) return null
  const [, type = '', topic = '', partition, offset] = found
  return { type, topic, partition: Number(partition), offset: offset === undefined ? null : Number(offset) }
}

const isOf = (head: LineHead, { topic, partition }: RejectedRange): boolean =>
  head.topic === topic && head.partition === partition

const isRejected = ({ type, offset }: LineHead): boolean =>
  offset !== null && type.startsWith(RECORD_TYPE) && type !== RECORD_TYPE
