/**
 * The headers of a record: a list of pairs, because names repeat and their order counts.
 *
 * Those of a fetched record stay packed in the bytes they came in until somebody asks for them, so that the tracker
 * writes them without making two buffers and a string of each.
 */

export type HeaderPair = readonly [name: string, value: Buffer | null]

/** Headers in their order; names repeat. */
export type RecordHeaders = Iterable<HeaderPair>

/** Where a packed header stands in its bytes; `valueStart` is -1 for null. */
export interface HeaderSpan {
  nameStart: number
  nameEnd: number
  valueStart: number
  valueEnd: number
}

/**
 * Headers as Kafka packs them, one after the other: length of the name, name, length of the value (-1 for null), value.
 * The lengths are zigzag varints. The bytes are known to be whole.
 */
export class PackedHeaders implements RecordHeaders {
  readonly bytes: Buffer
  readonly #start: number
  readonly #end: number

  constructor(bytes: Buffer, start: number, end: number) {
    this.bytes = bytes
    this.#start = start
    this.#end = end
  }

  /** Bytes of all headers, their lengths included. */
  get byteLength(): number {
    return this.#end - this.#start
  }

  /** Calls `visit` for each header in its order. The span is the same object each time. */
  forEachSpan(visit: (span: HeaderSpan, index: number) => void): void {
    const span: HeaderSpan = { nameStart: 0, nameEnd: 0, valueStart: 0, valueEnd: 0 }
    let at = this.#start
    for (let index = 0; at < this.#end; index += 1) {
      at = this.#readSpan(at, span)
      visit(span, index)
    }
  }

  *[Symbol.iterator](): Generator<HeaderPair> {
    const span: HeaderSpan = { nameStart: 0, nameEnd: 0, valueStart: 0, valueEnd: 0 }
    for (let at = this.#start; at < this.#end; ) {
      at = this.#readSpan(at, span)
      const { nameStart, nameEnd, valueStart, valueEnd } = span
      const value = valueStart === -1 ? null : this.bytes.subarray(valueStart, valueEnd)
      yield [this.bytes.toString('utf8', nameStart, nameEnd), value]
    }
  }

  /** Reads the header at `start` into `span`; returns where it ends. */
  #readSpan(start: number, span: HeaderSpan): number {
    const { bytes } = this
    let at = lengthEnd(bytes, start)
    span.nameStart = at
    at += Math.max(lengthAt(bytes, start), 0)
    span.nameEnd = at
    const length = lengthAt(bytes, at)
    at = lengthEnd(bytes, at)
    span.valueStart = length < 0 ? -1 : at
    at += Math.max(length, 0)
    span.valueEnd = at
    return at
  }
}

const CONTINUES = 0x80

/** The zigzag varint at `start`, at most an int32. */
function lengthAt(bytes: Buffer, start: number): number {
  const first = bytes[start] as number
  if (first < CONTINUES) return (first >>> 1) ^ -(first & 1)
  let zigzag = first & 0x7f
  for (let at = start + 1, shift = 7; ; at += 1, shift += 7) {
    const byte = bytes[at] as number
    zigzag |= (byte & 0x7f) << shift
    if (byte < CONTINUES) return (zigzag >>> 1) ^ -(zigzag & 1)
  }
}

function lengthEnd(bytes: Buffer, start: number): number {
  let at = start
  while ((bytes[at] as number) >= CONTINUES) at += 1
  return at + 1
}
