/** What the keys do and what the words mean, in two columns where there is room. */
import type { ReactNode } from 'react'
import { fitToWidth, textWidth } from '../../../shared/runtime/terminal-text.js'
import { type HelpSection, helpSections } from '../../model/help.js'
import type { MonitorState } from '../../model/state.js'
import { Lines, type Piece, piecesWidth } from '../styled.js'

/** From this width the words stand beside the keys. */
const TWO_COLUMNS_MIN = 140
const NAME_COLUMNS_MAX = 30
const INDENT = '   '

interface HelpProps {
  state: MonitorState
  width: number
  height: number
}

export function HelpPanel({ state, width, height }: HelpProps): ReactNode {
  const isWide = width >= TWO_COLUMNS_MIN
  const columns = isWide ? Math.floor(width / 2) : width
  const sections = sectionsOf(state, columns)
  const words = sections.at(-1) ?? []
  const keys = sections.slice(0, -1).flat()
  const lines = isWide ? beside(keys, words, columns) : [...keys, ...words]
  return <Lines lines={lines} from={state.view.sheetTop} {...{ width, height }} />
}

/** The keys take as much room as the longest of them needs, within bounds. */
function sectionsOf({ setup }: MonitorState, columns: number): Piece[][][] {
  const sections = helpSections(setup.keys)
  const widths = sections.flatMap(({ rows }) => rows.map(([name]) => textWidth(name)))
  const nameWidth = Math.min(NAME_COLUMNS_MAX, Math.max(...widths))
  return sections.map((section) => sectionLines(section, nameWidth, columns))
}

function sectionLines({ title, rows }: HelpSection, nameWidth: number, columns: number): Piece[][] {
  const meaningWidth = columns - nameWidth - INDENT.length - 1
  return [
    [{ text: ` ${title}`, isBold: true }],
    ...rows.flatMap(([name, meaning]) =>
      wordLines(meaning, meaningWidth).map((text, index): Piece[] => [
        { text: `${INDENT}${fitToWidth(index === 0 ? name : '', nameWidth)} `, tone: 'accent' },
        { text },
      ]),
    ),
  ]
}

/** Lines of whole words; one that is longer than a line has a line of its own. */
function wordLines(text: string, columns: number): string[] {
  const [first = '', ...words] = text.split(' ')
  const lines = [first]
  for (const word of words) {
    const longer = `${lines.at(-1)} ${word}`
    if (textWidth(longer) <= columns) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}

function beside(left: readonly Piece[][], right: readonly Piece[][], width: number): Piece[][] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index) => {
    const pieces = left[index] ?? []
    const gap = ' '.repeat(Math.max(0, width - piecesWidth(pieces)))
    return [...pieces, { text: gap }, ...(right[index] ?? [])]
  })
}
