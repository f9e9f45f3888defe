/**
 * A text that is being typed, and the keys that edit it: those of a shell, with the texts entered before behind the arrows.
 *
 * Nothing here is remembered beyond the end of the monitor.
 */
import type { SearchKind } from '../query/wanted.js'

/** A text and what it is for. */
export interface Entered {
  kind: SearchKind | 'goTo' | 'save'
  text: string
}

export interface Prompt extends Entered {
  /** Where the next sign goes, UTF-16 units from the beginning. */
  cursor: number
  /** What was being typed when a text entered before was asked for, and how many texts back that is; null before. */
  recalled: { typed: string; back: number } | null
}

type Line = Pick<Prompt, 'text' | 'cursor'>
type Place = (line: Line) => number

/** Longest text that can be typed, UTF-16 units. */
const TEXT_UNITS_MAX = 200
/** Texts that are kept. */
const ENTERED_MAX = 100

const graphemes = new Intl.Segmenter()

const start: Place = () => 0
const here: Place = ({ cursor }) => cursor
const end: Place = ({ text }) => text.length
const signBefore: Place = ({ text, cursor }) => graphemes.segment(text).containing(cursor - 1)?.index ?? 0
const signBehind: Place = ({ text, cursor }) =>
  cursor + (graphemes.segment(text.slice(cursor)).containing(0)?.segment.length ?? 0)
const wordBefore: Place = ({ text, cursor }) =>
  text.slice(0, cursor).replace(/[\p{L}\p{N}_]*[^\p{L}\p{N}_]*$/u, '').length
const wordBehind: Place = ({ text, cursor }) =>
  cursor + (/^[^\p{L}\p{N}_]*[\p{L}\p{N}_]*/u.exec(text.slice(cursor))?.[0].length ?? 0)
const blankBefore: Place = ({ text, cursor }) => text.slice(0, cursor).replace(/\S*\s*$/, '').length

type Edit = (line: Line) => Line

const to =
  (place: Place): Edit =>
  (line) => ({ ...line, cursor: place(line) })

const without =
  (from: Place, until: Place): Edit =>
  (line) => ({ text: line.text.slice(0, from(line)) + line.text.slice(until(line)), cursor: from(line) })

const EDITS: readonly [keys: readonly string[], edit: Edit][] = [
  [['left', 'ctrl+b'], to(signBefore)],
  [['right', 'ctrl+f'], to(signBehind)],
  [['home', 'ctrl+a'], to(start)],
  [['end', 'ctrl+e'], to(end)],
  [['ctrl+left', 'alt+left', 'alt+b'], to(wordBefore)],
  [['ctrl+right', 'alt+right', 'alt+f'], to(wordBehind)],
  [['backspace'], without(signBefore, here)],
  [['delete', 'ctrl+d'], without(here, signBehind)],
  [['ctrl+u'], without(start, here)],
  [['ctrl+k'], without(here, end)],
  [['ctrl+w'], without(blankBefore, here)],
  [['alt+backspace'], without(wordBefore, here)],
  [['alt+d'], without(here, wordBehind)],
]
const EDIT_OF: ReadonlyMap<string, Edit> = new Map(
  EDITS.flatMap(([keys, edit]) => keys.map((key) => [key, edit] as const)),
)
/** How many texts further back. */
const RECALLS: ReadonlyMap<string, number> = new Map([
  ['up', 1],
  ['ctrl+p', 1],
  ['down', -1],
  ['ctrl+n', -1],
])
const LEAVES: ReadonlySet<string> = new Set(['escape', 'ctrl+c'])

const isSign = (key: string): boolean => [...key].length === 1

/** True for a key that means something while a text is typed. */
export const isTyped = (key: string): boolean =>
  isSign(key) || ['enter', 'space', ...LEAVES].includes(key) || EDIT_OF.has(key) || RECALLS.has(key)

/** With nothing typed yet. */
export const openPrompt = (kind: Prompt['kind']): Prompt => ({ kind, text: '', cursor: 0, recalled: null })

/**
 * The prompt after a key other than Enter; null where it is left.
 *
 * @param entered Newest first.
 */
export function editPrompt(prompt: Prompt, key: string, entered: readonly Entered[]): Prompt | null {
  if (LEAVES.has(key) || (key === 'backspace' && prompt.text === '')) return null
  const edit = EDIT_OF.get(key)
  if (edit) return { ...prompt, ...edit(prompt) }
  const further = RECALLS.get(key)
  if (further !== undefined) return recall(prompt, further, entered)
  const sign = key === 'space' ? ' ' : key
  return isSign(sign) ? insertInto(prompt, sign) : prompt
}

/** The text where the cursor is, as much of it as there is room for; controls become blanks. */
export function insertInto(prompt: Prompt, added: string): Prompt {
  const { text, cursor } = prompt
  const fitting = added.slice(0, TEXT_UNITS_MAX - text.length)
  // Of a sign of two units the second may have no room.
  const kept = fitting.replace(/[\ud800-\udbff]$/, '').replace(/\p{Cc}+/gu, ' ')
  return { ...prompt, text: text.slice(0, cursor) + kept + text.slice(cursor), cursor: cursor + kept.length }
}

/** Newest first, each once. */
export const remember = (entered: readonly Entered[], { kind, text }: Entered): readonly Entered[] =>
  [{ kind, text }, ...entered.filter((each) => each.kind !== kind || each.text !== text)].slice(
    0,
    ENTERED_MAX,
  )

/** A text of the same kind that was entered before, or at last again what was being typed. */
function recall(prompt: Prompt, further: number, entered: readonly Entered[]): Prompt {
  const texts = entered.filter(({ kind }) => kind === prompt.kind).map(({ text }) => text)
  const { typed, back } = prompt.recalled ?? { typed: prompt.text, back: 0 }
  const next = Math.max(0, Math.min(texts.length, back + further))
  if (next === back) return prompt
  const text = texts[next - 1] ?? typed
  return { ...prompt, text, cursor: text.length, recalled: next === 0 ? null : { typed, back: next } }
}
