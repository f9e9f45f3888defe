/**
 * Reads the entries of lines for who looks at little of each: of an accepted record's line, which is proven to be one, the
 * rest is parsed when it is asked for. What it tells is what parsing tells, and so is which line is no entry.
 */
import type { HeaderValue, JournalEntry, RecordEntry } from '../../contract/journal-entry.js'
import { HASH_CHARS, parseLine } from '../line.js'
import type { FileLine, LineCursor, LineWalker } from '../read.js'
import type { RecordFacts } from '../state.js'
import { KNOWN_EVENT_TYPE } from '../totals.js'
import { RecordScanner, type ScanOptions } from './scan-record.js'
import type { WantedFields } from './wanted-fields.js'

export interface EntryReaderOptions extends ScanOptions {
  parse?: (line: Buffer) => JournalEntry | null
}

export class EntryReader {
  readonly #scanner: RecordScanner
  readonly #isPart: boolean
  readonly #parse: (line: Buffer) => JournalEntry | null

  /**
   * @param wanted All that anybody will look at in `order_full`, which may lack the others; null for any.
   * @param options `parse` reads what is not an accepted record's line.
   */
  constructor(wanted: WantedFields | null, { parse = parseLine, ...options }: EntryReaderOptions = {}) {
    this.#parse = parse
    this.#isPart = wanted !== null && RecordScanner.knows(wanted)
    this.#scanner = new RecordScanner(this.#isPart && wanted ? wanted : {}, options)
  }

  /** Of the cursor whose lines are read. */
  get walker(): LineWalker {
    return this.#scanner
  }

  /**
   * The entry of a line, or null where it is none. It is valid until the next one is read.
   *
   * @param line Without its LF.
   */
  read(line: Buffer): JournalEntry | null {
    const facts = this.#scanner.scan(line, '')
    return facts ? this.#accepted({ line }, facts) : this.#parse(line)
  }

  /** The same of the line that a cursor is at, whose walker is this one's. */
  readAt(lines: LineCursor): JournalEntry | null {
    const facts = this.#scanner.scanAt(lines, '')
    return facts ? this.#accepted(lines, facts) : this.#parse(lines.line)
  }

  #accepted(source: LineSource, facts: RecordFacts): AcceptedEntry {
    return new AcceptedEntry(source, facts, this.#isPart ? this.#scanner : null)
  }
}

/** What has the line of an entry, for as long as that is valid. */
type LineSource = Pick<FileLine, 'line'>

/** The entry of an accepted record, made of what the scanner told of its line. */
class AcceptedEntry implements RecordEntry {
  readonly event_type = 'message.received'
  readonly deserialized = true
  readonly #source: LineSource
  readonly #facts: RecordFacts
  readonly #scanner: RecordScanner | null
  #parsed: RecordEntry | undefined
  #order: Record<string, unknown> | undefined

  /** @param scanner Knows the fields of the payload that are wanted; null for all of it. */
  constructor(source: LineSource, facts: RecordFacts, scanner: RecordScanner | null) {
    this.#source = source
    this.#facts = facts
    this.#scanner = scanner
  }

  get timestamp(): string {
    return this.#facts.timestamp
  }

  get seq(): number {
    return this.#facts.seq
  }

  get kafka_topic(): string {
    return this.#facts.topic
  }

  get kafka_partition(): number {
    return this.#facts.partition
  }

  get kafka_offset(): number {
    return this.#facts.offset
  }

  get message_size(): number {
    return this.#facts.bytes
  }

  get order_full(): Record<string, unknown> {
    this.#order ??= (this.#scanner ? this.#scanner.fields() : this.#whole.order_full) ?? {}
    return this.#order
  }

  get [KNOWN_EVENT_TYPE](): string | null {
    return this.#facts.orderEventType
  }

  /** Nothing follows it but a quote and a brace. */
  get hash(): string {
    const { line } = this.#source
    const to = line.length - 2
    return line.toString('latin1', to - HASH_CHARS, to)
  }

  get kafka_timestamp(): string | null {
    return this.#whole.kafka_timestamp
  }

  get kafka_key(): string | null {
    return this.#whole.kafka_key ?? null
  }

  get kafka_headers(): [string, HeaderValue][] {
    return this.#whole.kafka_headers
  }

  get #whole(): RecordEntry {
    this.#parsed ??= parseLine(this.#source.line) as RecordEntry
    return this.#parsed
  }
}
