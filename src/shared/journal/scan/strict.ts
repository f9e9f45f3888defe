/**
 * The long way to prove a line's form and to learn its entry, by parsing it. Short ways may take less, never more.
 */
import type { JournalEntry, RecordEntry } from '../../contract/journal-entry.js'
import { EVENT_TYPE_AT, parseEntry, parseLine, parseObject } from '../line.js'
import { orderFullPlace } from '../payload.js'

const EVENT_TYPE = '"event_type":"message.received'
const NO_ENTRY = 'is not a JSON object with event_type and seq'
const OTHER_FORM = 'is not in the form that the journal writes'

/**
 * The entry of a line, or what is wrong with its form.
 *
 * Parsers read doubled keys differently and JSON.parse does not notice them: writing the entry again must give the
 * line. The payload's bytes stand as they came, so they are taken out and must be one JSON object by themselves.
 */
export function readStrictly(line: Buffer): JournalEntry | string {
  const isRecord = line.toString('latin1', EVENT_TYPE_AT, EVENT_TYPE_AT + EVENT_TYPE.length) === EVENT_TYPE
  const place = isRecord ? orderFullPlace(line) : null
  if (!place) {
    const entry = parseLine(line)
    if (!entry) return NO_ENTRY
    return JSON.stringify(entry) === line.toString('utf8') ? entry : OTHER_FORM
  }
  const around = `${line.toString('utf8', 0, place.from)}{}${line.toString('utf8', place.to)}`
  const entry = parseEntry(around)
  const payload = parseObject(line.toString('utf8', place.from, place.to))
  if (!entry || !payload) return NO_ENTRY
  if (JSON.stringify(entry) !== around) return OTHER_FORM
  return { ...entry, order_full: payload } as RecordEntry
}
