/** All that the monitor knows of one row: its fields, and the payload as it stands in the journal. */
import type { ReactNode } from 'react'
import { escapeTerminalText, textWidth } from '../../../shared/runtime/terminal-text.js'
import type { MonitorState, Pause } from '../../model/state.js'
import { type EventRow, type LogRow, PAYLOAD_BYTES_MAX } from '../../tail/protocol.js'
import { formatBytes, formatCount, formatTimeMs, NOTHING } from '../format.js'
import { Lines, type Piece, type Tone } from '../styled.js'

const LABEL_COLUMNS = 12

type Field = [label: string, text: string | null, tone?: Tone]

/** The row that is chosen, of whichever list. */
export function chosenRow(paused: Pause | null): EventRow | LogRow | null {
  if (!paused?.cursor) return null
  return paused[paused.cursor.list][paused.cursor.index] ?? null
}

export function DetailPanel({
  state,
  width,
  height,
}: {
  state: MonitorState
  width: number
  height: number
}): ReactNode {
  const row = chosenRow(state.view.paused)
  if (!row) return null
  const lines = 'seq' in row ? eventLines(row, width) : fieldLines(logFields(row), width)
  return <Lines lines={lines} from={state.view.sheetTop} {...{ width, height }} />
}

function eventLines(row: EventRow, width: number): Piece[][] {
  const fields = fieldLines(row.kind === 'journal' ? ownFields(row) : recordFields(row), width)
  if (row.payload === '') return fields
  const isCut = Buffer.byteLength(row.payload) >= PAYLOAD_BYTES_MAX
  const title = `payload${isCut ? `, its first ${formatBytes(PAYLOAD_BYTES_MAX)}` : ''}`
  return [...fields, [], [{ text: ` ${title}`, isBold: true }], ...payloadLines(row.payload, width)]
}

const ownFields = (row: EventRow): Field[] => [
  ['seq', formatCount(row.seq)],
  ['written', formatTimeMs(row.timeMs)],
  ['event', row.label],
  ['says', row.detail],
]

const recordFields = (row: EventRow): Field[] => [
  ['seq', formatCount(row.seq)],
  ['written', formatTimeMs(row.timeMs)],
  ['verdict', row.kind, row.kind === 'rejected' ? 'critical' : 'good'],
  ['reason', row.reason, 'critical'],
  ['', row.detail],
  ['at', row.pointer],
  ['event', row.label],
  ['order', row.orderId],
  ['customer', row.order?.customer ?? null],
  ['place', `${row.topic}/${row.partition}@${row.offset}`],
  ['key', row.key ?? NOTHING],
  ['size', formatBytes(row.sizeBytes)],
  ['file', `begins at seq ${formatCount(row.at.fileFirstSeq)}, byte ${formatCount(row.at.offset)}`],
]

const logFields = (row: LogRow): Field[] => [
  ['written', formatTimeMs(row.timeMs)],
  ['level', row.isShutdownNoise ? `${row.level}, while stopping` : row.level],
  ['kind', row.kind],
  ['message', row.message],
  ['error', row.error, 'critical'],
]

/** Long texts go on in the next line, under their own beginning. */
function fieldLines(fields: readonly Field[], width: number): Piece[][] {
  return fields.flatMap(([label, text, tone = 'plain']) => {
    if (text === null || text === '') return []
    return wrapped(escapeTerminalText(text), width - LABEL_COLUMNS - 2).map((part, index): Piece[] => [
      { text: ` ${(index === 0 ? label : '').padEnd(LABEL_COLUMNS)}`, tone: 'quiet' },
      { text: part, tone },
    ])
  })
}

function payloadLines(payload: string, width: number): Piece[][] {
  const lines = pretty(payload).split('\n')
  return lines.flatMap((line) =>
    wrapped(escapeTerminalText(line), width - 4).map((text): Piece[] => [{ text: `   ${text}` }]),
  )
}

/** Indented where it is whole JSON, else as it stands. */
function pretty(payload: string): string {
  try {
    return JSON.stringify(JSON.parse(payload), null, 2)
  } catch {
    return payload
  }
}

/** Cuts escaped text into pieces of at most `columns`. */
function wrapped(text: string, columns: number): string[] {
  const parts: string[] = []
  let part = ''
  let room = columns
  for (const sign of text) {
    const signWidth = textWidth(sign)
    if (signWidth > room) {
      parts.push(part)
      part = ''
      room = columns
    }
    part += sign
    room -= signWidth
  }
  return [...parts, part]
}
