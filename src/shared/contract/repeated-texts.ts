/** Texts that stand in line after line or in record after record, such as a topic: each is made of its bytes once, and found again by them. */

const SLOTS = 64
const BYTES_MAX = 64

interface Known {
  bytes: Uint8Array
  text: string
}

export class RepeatedTexts {
  /** By {@link slotOf}; another text in the same slot takes its place. */
  readonly #known: (Known | undefined)[] = new Array(SLOTS).fill(undefined)

  /** The text of these bytes of UTF-8. */
  text(bytes: Buffer, from: number, to: number): string {
    const length = to - from
    if (length === 0 || length > BYTES_MAX) return bytes.toString('utf8', from, to)
    const slot = slotOf(length, bytes[from + (length >> 1)] as number)
    const known = this.#known[slot]
    if (known && known.bytes.length === length && isAt(bytes, from, known.bytes)) return known.text
    const text = bytes.toString('utf8', from, to)
    this.#known[slot] = { bytes: Uint8Array.from(bytes.subarray(from, to)), text }
    return text
  }
}

/** Event types begin and end alike. */
const slotOf = (length: number, middle: number): number => (length * 7 + middle) % SLOTS

function isAt(bytes: Uint8Array, from: number, expected: Uint8Array): boolean {
  for (let index = 0; index < expected.length; index += 1) {
    if (bytes[from + index] !== expected[index]) return false
  }
  return true
}
