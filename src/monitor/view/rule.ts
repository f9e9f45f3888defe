/** The lines between panels: borders that meet, with titles set into them. */
import type { Glyphs } from './glyphs.js'
import type { Band } from './layout.js'
import { fitPieces, type Piece, piecesWidth } from './styled.js'

/** What is written into the rule above a panel. */
export interface PanelTitle {
  left: readonly Piece[]
  right: readonly Piece[]
}

export interface RuleOptions {
  columns: number
  /** The band above, if any. */
  above: Band | null
  /** The band below, if any, and the titles of its cells. */
  below: Band | null
  titles: readonly PanelTitle[]
  /** Set into the rule from the left where no band is below. */
  banner?: readonly Piece[]
  glyphs: Glyphs
}

const UP = 1
const RIGHT = 2
const DOWN = 4
const LEFT = 8

interface Inset {
  at: number
  pieces: Piece[]
}

export function rulePieces({ columns, above, below, titles, banner = [], glyphs }: RuleOptions): Piece[] {
  const ups = new Set(bordersOf(above))
  const downs = new Set(bordersOf(below))
  let border = ''
  for (let column = 0; column < columns; column += 1) {
    const arms =
      (ups.has(column) ? UP : 0) |
      (column < columns - 1 ? RIGHT : 0) |
      (downs.has(column) ? DOWN : 0) |
      (column > 0 ? LEFT : 0)
    border += glyphs.junctions[arms] ?? glyphs.horizontal
  }
  return setInto(border, below ? insetsOf(below, titles) : bannerInsets(banner, columns))
}

/** Columns where a band has vertical lines. */
function bordersOf(band: Band | null): number[] {
  if (!band) return []
  let column = 0
  const borders = [0]
  for (const { width } of band.cells) {
    column += width + 1
    borders.push(column)
  }
  return borders
}

function insetsOf(band: Band, titles: readonly PanelTitle[]): Inset[] {
  let start = 1
  return band.cells.flatMap(({ width }, index) => {
    const at = start
    start += width + 1
    const title = titles[index]
    return title ? cellInsets(title, at, width) : []
  })
}

function cellInsets({ left, right }: PanelTitle, at: number, width: number): Inset[] {
  // One column of the rule stays visible at each end, and between the two texts.
  const leftPieces = padded(fitPieces(left, width - 4))
  const leftWidth = piecesWidth(leftPieces)
  const rightPieces = padded(right)
  const rightWidth = piecesWidth(rightPieces)
  const insets = [{ at: at + 1, pieces: leftPieces }]
  const hasRoom = right.length > 0 && leftWidth + rightWidth + 3 <= width
  if (hasRoom) insets.push({ at: at + width - 1 - rightWidth, pieces: rightPieces })
  return insets
}

/** One column of the rule stays visible before it, as before a title. */
const bannerInsets = (pieces: readonly Piece[], columns: number): Inset[] =>
  pieces.length > 0 ? [{ at: 2, pieces: padded(fitPieces(pieces, columns - 6)) }] : []

const padded = (pieces: readonly Piece[]): Piece[] => [{ text: ' ' }, ...pieces, { text: ' ' }]

function setInto(border: string, insets: readonly Inset[]): Piece[] {
  const pieces: Piece[] = []
  let from = 0
  for (const inset of insets) {
    pieces.push({ text: border.slice(from, inset.at), tone: 'border' }, ...inset.pieces)
    from = inset.at + piecesWidth(inset.pieces)
  }
  pieces.push({ text: border.slice(from), tone: 'border' })
  return pieces
}
