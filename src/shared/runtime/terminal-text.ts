/**
 * Text that comes from outside, made safe to show in a terminal, and cut to the columns it may take.
 *
 * A record can hold anything: an escape sequence that renames the window, a bidi override that turns a line
 * around, a zero-width character that hides a difference. All of them are shown as visible escapes. Only what is
 * displayed is changed; files keep their bytes.
 */
import stringWidth from 'string-width'

/** Controls, formats (bidi, zero width, soft hyphen, BOM, tags), separators, lone surrogates, invisible fillers. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/
/** Signs of one unit and one column each that join with no other: Latin, and the signs that our own texts use. */
const NARROW = /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff–’‹›…‖\u2500-\u259f■▲▸●○◆\u2800-\u28ff]*$/
const NAMED: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }
/** A grapheme may carry many combining marks that take no column; more than this is not a word of any language. */
const GRAPHEME_UNITS_MAX = 16

const graphemes = new Intl.Segmenter()

/**
 * Replaces every character that would control or deceive a terminal by a visible escape.
 *
 * @example escapeTerminalText('a\u001b[31mb\u202e') // 'a\x1b[31mb\u{202e}', with the backslashes visible
 */
export function escapeTerminalText(text: string): string {
  if (PRINTABLE_ASCII.test(text)) return text
  return text.replace(UNSAFE, (character) => NAMED[character] ?? visibleEscape(character))
}

function visibleEscape(character: string): string {
  const code = character.codePointAt(0) ?? 0
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
}

/** Columns that `text` takes in a terminal; expects escaped text. */
export const textWidth = (text: string): number =>
  // Measuring grapheme by grapheme takes fifty times as long.
  NARROW.test(text) ? text.length : stringWidth(text, { countAnsiEscapeCodes: true })

/**
 * Cuts escaped text to at most `columns`, ending in `ellipsis` where something was left out.
 *
 * Never looks further into a long text than it needs to.
 */
export function cutToWidth(text: string, columns: number, ellipsis = '…'): string {
  if (columns <= 0) return ''
  const head = text.slice(0, (columns + 1) * GRAPHEME_UNITS_MAX)
  if (NARROW.test(head)) return cutNarrow(text, columns, ellipsis)
  if (head.length === text.length && textWidth(text) <= columns && !hasLongGrapheme(text)) return text
  let kept = ''
  let width = 0
  const room = columns - textWidth(ellipsis)
  for (const { segment } of graphemes.segment(head)) {
    const segmentWidth = textWidth(segment)
    if (width + segmentWidth > room || segment.length > GRAPHEME_UNITS_MAX) break
    kept += segment
    width += segmentWidth
  }
  return room < 0 ? '' : kept + ellipsis
}

/** The end of escaped text, at most `columns` of it, beginning with `ellipsis` where something was left out. */
export function endToWidth(text: string, columns: number, ellipsis = '…'): string {
  if (textWidth(text) <= columns) return text
  let kept = ''
  for (const { segment } of [...graphemes.segment(text)].reverse()) {
    if (textWidth(ellipsis + segment + kept) > columns) break
    kept = segment + kept
  }
  return columns < textWidth(ellipsis) ? '' : ellipsis + kept
}

function cutNarrow(text: string, columns: number, ellipsis: string): string {
  if (text.length <= columns) return text
  const room = columns - textWidth(ellipsis)
  return room < 0 ? '' : text.slice(0, room) + ellipsis
}

function hasLongGrapheme(text: string): boolean {
  if (text.length <= GRAPHEME_UNITS_MAX) return false
  for (const { segment } of graphemes.segment(text)) if (segment.length > GRAPHEME_UNITS_MAX) return true
  return false
}

/** Escapes, cuts, and pads with spaces to exactly `columns`. */
export function fitToWidth(text: string, columns: number, align: 'left' | 'right' = 'left'): string {
  const cut = cutToWidth(text, columns)
  const padding = ' '.repeat(Math.max(0, columns - textWidth(cut)))
  return align === 'left' ? cut + padding : padding + cut
}
