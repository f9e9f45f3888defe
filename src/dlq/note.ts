/**
 * Notes of replays, kept on the dead-letter topic beside the letters: which origins are about to be sent, and which
 * arrived. A note `begun` without its `done` is a replay that runs or was broken off.
 */
import { REPLAY_HEADER } from '../shared/contract/dead-letter.js'
import type { FetchedRecord } from '../shared/kafka/record-decoder.js'
import type { Letter } from '../shared/kafka/sender.js'

export interface Note {
  v: 1
  /** One for each portion of a replay, the same in both of its notes. */
  id: string
  state: 'begun' | 'done'
  /** RFC 3339. */
  timestamp: string
  /** Begun: those that are sent now. Done: those of them that arrived. */
  origins: string[]
}

export const noteRecord = (note: Note): Letter => ({
  key: null,
  value: Buffer.from(JSON.stringify(note)),
  headers: [[REPLAY_HEADER, Buffer.from(note.state)]],
})

/** The note that a record is, or null. */
export function noteOf({ value, headers }: FetchedRecord): Note | null {
  const [header, ...others] = headers
  if (value === null || header?.[0] !== REPLAY_HEADER || others.length > 0) return null
  try {
    const note = JSON.parse(value.toString('utf8')) as Partial<Note> | null
    return isNote(note) ? note : null
  } catch {
    return null
  }
}

function isNote(note: Partial<Note> | null): note is Note {
  return (
    note?.v === 1 &&
    typeof note.id === 'string' &&
    (note.state === 'begun' || note.state === 'done') &&
    !Number.isNaN(Date.parse(note.timestamp ?? '')) &&
    Array.isArray(note.origins) &&
    note.origins.every((origin) => typeof origin === 'string')
  )
}
