/**
 * Draws a terminal frame as SVG, for the README:
 *
 *   FORCE_COLOR=3 ./orderscope monitor --once --size 120x36 | node tests/support/frame-to-svg.ts > docs/monitor.svg
 *
 * Lines, blocks and braille dots are drawn as shapes, because fonts on other machines leave gaps or lack them.
 */
import { readFileSync } from 'node:fs'
import xterm, { type IBufferCell } from '@xterm/headless'

const CELL = { width: 8.4, height: 18 }
const FONT_SIZE = 14
const MARGIN = 18
const BACKGROUND = '#0d1117'
const FOREGROUND = '#d6dde6'
/** The sixteen colours of a terminal. */
const PALETTE = [
  '#484f58', '#ff6b62', '#56d364', '#e3b341', '#6ca4f8', '#bc8cff', '#39c5cf', '#b1bac4',
  '#6e7681', '#ff938a', '#7ee787', '#f2cc60', '#8fb9ff', '#d2a8ff', '#56d4dd', '#f0f6fc',
] // biome-ignore format: eight to a row

/** Arms of a line sign: up, right, down, left. */
const ARMS: Record<string, [number, number, number, number]> = {
  '─': [0, 1, 0, 1],
  '│': [1, 0, 1, 0],
  '├': [1, 1, 1, 0],
  '┤': [1, 0, 1, 1],
  '┬': [0, 1, 1, 1],
  '┴': [1, 1, 0, 1],
  '┼': [1, 1, 1, 1],
}
/** Corners: where the arc ends, as steps from the middle. */
const CORNERS: Record<string, [number, number]> = { '╭': [1, 1], '╮': [-1, 1], '╰': [1, -1], '╯': [-1, -1] }
/** Bits of a braille sign by column and row of its dots. */
const BRAILLE_BITS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
]

const frame = readFileSync(0, 'utf8').trimEnd()
const rows = frame.split('\n')
const terminal = new xterm.Terminal({ cols: 500, rows: rows.length, allowProposedApi: true })
await new Promise<void>((resolve) => terminal.write(rows.join('\r\n'), resolve))
const columns = Math.max(...rows.map((_, row) => line(row).translateToString(true).length))
process.stdout.write(svg())
terminal.dispose()

function line(row: number) {
  const found = terminal.buffer.active.getLine(row)
  if (!found) throw new Error(`no row ${row}`)
  return found
}

function svg(): string {
  const width = columns * CELL.width + MARGIN * 2
  const height = rows.length * CELL.height + MARGIN * 2
  const shapes = rows.map((_, row) => drawRow(row)).join('')
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(width)} ${round(height)}" ` +
    `width="${round(width)}" height="${round(height)}" role="img" aria-label="The orderscope monitor">\n` +
    `<style>text{font:${FONT_SIZE}px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre}` +
    `.l{fill:none;stroke-width:1.1}</style>\n` +
    `<rect width="100%" height="100%" rx="10" fill="${BACKGROUND}"/>\n${shapes}</svg>\n`
  )
}

interface Run {
  column: number
  text: string
  color: string
  isBold: boolean
}

/** Text of one style in one element, shapes of one colour in one path. */
function drawRow(row: number): string {
  const runs: Run[] = []
  const lines = new Map<string, string>()
  const dots = new Map<string, string>()
  const add = (paths: Map<string, string>, color: string, path: string): unknown =>
    paths.set(color, (paths.get(color) ?? '') + path)
  for (let column = 0; column < columns; column += 1) {
    const cell = line(row).getCell(column)
    const sign = cell?.getChars() ?? ''
    if (!cell || sign === '' || sign === ' ') continue
    const color = colorOf(cell)
    const x = MARGIN + column * CELL.width
    const y = MARGIN + row * CELL.height
    const code = sign.codePointAt(0) ?? 0
    const braille = code - 0x2800
    const eighths = code - 0x2580
    if (ARMS[sign] || CORNERS[sign]) add(lines, color, strokes(sign, x, y))
    else if (braille >= 0 && braille < 256) add(dots, color, brailleDots(braille, x, y))
    else if (eighths >= 1 && eighths <= 8) add(dots, color, block(eighths, x, y))
    else addText(runs, { column, text: sign, color, isBold: cell.isBold() !== 0 })
  }
  const texts = runs.map((run) => textElement(run, row))
  const strokePaths = [...lines].map(([color, path]) => `<path class="l" stroke="${color}" d="${path}"/>`)
  const dotPaths = [...dots].map(([color, path]) => `<path fill="${color}" d="${path}"/>`)
  return `${[...strokePaths, ...dotPaths, ...texts].join('\n')}\n`
}

/** Joins what follows without a gap, and bridges one blank. */
function addText(runs: Run[], next: Run): void {
  const last = runs.at(-1)
  const gap = last ? next.column - last.column - last.text.length : -1
  if (last && (gap === 0 || gap === 1) && last.color === next.color && last.isBold === next.isBold) {
    last.text += ' '.repeat(gap) + next.text
  } else runs.push(next)
}

function textElement({ column, text, color, isBold }: Run, row: number): string {
  const x = round(MARGIN + column * CELL.width)
  const y = round(MARGIN + row * CELL.height + CELL.height * 0.72)
  const length = round(text.length * CELL.width)
  const weight = isBold ? ' font-weight="600"' : ''
  const escaped = text.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign] ?? sign)
  return `<text x="${x}" y="${y}" fill="${color}"${weight} textLength="${length}" lengthAdjust="spacingAndGlyphs">${escaped}</text>`
}

function strokes(sign: string, x: number, y: number): string {
  const middle = { x: x + CELL.width / 2, y: y + CELL.height / 2 }
  const corner = CORNERS[sign]
  if (corner) {
    const endX = round(middle.x + (corner[0] * CELL.width) / 2)
    const endY = round(middle.y + (corner[1] * CELL.height) / 2)
    return `M${endX} ${round(middle.y)}Q${round(middle.x)} ${round(middle.y)} ${round(middle.x)} ${endY}`
  }
  const [up, right, down, left] = ARMS[sign] ?? [0, 0, 0, 0]
  const across =
    left || right
      ? `M${round(left ? x : middle.x)} ${round(middle.y)}H${round(right ? x + CELL.width : middle.x)}`
      : ''
  const along =
    up || down
      ? `M${round(middle.x)} ${round(up ? y : middle.y)}V${round(down ? y + CELL.height : middle.y)}`
      : ''
  return across + along
}

/** From the bottom of its cell. */
function block(eighths: number, x: number, y: number): string {
  const height = (CELL.height * eighths) / 8
  return `M${round(x)} ${round(y + CELL.height - height)}h${CELL.width}v${round(height)}h-${CELL.width}z`
}

function brailleDots(bits: number, x: number, y: number): string {
  let path = ''
  for (const [column, masks] of BRAILLE_BITS.entries()) {
    for (const [row, mask] of masks.entries()) {
      if ((bits & mask) === 0) continue
      const dotX = round(x + CELL.width * (0.25 + column * 0.5) - 1.5)
      const dotY = round(y + (CELL.height * (row + 0.5)) / 4 - 1.5)
      path += `M${dotX} ${dotY}h3v3h-3z`
    }
  }
  return path
}

function colorOf(cell: IBufferCell): string {
  if (cell.isFgRGB()) return `#${cell.getFgColor().toString(16).padStart(6, '0')}`
  return cell.isFgPalette() ? (PALETTE[cell.getFgColor()] ?? FOREGROUND) : FOREGROUND
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
