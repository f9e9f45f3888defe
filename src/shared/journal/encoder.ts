/**
 * Builds chained lines into one buffer, ready for a single write.
 *
 * A line is built in a scratch buffer behind the previous line's hash, so that hash and body stand together and
 * one hash call over them is enough; the finished line is then copied to the batch.
 */
import assert from 'node:assert'
import { LINE_BYTES_MAX } from '../contract/limits.js'
import { chainHash, HASH_CHARS, lineSuffix, SUFFIX_BYTES } from './line.js'

const SPACE = 0x20
const QUOTE = 0x22
const BACKSLASH = 0x5c
const TILDE = 0x7e

/** Texts up to this length are written character by character: faster than a call into Node. */
const SHORT_CHARS = 64

const INITIAL_BYTES = 64 * 1024
/** A batch buffer above this is given back after use rather than kept. */
const KEEP_BYTES_MAX = 32 * 1024 * 1024

export class ChainEncoder {
  #scratch: Buffer = Buffer.allocUnsafe(INITIAL_BYTES)
  #at = HASH_CHARS
  #batch: Buffer = Buffer.allocUnsafe(INITIAL_BYTES)
  #batchBytes = 0

  /** Starts a line that follows one with `previousHash`. */
  begin(previousHash: string, timestamp: string): void {
    this.#scratch.write(previousHash, 0, 'latin1')
    this.#at = HASH_CHARS
    this.ascii(`{"timestamp":"${timestamp}",`)
  }

  /** Adds characters below 0x80; faster than {@link text}. */
  ascii(text: string): void {
    const { length } = text
    this.#reserve(length)
    if (length > SHORT_CHARS) this.#at += this.#scratch.write(text, this.#at, 'latin1')
    else {
      for (let index = 0; index < length; index += 1) this.#scratch[this.#at + index] = text.charCodeAt(index)
      this.#at += length
    }
  }

  /** Adds a few bytes; a loop is faster than a call of `copy` for those. */
  fewBytes(bytes: Uint8Array): void {
    const { length } = bytes
    this.#reserve(length)
    for (let index = 0; index < length; index += 1) this.#scratch[this.#at + index] = bytes[index] as number
    this.#at += length
  }

  /**
   * Adds the UTF-8 `bytes` from `start` to `end` as a JSON string; false, and nothing is added, where they hold what a JSON string escapes or
   * a byte above 0x7e. Most keys and headers do not, and are written without a string being made of them.
   */
  plainString(bytes: Uint8Array, start: number, end: number): boolean {
    this.#reserve(end - start + 2)
    const scratch = this.#scratch
    let at = this.#at
    scratch[at++] = QUOTE
    for (let index = start; index < end; index += 1) {
      const byte = bytes[index] as number
      if (byte < SPACE || byte > TILDE || byte === QUOTE || byte === BACKSLASH) return false
      scratch[at++] = byte
    }
    scratch[at++] = QUOTE
    this.#at = at
    return true
  }

  text(text: string): void {
    // UTF-8 takes at most 3 bytes for a UTF-16 unit.
    this.#reserve(text.length * 3)
    this.#at += this.#scratch.write(text, this.#at)
  }

  bytes(bytes: Buffer): void {
    this.#reserve(bytes.length)
    this.#at += bytes.copy(this.#scratch, this.#at)
  }

  /** Bytes of the line so far. */
  get bodyBytes(): number {
    return this.#at - HASH_CHARS
  }

  /** Ends the line with its `seq` and hash; returns the hash. */
  seal(seq: number): string {
    this.ascii(`"seq":${seq}`)
    const hash = chainHash(this.#scratch.subarray(0, this.#at))
    this.#reserve(SUFFIX_BYTES)
    this.#at += this.#scratch.write(lineSuffix(hash), this.#at, 'latin1')
    const lineBytes = this.#at - HASH_CHARS
    assert(
      lineBytes <= LINE_BYTES_MAX,
      `a journal line of ${lineBytes} bytes is over ${LINE_BYTES_MAX} bytes`,
    )
    this.#batch = grown(this.#batch, this.#batchBytes, lineBytes)
    this.#batchBytes += this.#scratch.copy(this.#batch, this.#batchBytes, HASH_CHARS, this.#at)
    return hash
  }

  /** Bytes of the finished lines. */
  get batchBytes(): number {
    return this.#batchBytes
  }

  /** The finished lines; valid until {@link ChainEncoder.clear}. */
  batch(): Buffer {
    return this.#batch.subarray(0, this.#batchBytes)
  }

  clear(): void {
    this.#batchBytes = 0
    if (this.#batch.length > KEEP_BYTES_MAX) this.#batch = Buffer.allocUnsafe(INITIAL_BYTES)
    if (this.#scratch.length > KEEP_BYTES_MAX) this.#scratch = Buffer.allocUnsafe(INITIAL_BYTES)
  }

  #reserve(bytes: number): void {
    this.#scratch = grown(this.#scratch, this.#at, bytes)
  }
}

/** The same buffer where `extra` bytes fit behind `used`, else a copy of at least twice its size. */
function grown(buffer: Buffer, used: number, extra: number): Buffer {
  if (used + extra <= buffer.length) return buffer
  const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, used + extra))
  buffer.copy(larger, 0, 0, used)
  return larger
}
