/** What the keys do and what the words mean, in two columns where there is room. */
import type { ReactNode } from 'react'
import { fitToWidth, textWidth } from '../../../shared/runtime/terminal-text.js'
import { type HelpSection, helpSections } from '../../model/help.js'
import type { MonitorState } from '../../model/state.js'
import { Lines, type Piece, piecesWidth } from '../styled.js'

/** From this width the words stand beside the keys. */
const TWO_COLUMNS_MIN = 140
const NAME_COLUMNS_MAX = 30

interface HelpProps {
  state: MonitorState
  width: number
  height: number
}

export function HelpPanel({ state, width, height }: HelpProps): ReactNode {
  const sections = sectionsOf(state)
  const words = sections.at(-1) ?? []
  const keys = sections.slice(0, -1).flat()
  const lines = width >= TWO_COLUMNS_MIN ? beside(keys, words, Math.floor(width / 2)) : [...keys, ...words]
  return <Lines lines={lines} from={state.view.sheetTop} {...{ width, height }} />
}

/** The keys take as much room as the longest of them needs, within bounds. */
function sectionsOf({ setup }: MonitorState): Piece[][][] {
  const sections = helpSections(setup.keys)
  const widths = sections.flatMap(({ rows }) => rows.map(([name]) => textWidth(name)))
  const nameWidth = Math.min(NAME_COLUMNS_MAX, Math.max(...widths))
  return sections.map((section) => sectionLines(section, nameWidth))
}

const sectionLines = ({ title, rows }: HelpSection, nameWidth: number): Piece[][] => [
  [{ text: ` ${title}`, isBold: true }],
  ...rows.map(([name, meaning]): Piece[] => [
    { text: `   ${fitToWidth(name, nameWidth)} `, tone: 'accent' },
    { text: meaning },
  ]),
]

function beside(left: readonly Piece[][], right: readonly Piece[][], width: number): Piece[][] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index) => {
    const pieces = left[index] ?? []
    const gap = ' '.repeat(Math.max(0, width - piecesWidth(pieces)))
    return [...pieces, { text: gap }, ...(right[index] ?? [])]
  })
}
