/**
 * Builds chained lines into one buffer, ready for a single write.
 *
 * A line is built in a scratch buffer behind the previous line's hash, so that hash and body stand together and
 * one hash call over them is enough; the finished line is then copied to the batch.
 */
import { LINE_BYTES_MAX } from '../contract/limits.js'
import { chainHash, HASH_CHARS, lineSuffix, SUFFIX_BYTES } from './line.js'
import { grown, LineBytes } from './line-bytes.js'

const INITIAL_BYTES = 64 * 1024
/** A batch buffer above this is given back after use rather than kept. */
const KEEP_BYTES_MAX = 32 * 1024 * 1024

export class ChainEncoder extends LineBytes {
  #batch: Buffer = Buffer.allocUnsafe(INITIAL_BYTES)
  #batchBytes = 0

  constructor() {
    super(Buffer.allocUnsafe(INITIAL_BYTES), HASH_CHARS)
  }

  /** Starts a line that follows one with `previousHash`. */
  begin(previousHash: string, timestamp: string): void {
    this.memory.write(previousHash, 0, 'latin1')
    this.at = HASH_CHARS
    this.ascii(`{"timestamp":"${timestamp}",`)
  }

  /** Bytes of the line so far. */
  get bodyBytes(): number {
    return this.at - HASH_CHARS
  }

  /** Ends the line with its `seq` and hash; returns the hash. */
  seal(seq: number): string {
    this.ascii(`"seq":${seq}`)
    const hash = chainHash(this.memory.subarray(0, this.at))
    this.reserve(SUFFIX_BYTES)
    this.at += this.memory.write(lineSuffix(hash), this.at, 'latin1')
    const lineBytes = this.at - HASH_CHARS
    if (lineBytes > LINE_BYTES_MAX)
      throw new Error(`a journal line of ${lineBytes} bytes is over ${LINE_BYTES_MAX} bytes`)
    this.#batch = grown(this.#batch, this.#batchBytes, lineBytes)
    this.#batchBytes += this.memory.copy(this.#batch, this.#batchBytes, HASH_CHARS, this.at)
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
    if (this.memory.length > KEEP_BYTES_MAX) this.memory = Buffer.allocUnsafe(INITIAL_BYTES)
  }
}
