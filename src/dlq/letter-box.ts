/** The dead-letter topic read to its end and added up: letters by origin, and what the notes say of replays. */
import { originText, REPLAY_OF_HEADER } from '../shared/contract/dead-letter.js'
import type { KafkaClient } from '../shared/kafka/client.js'
import { readTopics } from '../shared/kafka/topic-reader.js'
import { infoOf, type Letter, type LetterInfo, letterOf } from './letter.js'
import { type Note, noteOf } from './note.js'

export interface LetterBox {
  /** By id, in the order in which they came; one that came twice is there once. */
  letters: Map<string, LetterInfo>
  /** When each origin was replayed, RFC 3339. */
  replayed: Map<string, string>
  /** Replays of which it is not told how they ended, by the id of their notes. */
  open: Map<string, Note>
  /** What every replay has come to, by the id of its notes. */
  notes: Map<string, Note['state']>
}

export interface ReadOptions {
  dlqTopic: string
  /** Letters from this time on, milliseconds since 1970; default: all. */
  fromMs?: number
}

/** Says on stderr that the brokers went away and came back; reading goes on by itself. */
const onInterruption = {
  onInterruption: (reason: Error): void => void process.stderr.write(`[dlq] waiting: ${reason.message}\n`),
  onResumption: (): void => void process.stderr.write('[dlq] the broker is back\n'),
}

/**
 * Reads the dead-letter topic to the end that it has now.
 * @throws {SuiteError} `topic_missing` or `broker_unavailable` (69).
 */
export async function readLetterBox(
  client: KafkaClient,
  { dlqTopic, fromMs }: ReadOptions,
): Promise<LetterBox> {
  const box: LetterBox = { letters: new Map(), replayed: new Map(), open: new Map(), notes: new Map() }
  for await (const { records } of readTopics(client, {
    topics: [dlqTopic],
    from: fromMs === undefined ? 'earliest' : { timeMs: fromMs },
    until: 'end',
    ...onInterruption,
  })) {
    for (const record of records) {
      const note = noteOf(record)
      if (note) addNote(box, note)
      const letter = note ? null : letterOf(record)
      if (!letter) continue
      const info = infoOf(letter)
      if (!box.letters.has(info.id)) box.letters.set(info.id, info)
    }
  }
  return box
}

/** Adds what a note says. A topic of several partitions may tell the end of a replay before its beginning. */
export function addNote(box: LetterBox, note: Note): void {
  if (box.notes.get(note.id) === 'done') return
  box.notes.set(note.id, note.state)
  if (note.state === 'begun') {
    box.open.set(note.id, note)
    return
  }
  box.open.delete(note.id)
  for (const origin of note.origins) box.replayed.set(origin, note.timestamp)
}

/** The letters named in `wanted`, each once, with what they carry. */
export async function* readLetters(
  client: KafkaClient,
  dlqTopic: string,
  wanted: ReadonlySet<string>,
): AsyncGenerator<Letter & { id: string }> {
  const left = new Set(wanted)
  for await (const { records } of readTopics(client, {
    topics: [dlqTopic],
    from: 'earliest',
    until: 'end',
    ...onInterruption,
  })) {
    for (const record of records) {
      const letter = letterOf(record)
      const id = letter ? originText(letter.origin) : ''
      if (letter && left.delete(id)) yield { ...letter, id }
    }
    if (left.size === 0) return
  }
}

/** Those of `origins` that stand on one of `topics` as replayed records, from `fromMs` on. */
export async function replayedSince(
  client: KafkaClient,
  { topics, fromMs, origins }: { topics: string[]; fromMs: number; origins: ReadonlySet<string> },
): Promise<Set<string>> {
  const found = new Set<string>()
  for await (const { records } of readTopics(client, {
    topics,
    from: { timeMs: fromMs },
    until: 'end',
    ...onInterruption,
  })) {
    for (const { headers } of records) {
      for (const [name, value] of headers) {
        const origin = name === REPLAY_OF_HEADER ? value?.toString('utf8') : undefined
        if (origin !== undefined && origins.has(origin)) found.add(origin)
      }
    }
    if (found.size === origins.size) break
  }
  return found
}
