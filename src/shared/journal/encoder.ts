/**
 * Builds a batch of chained lines in one piece of memory, ready for a single write.
 *
 * What is hashed is the hash of the line before and the line's body, which therefore have to stand together. Only three
 * characters of the line before are between them, so its hash is moved over those while the hash is made, and back.
 *
 * Bodies that were written elsewhere, with the room between them that their lines take, stay where they are: the batch is
 * made there. Where something comes between them, or a `seq` has got another digit, it goes on in memory of its own.
 */
import { LINE_BYTES_MAX } from '../contract/limits.js'
import { chainDigest, HASH_CHARS, SUFFIX_BYTES, SUFFIX_HEAD, SUFFIX_TAIL } from './line.js'
import { grown, LineBytes } from './line-bytes.js'

const INITIAL_BYTES = 64 * 1024
/** Memory above this is given back after use rather than kept. */
const KEEP_BYTES_MAX = 32 * 1024 * 1024

const SEQ = Buffer.from('"seq":')
const HEAD = Buffer.from(SUFFIX_HEAD)
const TAIL = Buffer.from(`${SUFFIX_TAIL}\n`)

/** In front of the first line stands what ends the line before each other one: its hash and what is behind that. */
const FRONT_BYTES = HASH_CHARS + TAIL.length

const openingOf = (timestamp: string): Buffer => Buffer.from(`{"timestamp":"${timestamp}",`)
const OPENING_BYTES = openingOf(new Date(0).toISOString()).length

/** Bytes that bodies leave free for the rest of their lines. */
export interface LineRoom {
  /** In front of all. */
  front: number
  /** Before each body. */
  before: number
  /** Behind it. */
  behind: number
}

/** What lines around `seq` take. */
export const roomFor = (seq: number): LineRoom => ({
  front: FRONT_BYTES,
  before: OPENING_BYTES,
  behind: SEQ.length + String(seq).length + SUFFIX_BYTES,
})

export class ChainEncoder extends LineBytes {
  /** Where the line in the making begins; what is before it is finished. */
  #lineStart = FRONT_BYTES
  #timestamp = ''
  /** What each line begins with. */
  #opening: Buffer = Buffer.alloc(0)
  /** Its own memory while the batch stands where its bodies were written; null otherwise. */
  #own: Buffer | null = null

  constructor() {
    super(Buffer.allocUnsafeSlow(INITIAL_BYTES), FRONT_BYTES)
  }

  /** Begins a batch behind a line that has `previousHash`; each of its lines has `timestamp`. */
  begin(previousHash: string, timestamp: string): void {
    this.memory = this.#own ?? this.memory
    this.#own = null
    if (this.memory.length > KEEP_BYTES_MAX) this.memory = Buffer.allocUnsafeSlow(INITIAL_BYTES)
    this.at = 0
    this.ascii(previousHash)
    this.fewBytes(TAIL)
    this.#lineStart = FRONT_BYTES
    if (timestamp === this.#timestamp) return
    this.#timestamp = timestamp
    this.#opening = openingOf(timestamp)
  }

  /** Begins a line; the one before is left out where it was not sealed. */
  line(): void {
    if (this.#own) this.#goOn(this.#own)
    this.#open()
  }

  /** Begins a line with a body that was written elsewhere; nothing is copied where that left {@link roomFor} the line. */
  lineAround(body: Buffer, start: number, end: number): void {
    const place = this.#lineStart + this.#opening.length
    if (this.batchBytes === 0 && !this.#own && start === place) this.#moveTo(body)
    if (body === this.memory && start === place) {
      this.#open()
      this.at = end
      return
    }
    this.line()
    this.bytes(body, start, end)
  }

  /** Bytes of the line so far. */
  get bodyBytes(): number {
    return this.at - this.#lineStart
  }

  /** Ends the line with its `seq` and hash. */
  seal(seq: number): void {
    this.fewBytes(SEQ)
    this.decimal(seq)
    const lineBytes = this.bodyBytes + SUFFIX_BYTES
    if (lineBytes > LINE_BYTES_MAX)
      throw new Error(`a journal line of ${lineBytes} bytes is over ${LINE_BYTES_MAX} bytes`)
    const digest = this.#digest()
    this.fewBytes(HEAD)
    this.hex(digest)
    this.fewBytes(TAIL)
    this.#lineStart = this.at
  }

  /** Of the line sealed last, or that the batch follows. */
  get hash(): string {
    const start = this.#lineStart - FRONT_BYTES
    return this.memory.toString('latin1', start, start + HASH_CHARS)
  }

  /** Bytes of the finished lines. */
  get batchBytes(): number {
    return this.#lineStart - FRONT_BYTES
  }

  /** The finished lines; valid until the next batch begins. */
  batch(): Buffer {
    return this.memory.subarray(FRONT_BYTES, this.#lineStart)
  }

  #open(): void {
    this.at = this.#lineStart
    this.fewBytes(this.#opening)
  }

  /** Begins the batch in the memory of its bodies. */
  #moveTo(bodies: Buffer): void {
    this.memory.copy(bodies, 0, 0, FRONT_BYTES)
    this.#own = this.memory
    this.memory = bodies
  }

  /** Goes on in memory of its own: what comes next would be written over bodies. */
  #goOn(own: Buffer): void {
    const bodies = this.memory
    this.memory = grown(own, 0, this.#lineStart)
    bodies.copy(this.memory, 0, 0, this.#lineStart)
    this.#own = null
  }

  #digest(): string {
    const { memory } = this
    const body = this.#lineStart
    const end = body - FRONT_BYTES
    const chained = body - HASH_CHARS
    memory.copyWithin(chained, end, end + HASH_CHARS)
    const digest = chainDigest(new Uint8Array(memory.buffer, memory.byteOffset + chained, this.at - chained))
    memory.copyWithin(end, chained, body)
    memory.set(TAIL, body - TAIL.length)
    return digest
  }
}
