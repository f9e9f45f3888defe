/** All that the monitor knows of one row: its fields, and the payload as it stands in the journal. */
import { type ReactNode, useContext, useMemo } from 'react'
import { cutToWidth, escapeTerminalText, textWidth } from '../../../shared/runtime/terminal-text.js'
import { fieldTerms } from '../../model/field-terms.js'
import { chosenRow } from '../../model/position.js'
import type { MonitorState } from '../../model/state.js'
import type { EntryDetail, PayloadForm } from '../../query/entry-detail.js'
import { type EventRow, type LogRow, SHOWN_BYTES_MAX } from '../../tail/protocol.js'
import { formatBytes, formatCount, NOTHING } from '../format.js'
import { Lines, type Piece, type Tone } from '../styled.js'
import { type Times, TimesContext } from '../times.js'

const LABEL_COLUMNS = 12
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/

/** How the lines are made. */
interface Style {
  width: number
  times: Times
  isWrapped: boolean
  /** Label of the field that `+` and `-` are about. */
  chosen: string | null
}

type Field = [label: string, text: string | null, tone?: Tone]

export function DetailPanel({
  state,
  width,
  height,
}: {
  state: MonitorState
  width: number
  height: number
}): ReactNode {
  const row = chosenRow(state)
  const { entry } = state.detail
  // Wrapping a long payload takes as long as many frames.
  const times = useContext(TimesContext)
  const { isWrapped, field } = state.view
  const terms = row && 'seq' in row ? fieldTerms(row, state) : []
  const chosen = terms.some(({ label }) => label === field) ? field : (terms[0]?.label ?? null)
  const lines = useMemo(
    () => (row ? rowLines(row, entry, { width, times, isWrapped, chosen }) : []),
    [row, entry, width, times, isWrapped, chosen],
  )
  return <Lines lines={lines} from={state.view.sheetTop} {...{ width, height }} />
}

/** All lines of the detail of a row. */
export const rowLines = (
  row: EventRow | LogRow,
  entry: MonitorState['detail']['entry'],
  style: Style,
): Piece[][] => ('seq' in row ? eventLines(row, entry, style) : fieldLines(logFields(row, style), style))

function eventLines(row: EventRow, entry: MonitorState['detail']['entry'], style: Style): Piece[][] {
  const fields = fieldLines(row.kind === 'journal' ? ownFields(row, style) : recordFields(row, style), style)
  if (entry === null) return fields
  if (entry === 'gone') {
    return [...fields, [], [{ text: ' the line is no longer in the journal', tone: 'critical' }]]
  }
  return [
    ...fields,
    ...fieldLines(lineFields(entry), style),
    ...headerLines(entry, style),
    ...payloadLines(entry, style),
  ]
}

const lineFields = (entry: EntryDetail): Field[] => [
  ['timestamp', entry.timestamp],
  ['kafka time', entry.kafkaTimestamp],
  ['key bytes', entry.isKeyBase64 ? `base64 ${entry.key}` : null],
  ['hash', entry.hash],
  ['line', `${formatCount(entry.lineBytes)} bytes`],
]

function headerLines({ headers }: EntryDetail, style: Style): Piece[][] {
  if (headers.length === 0) return []
  const lines = headers.flatMap(([name, value]) =>
    fitted(escapeTerminalText(`${name}: ${value}`), style.width - 4, style).map((text): Piece[] => [
      { text: `   ${text}` },
    ]),
  )
  return [[], [{ text: ' headers', isBold: true }], ...lines]
}

const FORMS: Record<PayloadForm, string> = {
  order_full: 'payload, verbatim',
  raw_message: 'payload, as a JSON text',
  raw_base64: 'payload, base64 because it is not UTF-8 or very long',
  none: '',
}

function payloadLines({ payload, payloadForm }: EntryDetail, style: Style): Piece[][] {
  if (payload === '') return []
  const isCut = Buffer.byteLength(payload) >= SHOWN_BYTES_MAX
  const title = `${FORMS[payloadForm]}${isCut ? `, its first ${formatBytes(SHOWN_BYTES_MAX)}` : ''}`
  const lines = pretty(payload)
    .split('\n')
    .flatMap((line) => fitted(escapeTerminalText(line), style.width - 4, style))
  return [
    [],
    [{ text: ` ${title}`, isBold: true }],
    ...lines.map((text): Piece[] => [{ text: `   ${text}` }]),
  ]
}

const ownFields = (row: EventRow, { times }: Style): Field[] => [
  ['seq', formatCount(row.seq)],
  ['written', times.rowLong(row.timeMs).trim()],
  ['event', row.label],
  ['says', row.detail],
]

const recordFields = (row: EventRow, { times }: Style): Field[] => [
  ['seq', formatCount(row.seq)],
  ['written', times.rowLong(row.timeMs).trim()],
  ['verdict', row.kind, row.kind === 'rejected' ? 'critical' : 'good'],
  ['reason', row.reason, 'critical'],
  ['', row.detail],
  ['at', row.pointer],
  ['event', row.label],
  ['order', row.orderId],
  ['customer', row.order?.customer ?? null],
  ['status', row.order?.status ?? null],
  ['currency', row.order?.currency ?? null],
  ['topic', row.topic],
  ['partition', String(row.partition)],
  ['offset', String(row.offset)],
  ['key', row.key ?? NOTHING],
  ['size', formatBytes(row.sizeBytes)],
  ['file', `begins at seq ${formatCount(row.at.fileFirstSeq)}, byte ${formatCount(row.at.offset)}`],
]

const logFields = (row: LogRow, { times }: Style): Field[] => [
  ['written', times.rowLong(row.timeMs).trim()],
  ['level', row.isShutdownNoise ? `${row.level}, while stopping` : row.level],
  ['kind', row.kind],
  ['message', row.message],
  ['error', row.error, 'critical'],
]

/** Long texts go on in the next line, under their own beginning. */
function fieldLines(fields: readonly Field[], style: Style): Piece[][] {
  return fields.flatMap(([label, text, tone = 'plain']) => {
    if (text === null || text === '') return []
    return fitted(escapeTerminalText(text), style.width - LABEL_COLUMNS - 2, style).map(
      (part, index): Piece[] => [
        label !== '' && label === style.chosen && index === 0
          ? { text: `>${label.padEnd(LABEL_COLUMNS)}`, tone: 'accent', isBold: true }
          : { text: ` ${(index === 0 ? label : '').padEnd(LABEL_COLUMNS)}`, tone: 'quiet' },
        { text: part, tone },
      ],
    )
  })
}

/** Indented where it is whole JSON, else as it stands. */
function pretty(payload: string): string {
  try {
    return JSON.stringify(JSON.parse(payload), null, 2)
  } catch {
    return payload
  }
}

/** The lines of a text: as many as it takes, or one that is cut. */
const fitted = (text: string, columns: number, { isWrapped }: Style): string[] =>
  isWrapped ? wrapped(text, columns) : [cutToWidth(text, columns)]

/** Cuts escaped text into pieces of at most `columns`. */
function wrapped(text: string, columns: number): string[] {
  const parts: string[] = []
  if (PRINTABLE_ASCII.test(text)) {
    for (let at = 0; at < text.length; at += columns) parts.push(text.slice(at, at + columns))
    return parts.length > 0 ? parts : ['']
  }
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
