/** The line in which a text is typed, and what is wrong with it so far. */
import { cutToWidth, endToWidth, escapeTerminalText, textWidth } from '../../shared/runtime/terminal-text.js'
import type { Prompt } from '../model/prompt.js'
import { problemOf } from '../model/search.js'
import type { MonitorState } from '../model/state.js'
import { type Piece, spread } from './styled.js'

const PROMPTS: Record<Prompt['kind'], { sign: string; hint: string }> = {
  text: { sign: '/', hint: 'text or pattern, Enter searches the journal' },
  filter: { sign: '&', hint: 'expression, Enter searches the journal' },
  save: { sign: 'save to ', hint: 'a new file, Enter writes it' },
  goTo: { sign: ':', hint: '10:15, -15m, 0@41 or #1042, Enter goes there' },
}

export function promptPieces(prompt: Prompt, { nowMs, view: { columns } }: MonitorState): Piece[] {
  const { sign, hint } = PROMPTS[prompt.kind]
  const found = problemOf(prompt, nowMs)
  const problem = found === null ? '' : `  ${escapeTerminalText(found)}`
  const room = columns - textWidth(` ${sign}`) - Math.min(textWidth(problem), Math.floor(columns / 2))
  const left: Piece[] = [{ text: ` ${sign}`, tone: 'accent', isBold: true }, ...typedPieces(prompt, room)]
  if (problem !== '') return [...left, { text: problem, tone: 'warning' }]
  return spread(left, [{ text: `${hint}, Esc leaves `, tone: 'quiet' }], columns)
}

/** The text with its cursor; of a long one what is around that. */
function typedPieces({ text, cursor }: Prompt, room: number): Piece[] {
  const before = escapeTerminalText(text.slice(0, cursor))
  const behind = escapeTerminalText(text.slice(cursor))
  const sign: Piece = { text: behind === '' ? '_' : '▏', tone: 'accent' }
  const behindWidth = Math.min(textWidth(behind), Math.floor(room / 4))
  const shown = endToWidth(before, room - behindWidth - 1)
  const rest = cutToWidth(behind, room - textWidth(shown) - 1)
  return [{ text: shown, isBold: true }, sign, { text: rest, isBold: true }].filter(
    (piece) => piece.text !== '',
  )
}
