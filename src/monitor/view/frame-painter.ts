/**
 * Writes frames to the terminal: of each only the texts that are not on the screen already.
 *
 * Ink lays out boxes and knows where they are; what stands in them goes to the terminal from here. It would measure,
 * split and join every sign of every text in each frame, which is most of what a frame would cost.
 */
import { type DOMElement, measureElement } from 'ink'
import {
  ALTERNATE_ENTER,
  BLANK_PAGE,
  CURSOR_HIDE,
  RESTORE_SCREEN,
  SYNC_BEGIN,
  SYNC_END,
} from '../terminal/modes.js'

/** Signs that every terminal shows one column wide: Latin, punctuation, arrows, lines, blocks, braille. */
const PLAIN =
  /^[\u001b\u0020-\u007e\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2030-\u203a\u2190-\u21ff\u2500-\u25ff\u2800-\u28ff]*$/
const ERASE_TO_END = '\u001b[K'

/** A text with its styles. */
export interface PaintedText {
  text: string
  /** Columns that it takes. */
  width: number
}

/** A text in its place on a line of the screen. */
interface Placed extends PaintedText {
  column: number
}

type Line = readonly Placed[]

export class FramePainter {
  readonly #terminal: Pick<NodeJS.WriteStream, 'write'>
  readonly #boxes = new Map<DOMElement, readonly PaintedText[]>()
  #shown: readonly Line[] = []

  constructor(terminal: Pick<NodeJS.WriteStream, 'write'>) {
    this.#terminal = terminal
  }

  /** Keeps what stands in a box from now on, from its top down; null where the box is gone. */
  put(box: DOMElement, rows: readonly PaintedText[] | null): void {
    if (rows) this.#boxes.set(box, rows)
    else this.#boxes.delete(box)
  }

  /** Enters the alternate screen. */
  open(): void {
    this.#terminal.write(ALTERNATE_ENTER + CURSOR_HIDE + BLANK_PAGE)
  }

  /** Brings the screen to what stands in the boxes now, in one write. */
  paint(): void {
    const next = this.#lines()
    const changes = changesOf(this.#shown, next)
    this.#shown = next
    if (changes !== '') this.#terminal.write(SYNC_BEGIN + changes + SYNC_END)
  }

  /** Blanks the screen, wherever its rows are by now; the next {@link paint} draws all of it. */
  blank(): void {
    this.#shown = []
    this.#terminal.write(BLANK_PAGE)
  }

  /** Leaves the alternate screen. */
  close(): void {
    this.#terminal.write(RESTORE_SCREEN)
  }

  #lines(): Line[] {
    const lines: Placed[][] = []
    for (const [box, rows] of this.#boxes) {
      const { x: column, y } = measureElement(box)
      for (const [index, { text, width }] of rows.entries()) {
        lines[y + index] ??= []
        lines[y + index]?.push({ column, text, width })
      }
    }
    return Array.from(lines, (line = []) => line.sort((one, other) => one.column - other.column))
  }
}

function changesOf(shown: readonly Line[], next: readonly Line[]): string {
  let changes = ''
  for (let row = 0; row < Math.max(shown.length, next.length); row += 1)
    changes += lineChanges(row, shown[row] ?? [], next[row] ?? [])
  return changes
}

/** The texts that changed where they stand; all of the line where they do not stand in the same places any more. */
function lineChanges(row: number, shown: Line, next: Line): string {
  const isSameForm =
    shown.length === next.length && next.every(({ column }, at) => column === shown[at]?.column)
  if (!isSameForm) return rest(row, 0, next)
  let changes = ''
  for (const [at, placed] of next.entries()) {
    const { text, width } = shown[at] as Placed
    if (text === placed.text) continue
    // Where terminals differ in the width of a sign, what comes after it may not be where it was put.
    if (!PLAIN.test(text) || !PLAIN.test(placed.text))
      return changes + rest(row, placed.column, next.slice(at))
    changes += textAt(row, placed) + ' '.repeat(Math.max(0, width - placed.width))
  }
  return changes
}

/** A line from a column on. */
const rest = (row: number, column: number, line: Line): string =>
  cursorTo(row, column) + ERASE_TO_END + line.map((placed) => textAt(row, placed)).join('')

const textAt = (row: number, { column, text }: Placed): string => cursorTo(row, column) + text

const cursorTo = (row: number, column: number): string => `\u001b[${row + 1};${column + 1}H`
