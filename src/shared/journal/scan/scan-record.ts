/**
 * Reads the line of an accepted record without parsing it: proves that it is in the form that the journal writes and
 * takes out what the fold needs. A line that it does not know goes the long way, see `strict.ts`.
 */
import { PAYLOAD_DEPTH_MAX } from '../../contract/limits.js'
import { type Form, type Part, WalkTable } from '../../contract/walk-table.js'
import { HASH_CHARS } from '../line.js'
import type { LineCursor, LineWalker } from '../read.js'
import type { RecordFacts } from '../state.js'
import { NOTES_MAX, OrderFields, type WantedFields } from './wanted-fields.js'

const TEXT: Form = { type: 'string' }
const TEXT_OR_NULL: Form = { type: 'string or null' }
const WHOLE: Form = { type: 'whole' }
const METADATA: Form = { type: 'object', properties: { event_type: TEXT } }

/** Parts with a name are told of. */
const partsWith = (payload: Form): Part[] => [
  ['{"timestamp":', TEXT, 'timestamp'],
  [',"event_type":"message.received","kafka_topic":', TEXT, 'topic'],
  [',"kafka_partition":', WHOLE, 'partition'],
  [',"kafka_offset":', WHOLE, 'offset'],
  [',"kafka_timestamp":', TEXT_OR_NULL],
  [',"kafka_key":', TEXT_OR_NULL],
  [',"kafka_headers":', { type: 'pairs' }],
  [',"message_size":', WHOLE, 'size'],
  [',"deserialized":true,"order_full":', payload, PAYLOAD_NAME],
  [',"seq":', WHOLE, 'seq'],
  [',"hash":', TEXT, 'hash'],
  ['}'],
]
const PAYLOAD_NAME = 'payload'
/** What is told first, in this order; the payload's fields come next, and `seq` and `hash` are the last two. */
const [TIMESTAMP, TOPIC, PARTITION, OFFSET, SIZE, PAYLOAD] = [0, 1, 2, 3, 4, 5]
const BEHIND_PAYLOAD = 2

/** A text with its quotes; whatever the characters are, the line goes on behind so many bytes. */
const TIMESTAMP_BYTES = 26
const HASH_BYTES = HASH_CHARS + 2

/** Notes; smaller ones are those of wanted fields. */
const EVENT_TYPE = NOTES_MAX
const AROUND_PAYLOAD = NOTES_MAX + 1

export interface ScanOptions {
  /** Length of {@link RecordScanner.window}. */
  windowBytes?: number
}

const LF = 0x0a

/** Reads one line after the other; {@link fields} is about the last one. */
export class RecordScanner implements LineWalker {
  readonly #table: WalkTable
  readonly #fields: OrderFields
  #count = 0

  /** True where these can be taken out of a payload; what is looked at in `metadata` anyway is taken as a whole or not at all. */
  static knows(wanted: WantedFields): boolean {
    return OrderFields.knows(wanted) && (wanted['metadata'] ?? 'whole') === 'whole'
  }

  /** @param wanted What somebody wants to look at in the payload; {@link RecordScanner.knows} it. */
  constructor(wanted: WantedFields = {}, { windowBytes = 0 }: ScanOptions = {}) {
    const fields = new OrderFields(wanted)
    const payload: Form = { type: 'object', properties: { ...fields.form.properties, metadata: METADATA } }
    const noteOf = ([part, ...path]: readonly string[]): number => {
      if (part !== PAYLOAD_NAME) return part === undefined ? -1 : AROUND_PAYLOAD
      return path.length === 2 && path[0] === 'metadata' ? EVENT_TYPE : fields.noteOf(path)
    }
    this.#fields = fields
    this.#table = new WalkTable(partsWith(payload), noteOf, { levels: PAYLOAD_DEPTH_MAX, windowBytes })
  }

  /** Lines that stand here, each with its LF behind it, are not copied to be scanned. */
  get window(): Buffer {
    return this.#table.window
  }

  /** Scans the line as well, which is what {@link scanAt} and {@link fields} tell of. */
  lineEnd(from: number): number {
    const table = this.#table
    const end = table.walkAt(from)
    if (end === -1 || table.window[end] !== LF) return -1
    return this.#take(table.noted()) ? end : -1
  }

  /**
   * What the line of an accepted record tells, or null where a parser must be asked.
   *
   * @param line Without its LF.
   * @param hash The line's hash, which was checked, or what shall stand for it.
   */
  scan(line: Buffer, hash: string): RecordFacts | null {
    const count = this.#table.walk(line)
    return count !== -1 && this.#take(count) ? this.#facts(hash) : null
  }

  /** The same of the line that a cursor is at, whose walker this is: where it was walked over, that was the scan. */
  scanAt(lines: LineCursor, hash: string): RecordFacts | null {
    return lines.isWalked ? this.#facts(hash) : this.scan(lines.line, hash)
  }

  /** True where so many values were noted of a line of an accepted record. */
  #take(count: number): boolean {
    const table = this.#table
    this.#count = count
    return table.length(TIMESTAMP) === TIMESTAMP_BYTES && table.length(count - 1) === HASH_BYTES
  }

  #facts(hash: string): RecordFacts {
    const table = this.#table
    return {
      timestamp: table.repeatedText(TIMESTAMP),
      topic: table.repeatedText(TOPIC),
      partition: table.number(PARTITION),
      offset: table.number(OFFSET),
      bytes: table.number(SIZE),
      rejection: null,
      orderEventType: this.#eventType(),
      seq: table.number(this.#count - BEHIND_PAYLOAD),
      hash,
    }
  }

  /** The wanted fields that the payload has. */
  fields(): Record<string, unknown> {
    return this.#fields.read(this.#table, PAYLOAD, this.#count - BEHIND_PAYLOAD)
  }

  #eventType(): string | null {
    // From the end: an order's items, of which much is told, most often come before.
    for (let index = this.#count - BEHIND_PAYLOAD - 1; index >= PAYLOAD; index -= 1) {
      if (this.#table.note(index) === EVENT_TYPE) return this.#table.repeatedText(index)
    }
    return null
  }
}
