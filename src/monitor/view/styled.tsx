/** Styled pieces of one line: what every panel draws with. Colour only ever repeats what a sign or word says. */
import chalk from 'chalk'
import { Box, type DOMElement, Transform } from 'ink'
import { createContext, memo, type ReactNode, useContext, useLayoutEffect, useMemo, useRef } from 'react'
import { cutToWidth, textWidth } from '../../shared/runtime/terminal-text.js'
import type { FramePainter, PaintedText } from './frame-painter.js'
import { type Glyphs, toGlyphs, UNICODE } from './glyphs.js'
import { type Theme, ThemeContext, type Tone } from './theme.js'

export type { Tone } from './theme.js'

export interface Piece {
  /** Escaped text. */
  text: string
  tone?: Tone
  isBold?: boolean
}

/** The signs that everything below is drawn with. */
export const GlyphsContext = createContext<Glyphs>(UNICODE)

interface Look {
  glyphs: Glyphs
  theme: Theme
}

const useLook = (): Look => ({ glyphs: useContext(GlyphsContext), theme: useContext(ThemeContext) })

function paint({ text, tone = 'plain', isBold = false }: Piece, { glyphs, theme }: Look): string {
  const shown = toGlyphs(text, glyphs)
  const colored = theme[tone]?.(shown) ?? shown
  return isBold ? chalk.bold(colored) : colored
}

/** One line of pieces; they are cut here to `width`, so that the renderer never sees a long text. */
export const Line = memo(
  function Line({ pieces, width }: { pieces: readonly Piece[]; width: number }): ReactNode {
    const look = useLook()
    const fitting = fitPieces(pieces, width)
    const text = fitting.map((piece) => paint(piece, look)).join('')
    return <Painted width={width} rows={[{ text, width: piecesWidth(fitting) }]} />
  },
  (before, after) => before.width === after.width && isSameLine(before.pieces, after.pieces),
)

interface LinesProps {
  lines: readonly (readonly Piece[])[]
  width: number
  height: number
  /** Lines scrolled past; fewer where the end is on the screen already. */
  from?: number
}

/** Lines below each other, as many as there is room for. */
export function Lines({ lines, width, height, from = 0 }: LinesProps): ReactNode {
  const first = Math.min(from, Math.max(0, lines.length - height))
  return (
    <Box flexDirection="column">
      {lines.slice(first, first + height).map((pieces, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line stands for its place on the screen
        <Line key={index} pieces={pieces} width={width} />
      ))}
    </Box>
  )
}

/** A vertical line. */
export const VerticalRule = memo(function VerticalRule({ height }: { height: number }): ReactNode {
  const look = useLook()
  const sign = paint({ text: look.glyphs.vertical, tone: 'border' }, look)
  return <Painted width={1} rows={Array.from({ length: height }, () => ({ text: sign, width: 1 }))} />
})

/** One piece inside a layout of Ink's own. */
export function Styled({ piece }: { piece: Piece }): ReactNode {
  const width = textWidth(piece.text)
  return <Painted width={width} rows={[{ text: paint(piece, useLook()), width }]} />
}

/** Draws what stands in the boxes of the screen; null where Ink is to write it. */
export const PainterContext = createContext<Pick<FramePainter, 'put'> | null>(null)

interface PaintedProps {
  rows: readonly PaintedText[]
  /** Columns of the box; no row takes more. */
  width: number
}

/** Rows of text that are painted already. */
function Painted(props: PaintedProps): ReactNode {
  const painter = useContext(PainterContext)
  return painter ? <PaintedBox {...props} painter={painter} /> : <Written {...props} />
}

/** Ink lays out the box and never sees what stands in it. */
function PaintedBox({
  width,
  rows,
  painter,
}: PaintedProps & { painter: Pick<FramePainter, 'put'> }): ReactNode {
  const ref = useRef<DOMElement>(null)
  useLayoutEffect(() => {
    if (ref.current) painter.put(ref.current, rows)
  })
  useLayoutEffect(() => {
    const box = ref.current
    return () => {
      if (box) painter.put(box, null)
    }
  }, [painter])
  return useMemo(() => <Box ref={ref} width={width} height={rows.length} />, [width, rows.length])
}

/** Ink is given blanks to lay out, and the text in the last step: half the time of a frame. */
function Written({ width, rows }: PaintedProps): ReactNode {
  const blank = ' '.repeat(Math.max(1, width))
  return (
    <Transform
      transform={(_blank, row) => rows[row]?.text ?? ''}
      accessibilityLabel={rows.map(({ text }) => text).join('\n')}
    >
      {rows.map(() => blank).join('\n')}
    </Transform>
  )
}

function isSameLine(one: readonly Piece[], other: readonly Piece[]): boolean {
  if (one === other) return true
  return (
    one.length === other.length &&
    one.every((piece, index) => {
      const match = other[index]
      return piece.text === match?.text && piece.tone === match.tone && piece.isBold === match.isBold
    })
  )
}

export const piecesWidth = (pieces: readonly Piece[]): number =>
  pieces.reduce((sum, { text }) => sum + textWidth(text), 0)

/** The pieces that fit into `width`, the last one cut. */
export function fitPieces(pieces: readonly Piece[], width: number): Piece[] {
  const fitting: Piece[] = []
  let room = width
  for (const piece of pieces) {
    if (room <= 0) break
    const text = cutToWidth(piece.text, room)
    room -= textWidth(text)
    fitting.push(text === piece.text ? piece : { ...piece, text })
    if (text !== piece.text) break
  }
  return fitting
}

/** `left` and `right` at the two ends of a line of exactly `width`; the left one gives way. */
export function spread(left: readonly Piece[], right: readonly Piece[], width: number): Piece[] {
  const rightPieces = fitPieces(right, width)
  const rightWidth = piecesWidth(rightPieces)
  const leftPieces = fitPieces(left, Math.max(0, width - rightWidth - (rightWidth > 0 ? 1 : 0)))
  const gap = width - rightWidth - piecesWidth(leftPieces)
  return [...leftPieces, { text: ' '.repeat(Math.max(0, gap)) }, ...rightPieces]
}
