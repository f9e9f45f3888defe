/**
 * Halves of surrogate pairs: JSON may hold them as escapes, UTF-8 cannot, and jq 1.6 gives up a whole stream at one.
 *
 * A line of the journal holds none: a payload that has them stands as `raw_message`, where they are plain text.
 */

/** An escape of JSON; a pair of backslashes is one, so what follows it is not. */
const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|.)/g
const ESCAPE_CHARS = 6

/** True where JSON text escapes half a surrogate pair. */
export function hasLoneSurrogate(json: string): boolean {
  if (!json.includes('\\ud') && !json.includes('\\uD')) return false
  /** Where the second half is to stand. */
  let expectedAt = -1
  for (const { 1: hex, index } of json.matchAll(ESCAPE)) {
    const unit = hex === undefined ? 0 : Number.parseInt(hex, 16)
    const isLow = unit >= 0xdc00 && unit <= 0xdfff
    if (isLow !== (index === expectedAt)) return true
    const isHigh = unit >= 0xd800 && unit <= 0xdbff
    if (expectedAt !== -1 && index !== expectedAt) return true
    expectedAt = isHigh ? index + ESCAPE_CHARS : -1
  }
  return expectedAt !== -1
}

/** `value` as JSON, each half of a surrogate pair replaced by U+FFFD. */
export function wellFormedJson(value: unknown): string {
  const json = JSON.stringify(value)
  // Pairs are written as characters, so what is escaped is alone.
  if (!json.includes('\\ud')) return json
  return json.replace(ESCAPE, (found, hex: string | undefined) =>
    /^d[89a-f]/.test(hex ?? '') ? '\\ufffd' : found,
  )
}
