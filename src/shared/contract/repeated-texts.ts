/** Texts that stand in line after line or in record after record, such as a topic: each is made of its bytes once, and found again by them. */

const SLOTS = 256
const BYTES_MAX = 64

export class RepeatedTexts {
  /** By {@link slotOf}; another text in the same slot takes its place. */
  readonly #texts: string[] = new Array(SLOTS).fill('')
  /** Of each slot the bytes of its text, and how many these are; 0 where there is none. */
  readonly #known = new DataView(new ArrayBuffer(SLOTS * BYTES_MAX))
  readonly #lengths = new Uint8Array(SLOTS)
  readonly #bytes: Buffer
  readonly #view: DataView

  /** @param bytes In which all texts stand. */
  constructor(bytes: Buffer) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  }

  /** The text of the bytes of UTF-8 from one place to another. */
  text(from: number, to: number): string {
    const bytes = this.#bytes
    const length = to - from
    if (length === 0 || length > BYTES_MAX) return bytes.toString('utf8', from, to)
    const slot = slotOf(length, bytes[from + (length >> 1)] as number, bytes[to - 1] as number)
    if (this.#lengths[slot] === length && this.#isIn(slot, from, length)) return this.#texts[slot] as string
    const text = bytes.toString('utf8', from, to)
    const at = slot * BYTES_MAX
    for (let index = 0; index < length; index += 1)
      this.#known.setUint8(at + index, bytes[from + index] as number)
    this.#lengths[slot] = length
    this.#texts[slot] = text
    return text
  }

  /** Compares four bytes at once, then what is left. */
  #isIn(slot: number, from: number, length: number): boolean {
    const known = this.#known
    const view = this.#view
    const at = slot * BYTES_MAX
    let index = 0
    for (; index + 4 <= length; index += 4) {
      if (known.getInt32(at + index) !== view.getInt32(from + index)) return false
    }
    for (; index < length; index += 1) {
      if (known.getUint8(at + index) !== view.getUint8(from + index)) return false
    }
    return true
  }
}

/** Event types begin and end alike, and numbered names differ at their end alone. No two types of order events have the same slot. */
const slotOf = (length: number, middle: number, last: number): number =>
  (length * 17 + middle + last * 31) % SLOTS
