/** Letters as lines: a table for people, in which nothing of a record controls the terminal, and JSON for programs. */
import { isUtf8 } from 'node:buffer'
import { rfc3339 } from '../shared/runtime/clock.js'
import { cutToWidth, escapeTerminalText, fitToWidth, textWidth } from '../shared/runtime/terminal-text.js'
import type { LetterInfo } from './letter.js'

const HEADINGS = ['TIME', 'ORIGIN', 'REASON', 'KEY', 'SIZE', 'REPLAYED', 'ERROR']
const SIZE_COLUMN = 4
const KEY_COLUMNS_MAX = 40
const GAP = '  '

/** A line for the headings and one for each letter; `columns` cuts them, as a terminal needs it. */
export function letterTable(
  letters: LetterInfo[],
  replayed: ReadonlyMap<string, string>,
  columns: number | undefined,
): string[] {
  const rows = [HEADINGS, ...letters.map((letter) => cellsOf(letter, replayed.get(letter.id)))]
  const widths = HEADINGS.map((_, column) =>
    rows.reduce((width, row) => Math.max(width, textWidth(row[column] ?? '')), 0),
  )
  return rows.map((row) => {
    const error = row.at(-1) ?? ''
    const cells = row
      .slice(0, -1)
      .map((cell, column) => fitToWidth(cell, widths[column] ?? 0, column === SIZE_COLUMN ? 'right' : 'left'))
    const line = [...cells, error].join(GAP)
    return columns === undefined ? line : cutToWidth(line, columns)
  })
}

const cellsOf = (letter: LetterInfo, replayed: string | undefined): string[] => [
  rfc3339(letter.timeMs) ?? '-',
  escapeTerminalText(letter.id),
  escapeTerminalText(letter.reason),
  cutToWidth(escapeTerminalText(keyText(letter.key)), KEY_COLUMNS_MAX),
  letter.size === null ? 'null' : String(letter.size),
  escapeTerminalText(replayed ?? '-'),
  escapeTerminalText(letter.error),
]

function keyText(key: Buffer | null): string {
  if (key === null) return 'null'
  return isUtf8(key) ? key.toString('utf8') : `base64:${key.toString('base64')}`
}

/** A letter as a JSON object; names as in the journal. */
export function letterJson(letter: LetterInfo, replayed: ReadonlyMap<string, string>): string {
  const { id, reason, error, timeMs, key, size } = letter
  const keyField =
    key === null || isUtf8(key)
      ? { key: key?.toString('utf8') ?? null }
      : { key_base64: key.toString('base64') }
  return JSON.stringify({
    origin: id,
    reason,
    error,
    timestamp: rfc3339(timeMs),
    ...keyField,
    size,
    replayed: replayed.get(id) ?? null,
  })
}
