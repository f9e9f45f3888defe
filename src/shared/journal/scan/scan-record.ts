/**
 * Reads the line of an accepted record without parsing it: proves that it is in the form that the journal writes and
 * takes out what the fold needs. A line that it does not know goes the long way, see `strict.ts`.
 */

import { RepeatedTexts } from '../../contract/repeated-texts.js'
import { HASH_CHARS } from '../line.js'
import type { RecordFacts } from '../state.js'
import { JsonScanner } from './json-scanner.js'

const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'))

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
const HASH = bytesOf(',"hash":')
const NULL = bytesOf('null')
const METADATA = bytesOf('metadata')
const PAYLOAD_EVENT_TYPE = bytesOf('event_type')

/** After `{"timestamp":"` and 24 characters with their closing quote. */
const TIMESTAMP_END = 39
const TIMESTAMP_FROM = 14
const QUOTE = 0x22
const COMMA = 0x2c
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
/** Of the hash with its quotes and the brace behind it. */
const HASH_TAIL_BYTES = HASH_CHARS + 3

/** Reads one line after the other; {@link members} is about the last one. */
export class RecordScanner {
  readonly #scanner = new JsonScanner()
  readonly #texts = new RepeatedTexts()
  readonly #fields: Uint8Array[]
  /** Beginnings and ends of the members that stand in the payload for the fields. */
  #members: number[] = []
  /** Where `metadata.event_type` of the payload stands between its quotes; from is -1 where it is no text. */
  #typeFrom = -1
  #typeTo = -1

  /** @param fields Names in the payload that somebody wants to look at. */
  constructor(fields: readonly string[] = []) {
    this.#fields = fields.map((name) => Uint8Array.from(Buffer.from(name)))
  }

  /**
   * What the line of an accepted record tells, or null where a parser must be asked.
   *
   * @param line Without its LF.
   * @param hash The line's hash, which was checked, or what shall stand for it.
   */
  scan(line: Buffer, hash: string): RecordFacts | null {
    const scanner = this.#scanner
    if (!scanner.start(line)) return null
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
    if (!scanner.plainString() || scanner.at !== line.length - 1 || scanner.byte !== CLOSE_OBJECT) return null
    const texts = this.#texts
    return {
      timestamp: texts.text(line, TIMESTAMP_FROM, TIMESTAMP_END - 1),
      topic: texts.text(line, topicFrom, topicTo),
      partition,
      offset,
      bytes,
      rejection: null,
      orderEventType: this.#typeFrom === -1 ? null : texts.text(line, this.#typeFrom, this.#typeTo),
      seq,
      hash,
    }
  }

  /** An object of the wanted members of the payload, as they stand there. */
  members(line: Buffer): string {
    const members = this.#members
    let text = '{'
    for (let index = 0; index < members.length; index += 2) {
      text += `${index === 0 ? '' : ','}${line.toString('utf8', members[index], members[index + 1])}`
    }
    return `${text}}`
  }

  #number(name: Uint8Array): number {
    return this.#scanner.skip(name) ? this.#scanner.wholeNumber() : -1
  }

  #textOrNull(name: Uint8Array): boolean {
    const scanner = this.#scanner
    return scanner.skip(name) && (scanner.byte === QUOTE ? scanner.plainString() : scanner.skip(NULL))
  }

  /** Pairs of texts; other values of headers are rare. */
  #headers(): boolean {
    const scanner = this.#scanner
    if (!scanner.skip(HEADERS)) return false
    if (!scanner.skipByte(OPEN_ARRAY)) return true
    for (;;) {
      const isPair =
        scanner.plainString() &&
        scanner.skipByte(COMMA) &&
        scanner.plainString() &&
        scanner.skipByte(CLOSE_ARRAY)
      if (!isPair) return false
      if (!scanner.skipByte(COMMA)) return true
      if (!scanner.skipByte(OPEN_ARRAY)) return false
    }
  }

  /** The last `metadata` counts, as it does for parsers. */
  #payload(): boolean {
    this.#typeFrom = -1
    this.#members = []
    return this.#scanner.object(this.#payloadMember)
  }

  readonly #payloadMember = (keyFrom: number, keyTo: number): boolean => {
    if (!this.#payloadValue(keyFrom, keyTo)) return false
    for (const field of this.#fields) {
      if (this.#isKey(keyFrom, keyTo, field)) this.#members.push(keyFrom - 1, this.#scanner.at)
    }
    return true
  }

  #payloadValue(keyFrom: number, keyTo: number): boolean {
    const scanner = this.#scanner
    if (!this.#isKey(keyFrom, keyTo, METADATA)) return scanner.value()
    this.#typeFrom = -1
    return scanner.byte === OPEN_OBJECT ? scanner.object(this.#metadataMember) : scanner.value()
  }

  readonly #metadataMember = (keyFrom: number, keyTo: number): boolean => {
    const scanner = this.#scanner
    if (!this.#isKey(keyFrom, keyTo, PAYLOAD_EVENT_TYPE)) return scanner.value()
    this.#typeFrom = -1
    if (scanner.byte !== QUOTE) return scanner.value()
    this.#typeFrom = scanner.at + 1
    if (!scanner.plainString()) return false
    this.#typeTo = scanner.at - 1
    return true
  }

  #isKey(from: number, to: number, key: Uint8Array): boolean {
    return to - from === key.length && this.#scanner.isAt(from, key)
  }
}
