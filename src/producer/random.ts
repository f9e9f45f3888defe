/**
 * A seeded source of random numbers: the same seed gives the same numbers on every machine and Node version.
 *
 * For test data only; nothing secret comes from here.
 */
import { hash } from 'node:crypto'

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

export class Random {
  #a: number
  #b: number
  #c: number
  #counter = 1

  constructor(seed: string) {
    const digest = hash('sha256', seed, 'buffer')
    this.#a = digest.readInt32BE(0)
    this.#b = digest.readInt32BE(4)
    this.#c = digest.readInt32BE(8)
    // The first numbers still look alike for digests that do.
    for (let round = 0; round < 12; round += 1) this.#next()
  }

  /** A number in [0, 1), in steps of 2^-32. */
  fraction(): number {
    return this.#next() / 4_294_967_296
  }

  /** A whole number in [min, max]. */
  between(min: number, max: number): number {
    return min + Math.floor(this.fraction() * (max - min + 1))
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.between(0, choices.length - 1)]!
  }

  /** A version 4 UUID. */
  uuid(): string {
    const a = this.#next()
    const b = this.#next()
    const c = this.#next()
    const d = this.#next()
    const version = HEX[0x40 | ((b >>> 8) & 0x0f)]! + HEX[b & 0xff]!
    const variant = HEX[0x80 | ((c >>> 24) & 0x3f)]! + HEX[(c >>> 16) & 0xff]!
    return `${hex32(a)}-${hex16(b >>> 16)}-${version}-${variant}-${hex16(c & 0xffff)}${hex32(d)}`
  }

  /** Lowercase hex digits, eight for each word. */
  hex(words: number): string {
    let text = ''
    for (let word = 0; word < words; word += 1) text += hex32(this.#next())
    return text
  }

  /** The sfc32 generator: 32 bits, passes PractRand, period above 2^32 for every seed. */
  #next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0
    return sum >>> 0
  }
}

const hex16 = (half: number): string => HEX[half >>> 8]! + HEX[half & 0xff]!
const hex32 = (word: number): string => hex16(word >>> 16) + hex16(word & 0xffff)
