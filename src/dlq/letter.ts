/**
 * Reads what stands on the dead-letter topic: letters, notes of replays, and whatever else somebody put there.
 *
 * A letter's own headers are the last ones of their names; what the record brought stands before them.
 */
import {
  ERROR_HEADER,
  ORIGIN_HEADER,
  type Origin,
  originText,
  parseOrigin,
  REASON_HEADER,
} from '../shared/contract/dead-letter.js'
import type { HeaderPair } from '../shared/contract/record-headers.js'
import type { FetchedRecord } from '../shared/kafka/record-decoder.js'

export interface Letter {
  origin: Origin
  /** Code of the rejection, and its text. */
  reason: string
  error: string
  /** When it was dead-lettered, milliseconds since 1970. */
  timeMs: number
  key: Buffer | null
  value: Buffer | null
  /** Those that the record had. */
  headers: HeaderPair[]
}

/** The letter that a record is, or null. Key, value and headers are views of the fetched bytes. */
export function letterOf(record: FetchedRecord): Letter | null {
  const { key, value, timestampMs } = record
  const headers = [...record.headers]
  const own = new Set<number>()
  const last = (name: string): string | null => {
    const at = headers.findLastIndex((header) => header[0] === name)
    own.add(at)
    return headers[at]?.[1]?.toString('utf8') ?? null
  }
  const origin = parseOrigin(last(ORIGIN_HEADER) ?? '')
  const reason = last(REASON_HEADER)
  const error = last(ERROR_HEADER)
  if (!origin || reason === null || error === null) return null
  const rest = headers.filter((_, index) => !own.has(index))
  return { origin, reason, error, timeMs: Number(timestampMs), key, value, headers: rest }
}

/** A letter without what it carries: enough for showing and choosing. */
export interface LetterInfo {
  /** As text: letters of equal origin are one. */
  id: string
  origin: Origin
  reason: string
  error: string
  timeMs: number
  key: Buffer | null
  /** Bytes of the value; null for a tombstone. */
  size: number | null
}

const KEY_BYTES_MAX = 1_024

/** What is kept of a letter; nothing of it holds on to the fetched bytes. */
export function infoOf({ origin, reason, error, timeMs, key, value }: Letter): LetterInfo {
  return {
    id: originText(origin),
    origin,
    reason,
    error,
    timeMs,
    key: key && Buffer.from(key.subarray(0, KEY_BYTES_MAX)),
    size: value?.length ?? null,
  }
}
