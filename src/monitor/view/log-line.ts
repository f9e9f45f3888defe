/** One line of tracker.log as one line of the screen. */
import type { LogLevel } from '../../shared/contract/log-entry.js'
import { escapeTerminalText, fitToWidth } from '../../shared/runtime/terminal-text.js'
import type { LogRow } from '../tail/protocol.js'
import type { Piece, Tone } from './styled.js'
import type { Times } from './times.js'

const TONES: Record<LogLevel, Tone> = {
  trace: 'quiet',
  debug: 'quiet',
  info: 'plain',
  warn: 'warning',
  error: 'critical',
  fatal: 'critical',
}
const KIND_COLUMNS = 18
/** Below this width the kind gives its columns to the message. */
const KIND_COLUMNS_MIN = 68
const LOOK_UNITS = 600

export function logPieces(row: LogRow, { width, times }: { width: number; times: Times }): Piece[] {
  const time = `${times.row(row.timeMs)} `
  const level = `${row.level.toUpperCase().padEnd(5)} `
  const text = row.error === null ? row.message : `${row.message}: ${row.error}`
  const kindWidth = width >= KIND_COLUMNS_MIN ? KIND_COLUMNS : 0
  const room = width - time.length - level.length - (kindWidth > 0 ? kindWidth + 1 : 0)
  const message = fitToWidth(escapeTerminalText(text.slice(0, LOOK_UNITS)), Math.max(0, room))
  const isRoutine = row.kind === 'metrics' && row.level === 'info'
  const tone = isRoutine || row.isShutdownNoise ? 'quiet' : TONES[row.level]
  const pieces: Piece[] = [
    { text: time, tone: 'quiet' },
    { text: level, tone: isRoutine || row.level === 'info' ? 'quiet' : tone, isBold: tone === 'critical' },
    { text: message, tone },
  ]
  if (kindWidth > 0) {
    const kind = fitToWidth(escapeTerminalText(row.kind.slice(0, LOOK_UNITS)), kindWidth)
    pieces.push({ text: ` ${kind}`, tone: 'quiet' })
  }
  return pieces
}
