/**
 * The form of one journal line: BODY, `,"hash":"`, 64 hex digits, `"}`, LF.
 *
 * The hash is SHA-256 over the previous line's 64 hex digits followed by BODY, so each line seals all before it.
 * The suffix is found by its length and never by search, because a payload may contain its text.
 */
import { hash } from 'node:crypto'
import type { JournalEntry } from '../contract/journal-entry.js'

/** Length of the hash in hex digits. */
export const HASH_CHARS = 64

/** What stands before the hash and behind it. */
export const SUFFIX_HEAD = ',"hash":"'
export const SUFFIX_TAIL = '"}'

/** Bytes from the comma before `"hash"` to the end of the line, its LF included. */
export const SUFFIX_BYTES = SUFFIX_HEAD.length + HASH_CHARS + SUFFIX_TAIL.length + 1

const LF = 0x0a
const CR = 0x0d

/** What a hash looks like. */
export const HASH_FORM = /^[0-9a-f]{64}$/

/** The suffix of a line with this hash, LF included. */
export const lineSuffix = (hex: string): string => `${SUFFIX_HEAD}${hex}${SUFFIX_TAIL}\n`

/** Hash of a body that follows `previousHash`, when both stand one after the other in `bytes`. */
export const chainHash = (previousHashAndBody: Uint8Array): string =>
  hash('sha256', previousHashAndBody, 'hex')

/** The same as 32 characters, one a byte: its digits are sooner written to memory than taken from a text of them. */
export const chainDigest = (previousHashAndBody: Uint8Array): string =>
  hash('sha256', previousHashAndBody, 'binary')

/** The hash a line claims, or null where its end is not a suffix. `line` is without its LF. */
export function claimedHash(line: Buffer): string | null {
  const at = line.length + 1 - SUFFIX_BYTES
  if (at <= 0) return null
  if (line.toString('latin1', at, at + SUFFIX_HEAD.length) !== SUFFIX_HEAD) return null
  if (line.toString('latin1', line.length - SUFFIX_TAIL.length) !== SUFFIX_TAIL) return null
  const hex = line.toString('latin1', at + SUFFIX_HEAD.length, at + SUFFIX_HEAD.length + HASH_CHARS)
  return HASH_FORM.test(hex) ? hex : null
}

export type LineCheck = { ok: true; hash: string } | { ok: false; problem: string }

/** A line with room for the hash before it; grows to the longest line. */
let roomy = Buffer.allocUnsafe(64 * 1024)

/** Checks one line against the hash of the line before it. `line` is without its LF. */
export function checkLine(line: Buffer, previousHash: string): LineCheck {
  const problem = formProblem(line)
  if (problem !== null) return { ok: false, problem }
  const bytes = HASH_CHARS + line.length
  if (roomy.length < bytes) roomy = Buffer.allocUnsafe(bytes * 2)
  line.copy(roomy, HASH_CHARS)
  return checkSeal({ memory: roomy, from: HASH_CHARS, to: bytes }, previousHash)
}

/** A line, without its LF, where it stands: the {@link HASH_CHARS} bytes before it may be written over. */
export interface PlacedLine {
  readonly memory: Buffer
  readonly from: number
  readonly to: number
}

/** What is wrong with a line whatever it says, or null. */
export function formProblem(line: Buffer): string | null {
  if (line.length === 0) return 'is blank'
  return line.includes(CR) ? 'holds a carriage return' : null
}

/**
 * Checks the hash alone; a line that is {@link formProblem not one} may have the right one.
 *
 * What is hashed is the hash of the line before it and the line itself: writing the one before the other takes less than
 * copying both.
 */
export function checkSeal({ memory, from, to }: PlacedLine, previousHash: string): LineCheck {
  const bodyBytes = to - from + 1 - SUFFIX_BYTES
  if (bodyBytes <= 0) return { ok: false, problem: NO_HASH }
  const begin = from - HASH_CHARS
  memory.write(previousHash, begin, 'latin1')
  const hex = chainHash(new Uint8Array(memory.buffer, memory.byteOffset + begin, HASH_CHARS + bodyBytes))
  if (endsInHash(memory, to, hex)) return { ok: true, hash: hex }
  const isHashed = claimedHash(memory.subarray(from, to)) !== null
  return { ok: false, problem: isHashed ? OTHER_HASH : NO_HASH }
}

/** The memory that the last line stood in. */
let lines: DataView = new DataView(new ArrayBuffer(0))
/** The end of a line without its LF; the hash in it is written over. */
const endBytes = Buffer.from(lineSuffix('0'.repeat(HASH_CHARS)).trimEnd())
const end = new DataView(endBytes.buffer, endBytes.byteOffset, endBytes.length)
const LAST_WORD = endBytes.length - 8

/** Eight bytes at a time: single ones, or texts made of them, take as long as a tenth of the hash. */
function endsInHash({ buffer, byteOffset }: Buffer, to: number, hex: string): boolean {
  endBytes.write(hex, SUFFIX_HEAD.length, 'latin1')
  if (lines.buffer !== buffer) lines = new DataView(buffer)
  const from = byteOffset + to - endBytes.length
  for (let word = 0; word < endBytes.length; word += 8) {
    const at = Math.min(word, LAST_WORD)
    // ASCII makes neither NaN nor zero: equal numbers are equal bytes.
    if (lines.getFloat64(from + at) !== end.getFloat64(at)) return false
  }
  return true
}

const NO_HASH = 'does not end in a hash'
const OTHER_HASH = 'has a hash that does not follow from its content and the line before it'

/** The entry of a line, or null where it is not a JSON object with `event_type` and a whole `seq`. */
export const parseLine = (line: Buffer): JournalEntry | null => parseEntry(line.toString('utf8'))

/** The same of a line's text. */
export function parseEntry(text: string): JournalEntry | null {
  const entry = parseObject(text) as JournalEntry | null
  return typeof entry?.event_type === 'string' && Number.isSafeInteger(entry.seq) ? entry : null
}

/** The JSON object that `text` is, or null where it is none. */
export function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value = JSON.parse(text) as unknown
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

/** `{"timestamp":"2026-11-21T02:15:37.000Z",` and then the event type, always at the same place. */
export const EVENT_TYPE_AT = 40

/** Splits off whole lines; what stands after the last LF is left out. Views, not copies. */
export function* linesOf(bytes: Buffer): Generator<Buffer> {
  let from = 0
  for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, from)) {
    yield bytes.subarray(from, at)
    from = at + 1
  }
}
