/**
 * Goes over many lines of JSON from the last to the first, and stops only at those that a clue does not rule out.
 *
 * Nothing is parsed but a number here and there. A line with a backslash is never ruled out: anything may be written in
 * another way there.
 */
import type { Clue } from './clue.js'

/**
 * A byte of the last line before `end` that is not ruled out, or -1. `end` is where a line begins, or the end of all, and is
 * never larger than in the call before.
 */
export type LastBefore = (end: number) => number

const LF = 0x0a
const BACKSLASH = Buffer.from('\\')
const COLON = 0x3a
const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const NINE = 0x39
const BLANKS = new Set([0x20, 0x09, 0x0d])
/** More could be more than a double holds. */
const DIGITS_MAX = 15
/** By digits behind the point; exact, as quotients of them and of so few digits are rounded once. */
const POWERS_OF_TEN = Array.from({ length: DIGITS_MAX + 1 }, (_, digits) => Number(`1e${digits}`))
/** What a number goes on with, however it is written. */
const NUMBER_SIGNS = new Set(Buffer.from('+-.eE0123456789'))

/** The lines of `bytes`, of which every one but the last ends in LF; all of them without a clue. */
export const likelyLines = (bytes: Buffer, clue: Clue | null): LastBefore =>
  clue === null ? (end) => end - 1 : anyOf([lastOf(bytes, BACKSLASH), lastWith(bytes, clue)])

/** Those in which `needle` stands. */
export const lastOf =
  (bytes: Buffer, needle: Buffer): LastBefore =>
  (end) =>
    // A place before the beginning would count from the other end.
    end < needle.length ? -1 : bytes.lastIndexOf(needle, end - needle.length)

/** Where the line begins in which `at` is. */
export const lineBegin = (bytes: Buffer, at: number): number =>
  at === 0 ? 0 : bytes.lastIndexOf(LF, at - 1) + 1

/** Where its LF stands, or would. */
export function lineEnd(bytes: Buffer, at: number): number {
  const end = bytes.indexOf(LF, at)
  return end === -1 ? bytes.length : end
}

function lastWith(bytes: Buffer, clue: Clue): LastBefore {
  switch (clue.sign) {
    case 'text':
      return lastOf(bytes, Buffer.from(JSON.stringify(clue.text)))
    case 'number':
      return lastNumber(bytes, clue.field, clue.isMeant)
    default: {
      const inner = clue.of.map((each) => lastWith(bytes, each))
      return clue.sign === 'all' ? allOf(bytes, inner) : anyOf(inner)
    }
  }
}

/** The last of all; what was found of one stands until it is passed. */
function anyOf(inner: readonly LastBefore[]): LastBefore {
  const found = inner.map(() => Number.POSITIVE_INFINITY)
  return (end) => {
    let last = -1
    for (const [index, lastBefore] of inner.entries()) {
      const known = found[index] as number
      const hit = known < end ? known : lastBefore(end)
      found[index] = hit
      if (hit > last) last = hit
    }
    return last
  }
}

/** The last line that all of them tell: each leaps to where another one stands. */
function allOf(bytes: Buffer, [first, ...others]: readonly LastBefore[]): LastBefore {
  return (end) => {
    let hit = first?.(end) ?? -1
    while (hit !== -1) {
      const begin = lineBegin(bytes, hit)
      const to = lineEnd(bytes, hit)
      const before = others.map((lastBefore) => lastBefore(to)).find((other) => other < begin)
      if (before === undefined) return hit
      hit = before === -1 ? -1 : (first?.(lineEnd(bytes, before) + 1) ?? -1)
    }
    return -1
  }
}

function lastNumber(bytes: Buffer, field: string, isMeant: (value: number) => boolean): LastBefore {
  const name = Buffer.from(JSON.stringify(field))
  const lastName = lastOf(bytes, name)
  return (end) => {
    let at = lastName(end)
    while (at !== -1) {
      const value = numberAt(bytes, at + name.length)
      if (value !== null && isMeant(value)) return at
      at = lastName(at)
    }
    return -1
  }
}

/** The number that is the value behind a name; null where that is none. */
function numberAt(bytes: Buffer, nameEnd: number): number | null {
  const colon = pastBlanks(bytes, nameEnd)
  if (bytes[colon] !== COLON) return null
  const from = pastBlanks(bytes, colon + 1)
  const isNegative = bytes[from] === MINUS
  let at = isNegative ? from + 1 : from
  let digits = 0
  let value = 0
  let point = -1
  for (let byte = bytes[at] as number; ; byte = bytes[at] as number) {
    if (byte >= ZERO && byte <= NINE) {
      value = value * 10 + byte - ZERO
      digits += 1
    } else if (byte === POINT && point === -1) point = digits
    else break
    at += 1
  }
  if (digits === 0) return null
  // An exponent goes the long way as well.
  const isLong = digits > DIGITS_MAX || ((bytes[at] as number) | 0x20) === 0x65
  if (isLong) return longNumber(bytes, from)
  const scaled = point === -1 ? value : value / (POWERS_OF_TEN[digits - point] as number)
  return isNegative ? -scaled : scaled
}

function pastBlanks(bytes: Buffer, from: number): number {
  let at = from
  while (BLANKS.has(bytes[at] as number)) at += 1
  return at
}

function longNumber(bytes: Buffer, from: number): number {
  let to = from
  while (NUMBER_SIGNS.has(bytes[to] as number)) to += 1
  return Number(bytes.toString('latin1', from, to))
}
