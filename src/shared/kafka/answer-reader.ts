/**
 * Reads what a broker answers into the memory in which it is handed on.
 *
 * Node makes a buffer for every 64 KiB that come, and kafkajs copies those of an answer together when it is whole: of a fetch
 * that is every byte twice, and twice its memory.
 */
import type { OnReadOpts, Socket } from 'node:net'

/** Before each answer stands its length, an int32. */
const LENGTH_BYTES = 4
/** Answers up to this length are read here and copied; of a longer one the beginning is. */
const SMALL_BYTES_MAX = 16 * 1024
/** No more is allocated on the word of a length alone: what speaks there may be no broker. */
const BELIEVED_BYTES_MAX = 16 * 1024 * 1024

export class AnswerReader {
  readonly #take: (answer: Buffer) => void
  readonly #small = Buffer.allocUnsafeSlow(SMALL_BYTES_MAX)
  /** The beginning of an answer that does not fit there. */
  #large: Buffer | null = null
  /** Bytes that were read of the answer. */
  #have = 0

  /** @param take Is given each answer when it is whole, its length in front; the memory is its own. */
  constructor(take: (answer: Buffer) => void) {
    this.#take = take
  }

  /** Where the next bytes are to be read to; never empty. */
  room(): Buffer {
    return (this.#large ?? this.#small).subarray(this.#have)
  }

  /**
   * Takes the first `count` bytes of {@link room}.
   *
   * @throws {RangeError} where they begin with a length below zero.
   */
  took(count: number): void {
    this.#have += count
    if (this.#large) this.#continueLarge(this.#large)
    else this.#takeSmall()
  }

  /** Takes what is whole of several answers one behind the other. */
  #takeSmall(): void {
    const small = this.#small
    const end = this.#have
    let start = 0
    while (end - start >= LENGTH_BYTES) {
      const length = answerLength(small, start)
      if (start + length > end) break
      this.#take(Buffer.from(small.subarray(start, start + length)))
      start += length
    }
    this.#have = end - start
    if (start > 0) small.copyWithin(0, start, end)
    if (this.#have < LENGTH_BYTES) return
    const length = answerLength(small, 0)
    if (length > SMALL_BYTES_MAX)
      this.#large = longer(small.subarray(0, this.#have), Math.min(length, BELIEVED_BYTES_MAX))
  }

  #continueLarge(large: Buffer): void {
    if (this.#have < large.length) return
    const length = answerLength(large, 0)
    if (large.length < length) this.#large = longer(large, Math.min(length, large.length * 2))
    else {
      this.#large = null
      this.#have = 0
      this.#take(large)
    }
  }
}

/** How a socket is to be read so that each `data` of it is one whole answer; it breaks where what comes is none. */
export function readAnswers(of: () => Socket): OnReadOpts {
  const reader = new AnswerReader((answer) => of().emit('data', answer))
  return {
    buffer: () => reader.room(),
    callback: (count) => {
      try {
        reader.took(count)
        return true
      } catch (error) {
        of().destroy(error as Error)
        return false
      }
    },
  }
}

/** Of the answer that begins at `start`, the length in front of it included. */
function answerLength(bytes: Buffer, start: number): number {
  const length = bytes.readInt32BE(start)
  if (length < 0) throw new RangeError(`an answer is told to be ${length} bytes long`)
  return LENGTH_BYTES + length
}

function longer(bytes: Buffer, length: number): Buffer {
  const memory = Buffer.allocUnsafeSlow(length)
  bytes.copy(memory)
  return memory
}
