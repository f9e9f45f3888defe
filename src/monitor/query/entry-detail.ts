/** One line of the journal with all that is in it, read again from its file when a person wants to see it. */
import { isRecordEntry, type JournalEntry, type RecordEntry } from '../../shared/contract/journal-entry.js'
import { LINE_BYTES_MAX } from '../../shared/contract/limits.js'
import { readJournalEntry } from '../tail/entry-reader.js'
import { payloadText } from '../tail/event-row.js'
import { firstSeqOf, type OpenFile, openPart } from '../tail/part-file.js'
import { type LinePlace, SHOWN_BYTES_MAX } from '../tail/protocol.js'

/** Headers that are shown, and the longest text of one in UTF-16 units. */
const HEADERS_MAX = 100
const TEXT_UNITS_MAX = 2000

const LF = 0x0a
/** Most lines are shorter; the window grows until the line fits. */
const WINDOW_BYTES = 4 * 1024

/** How the payload stands in the line. */
export type PayloadForm = 'order_full' | 'raw_message' | 'raw_base64' | 'none'

export interface EntryDetail {
  seq: number
  hash: string
  /** Times as they stand in the line. */
  timestamp: string
  kafkaTimestamp: string | null
  key: string | null
  isKeyBase64: boolean
  headers: [name: string, value: string][]
  /** Start of the payload as it stands in the file, at most {@link SHOWN_BYTES_MAX} bytes. */
  payload: string
  payloadForm: PayloadForm
  /** Bytes of the whole line, its line end not counted. */
  lineBytes: number
}

/** Reads the line at `place` of the file at `path`; null where that file is another by now, or the line is none. */
export function readDetail(path: string, place: LinePlace): EntryDetail | null {
  const file = openPart(path)
  try {
    if (firstSeqOf(file) !== place.fileFirstSeq) return null
    const line = lineAt(file, place.offset)
    const entry = line ? readJournalEntry(line) : null
    return line && entry ? detailOf(entry, line) : null
  } finally {
    file.close()
  }
}

/** The line that begins at `offset`, without its line end; null where it is not whole. */
export function lineAt(file: OpenFile, offset: number): Buffer | null {
  for (let length = WINDOW_BYTES; length <= LINE_BYTES_MAX; length *= 4) {
    const bytes = file.readAt(offset, length)
    const end = bytes.indexOf(LF)
    if (end !== -1) return bytes.subarray(0, end)
    if (bytes.length < length) return null
  }
  return null
}

function detailOf(entry: JournalEntry, line: Buffer): EntryDetail {
  const { seq, hash, timestamp } = entry
  const record = isRecordEntry(entry) ? entry : null
  return {
    seq,
    hash,
    timestamp,
    kafkaTimestamp: record?.kafka_timestamp ?? record?.kafka_timestamp_ms ?? null,
    key: bounded(record?.kafka_key ?? record?.kafka_key_base64 ?? null),
    isKeyBase64: record?.kafka_key_base64 !== undefined,
    headers: record ? headersOf(record) : [],
    payload: record ? payloadText(line, SHOWN_BYTES_MAX) : '',
    payloadForm: formOf(record),
    lineBytes: line.length,
  }
}

const headersOf = ({ kafka_headers: headers }: RecordEntry): [string, string][] =>
  (Array.isArray(headers) ? headers : []).slice(0, HEADERS_MAX).map(([name, value]) => {
    const text = typeof value === 'object' && value !== null ? `base64 ${value.base64}` : (value ?? 'null')
    return [bounded(String(name)) ?? '', bounded(text) ?? '']
  })

function formOf(record: RecordEntry | null): PayloadForm {
  if (record?.raw_message !== undefined) return 'raw_message'
  if (record?.raw_base64 !== undefined) return 'raw_base64'
  return record?.order_full === undefined ? 'none' : 'order_full'
}

const bounded = (text: string | null): string | null => text?.slice(0, TEXT_UNITS_MAX) ?? null
