/** What an e-mail address looks like, told of its bytes: a judge of many orders has no text of them. */

const IN_LOCAL_PART = 1
const IN_DOMAIN = 2
const IN_LAST_LABEL = 4

const LAST_LABEL_BYTES_MIN = 2

const AT_SIGN = 0x40
const DOT = 0x2e

/** By byte: where in an address it may stand. */
const PLACES = Uint8Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte)
  return (
    (/[a-zA-Z0-9._%+-]/.test(char) ? IN_LOCAL_PART : 0) +
    (/[a-zA-Z0-9.-]/.test(char) ? IN_DOMAIN : 0) +
    (/[a-zA-Z]/.test(char) ? IN_LAST_LABEL : 0)
  )
})

/** True where the UTF-8 from `from` to `to` is a local part, an `@` and a domain of two labels or more. */
export function isEmailAddress(bytes: Uint8Array, from = 0, to = bytes.length): boolean {
  const at = placesEnd(IN_LOCAL_PART, bytes, { from, to })
  if (at === from || at === to || bytes[at] !== AT_SIGN) return false
  const domain = at + 1
  if (placesEnd(IN_DOMAIN, bytes, { from: domain, to }) !== to) return false
  let label = to
  while (label > domain && bytes[label - 1] !== DOT) label -= 1
  const hasOthers = label > domain + 1
  const isLong = to - label >= LAST_LABEL_BYTES_MIN
  return hasOthers && isLong && placesEnd(IN_LAST_LABEL, bytes, { from: label, to }) === to
}

/** Where the bytes end that may stand in a place. */
function placesEnd(place: number, bytes: Uint8Array, { from, to }: { from: number; to: number }): number {
  let at = from
  while (at < to && ((PLACES[bytes[at] as number] as number) & place) !== 0) at += 1
  return at
}
