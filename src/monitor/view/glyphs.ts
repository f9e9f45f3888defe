/** The signs the screen is drawn with, in Unicode and for terminals that cannot show it. */
import { textWidth } from '../../shared/runtime/terminal-text.js'
import type { Level } from '../model/health.js'

export interface Glyphs {
  horizontal: string
  vertical: string
  /** Corners and junctions by the arms they have: up, right, down, left as bits 1, 2, 4, 8. */
  junctions: Record<number, string>
  /** A sign for each level, told apart without colour. */
  levels: Record<Level, string>
  dot: string
  pause: string
  /** Stands before the chosen row. */
  cursor: string
  /** Stands before a row with a bookmark. */
  bookmark: string
  /** A length of it is a bar. */
  bar: string
  /** Marks the axis of a chart at a row with a label. */
  tick: string
  /** Charts drawn with eight dots a cell, or with one sign a cell. */
  hasBraille: boolean
}

export const UNICODE: Glyphs = {
  horizontal: '─',
  vertical: '│',
  junctions: { 6: '╭', 12: '╮', 3: '╰', 9: '╯', 7: '├', 13: '┤', 14: '┬', 11: '┴', 15: '┼', 10: '─' },
  levels: { good: '●', warning: '▲', critical: '■', unknown: '○' },
  dot: '·',
  pause: '‖',
  cursor: '▸',
  bookmark: '◆',
  bar: '━',
  tick: '┤',
  hasBraille: true,
}

export const ASCII: Glyphs = {
  horizontal: '-',
  vertical: '|',
  junctions: { 6: '+', 12: '+', 3: '+', 9: '+', 7: '+', 13: '+', 14: '+', 11: '+', 15: '+', 10: '-' },
  levels: { good: '*', warning: '!', critical: '#', unknown: 'o' },
  dot: '-',
  pause: '=',
  cursor: '>',
  bookmark: '+',
  bar: '=',
  tick: '+',
  hasBraille: false,
}

/** Unicode unless the terminal is a bare console or the locale names another character set. */
export function glyphsFor(env: NodeJS.ProcessEnv): Glyphs {
  if (env['TERM'] === 'linux' || env['TERM'] === 'dumb') return ASCII
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG']
  return locale === undefined || locale === '' || /utf-?8/i.test(locale) ? UNICODE : ASCII
}

/** ASCII for the signs that our own texts use. */
const ASCII_FOR: Record<string, string> = {
  '…': '~',
  '–': '-',
  '×': 'x',
  '·': '-',
  '≥': '>',
  '‖': '=',
  '≈': '~',
  '↑': '^',
  '↓': 'v',
  '∞': '-',
  '‹': '<',
  '›': '>',
  '’': "'",
  '▏': '|',
  '▁': '_',
  '▂': '.',
  '▃': '-',
  '▄': '=',
  '▅': '+',
  '▆': '*',
  '▇': '#',
}

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/

const graphemes = new Intl.Segmenter()

/** The text as this set of glyphs can show it: what it cannot becomes as many "?" as it takes columns. */
export function toGlyphs(text: string, glyphs: Glyphs): string {
  if (glyphs.hasBraille || PRINTABLE_ASCII.test(text)) return text
  return Array.from(graphemes.segment(text), ({ segment }) =>
    PRINTABLE_ASCII.test(segment) ? segment : (ASCII_FOR[segment] ?? '?'.repeat(textWidth(segment))),
  ).join('')
}
