/** One rejected record as one line: why, where in it, and what came. */
import { escapeTerminalText, fitToWidth } from '../../shared/runtime/terminal-text.js'
import type { EventRow } from '../tail/protocol.js'
import type { Glyphs } from './glyphs.js'
import type { Piece } from './styled.js'
import type { Times } from './times.js'

const REASON_COLUMNS = 20
/** The place that broke a rule, a JSON pointer. */
const POINTER_COLUMNS = 18
const PLACE_COLUMNS = 12
/** From these widths there is room for the place on the topic, and for the message. */
const PLACE_COLUMNS_MIN = 74
const MESSAGE_COLUMNS_MIN = 130
const MESSAGE_COLUMNS = 44
const LOOK_UNITS = 600

const safe = (text: string | null): string => escapeTerminalText((text ?? '').slice(0, LOOK_UNITS))

export function rejectionPieces(
  row: EventRow,
  { width, glyphs, times }: { width: number; glyphs: Glyphs; times: Times },
): Piece[] {
  const front: Piece[] = [
    { text: `${times.row(row.timeMs)} `, tone: 'quiet' },
    { text: `${glyphs.levels.critical} ${fitToWidth(safe(row.reason), REASON_COLUMNS)} `, tone: 'critical' },
  ]
  if (width >= PLACE_COLUMNS_MIN) {
    const place = `p${row.partition}@${row.offset}`
    front.push({ text: `${fitToWidth(place, PLACE_COLUMNS)} `, tone: 'quiet' })
  }
  front.push({ text: `${fitToWidth(safe(row.pointer), POINTER_COLUMNS)} ` })
  if (width >= MESSAGE_COLUMNS_MIN) {
    front.push({ text: `${fitToWidth(safe(row.detail), MESSAGE_COLUMNS)} ` })
  }
  const used = front.reduce((sum, { text }) => sum + text.length, 0)
  return [...front, { text: fitToWidth(safe(row.payload), Math.max(0, width - used)), tone: 'quiet' }]
}
