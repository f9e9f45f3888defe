/**
 * Reads the line of an accepted record without parsing it: proves that it is in the form that the journal writes and
 * takes out what the fold needs. A line that it does not know goes the long way, see `strict.ts`.
 */
import type { RecordFacts } from '../state.js'
import { bytesOf, JsonScanner } from './json-scanner.js'

const TIMESTAMP = bytesOf('{"timestamp":')
const EVENT_TYPE = bytesOf(',"event_type":"message.received","kafka_topic":')
const PARTITION = bytesOf(',"kafka_partition":')
const OFFSET = bytesOf(',"kafka_offset":')
const KAFKA_TIMESTAMP = bytesOf(',"kafka_timestamp":')
const KEY = bytesOf(',"kafka_key":')
const HEADERS = bytesOf(',"kafka_headers":[')
const SIZE = bytesOf('],"message_size":')
const PAYLOAD = bytesOf(',"deserialized":true,"order_full":')
const SEQ = bytesOf(',"seq":')
const HASH = bytesOf(',"hash":"')
const OPEN_ARRAY = bytesOf('[')
const CLOSE_ARRAY = bytesOf(']')
const COMMA = bytesOf(',')
const NULL = bytesOf('null')
const METADATA = bytesOf('metadata')
const PAYLOAD_EVENT_TYPE = bytesOf('event_type')

/** After `{"timestamp":"` and 24 characters with their closing quote. */
const TIMESTAMP_END = 39
const TIMESTAMP_FROM = 14
const QUOTE = 0x22
const BACKSLASH = 0x5c
const HASH_TAIL_BYTES = 66

class RecordScanner {
  #line: Buffer = Buffer.alloc(0)
  readonly #scanner = new JsonScanner(this.#line)
  /** Where `metadata.event_type` of the payload stands between its quotes; from is -1 where it is no text. */
  #typeFrom = -1
  #typeTo = -1

  /** @param hash The line's hash, which was checked. */
  scan(line: Buffer, hash: string): RecordFacts | null {
    const scanner = this.#scanner
    this.#line = line
    scanner.start(line, 0)
    if (!scanner.skip(TIMESTAMP) || !scanner.plainString() || scanner.at !== TIMESTAMP_END) return null
    if (!scanner.skip(EVENT_TYPE)) return null
    const topicFrom = scanner.at + 1
    if (!scanner.plainString()) return null
    const topicTo = scanner.at - 1
    const partition = this.#number(PARTITION)
    const offset = this.#number(OFFSET)
    if (partition < 0 || offset < 0 || !this.#textOrNull(KAFKA_TIMESTAMP)) return null
    if (!this.#textOrNull(KEY) || !this.#headers()) return null
    const bytes = this.#number(SIZE)
    if (bytes < 0 || !scanner.skip(PAYLOAD) || !this.#payload()) return null
    const seq = this.#number(SEQ)
    if (seq < 0 || !scanner.skip(HASH) || scanner.at !== line.length - HASH_TAIL_BYTES) return null
    return {
      timestamp: line.toString('utf8', TIMESTAMP_FROM, TIMESTAMP_END - 1),
      topic: line.toString('utf8', topicFrom, topicTo),
      partition,
      offset,
      bytes,
      rejection: null,
      orderEventType: this.#typeFrom === -1 ? null : line.toString('utf8', this.#typeFrom, this.#typeTo),
      seq,
      hash,
    }
  }

  #number(name: Uint8Array): number {
    return this.#scanner.skip(name) ? this.#scanner.wholeNumber() : -1
  }

  #textOrNull(name: Uint8Array): boolean {
    return this.#scanner.skip(name) && (this.#scanner.plainString() || this.#scanner.skip(NULL))
  }

  /** Pairs of texts; other values of headers are rare. */
  #headers(): boolean {
    const scanner = this.#scanner
    if (!scanner.skip(HEADERS)) return false
    if (!scanner.skipIf(OPEN_ARRAY)) return true
    for (;;) {
      const isPair =
        scanner.plainString() && scanner.skip(COMMA) && scanner.plainString() && scanner.skip(CLOSE_ARRAY)
      if (!isPair) return false
      if (!scanner.skipIf(COMMA)) return true
      if (!scanner.skip(OPEN_ARRAY)) return false
    }
  }

  /** The last `metadata` counts, as it does for parsers. */
  #payload(): boolean {
    this.#typeFrom = -1
    return this.#scanner.object(1, this.#payloadMember)
  }

  readonly #payloadMember = (keyFrom: number, keyTo: number): boolean => {
    if (this.#isEscaped(keyFrom, keyTo)) return false
    if (!this.#isKey(keyFrom, keyTo, METADATA)) return this.#scanner.value(1)
    this.#typeFrom = -1
    return this.#line[this.#scanner.at] === 0x7b
      ? this.#scanner.object(2, this.#metadataMember)
      : this.#scanner.value(1)
  }

  readonly #metadataMember = (keyFrom: number, keyTo: number): boolean => {
    if (this.#isEscaped(keyFrom, keyTo)) return false
    if (!this.#isKey(keyFrom, keyTo, PAYLOAD_EVENT_TYPE)) return this.#scanner.value(2)
    this.#typeFrom = -1
    if (this.#line[this.#scanner.at] !== QUOTE) return this.#scanner.value(2)
    this.#typeFrom = this.#scanner.at + 1
    if (!this.#scanner.plainString()) return false
    this.#typeTo = this.#scanner.at - 1
    return true
  }

  /** A key may be spelled with escapes; a parser tells which it is. */
  #isEscaped(from: number, to: number): boolean {
    for (let at = from; at < to; at += 1) if (this.#line[at] === BACKSLASH) return true
    return false
  }

  #isKey(from: number, to: number, key: Uint8Array): boolean {
    if (to - from !== key.length) return false
    for (let index = 0; index < key.length; index += 1) {
      if (this.#line[from + index] !== key[index]) return false
    }
    return true
  }
}

const scanner = new RecordScanner()

/**
 * What the line of an accepted record tells, or null where a parser must be asked.
 *
 * @param line Without its LF; its hash was checked.
 */
export const scanRecord = (line: Buffer, hash: string): RecordFacts | null => scanner.scan(line, hash)
