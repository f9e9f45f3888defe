/**
 * Compares a journal with what was on the topic, with code of its own: nothing of `src` is used to check `src`.
 *
 * A chain that does not follow, a record that is missing, there twice, out of order or changed by a byte: each is
 * an entry in the answer, and the answer of a good journal is empty.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { TopicRecord } from './kafka.js'
import { readFrames } from './zstd-frames.js'

export interface JournalLine {
  timestamp: string
  event_type: string
  seq: number
  hash: string
  [field: string]: unknown
}

const SEALED = /\.events\.(\d{6})(\.zst)?$/
const SUFFIX = /,"hash":"([0-9a-f]{64})"\}$/

/** The bytes of a journal: its sealed files, oldest first, compressed or not, and the open one. */
function journalBytes(eventsFile: string): Buffer {
  const [folder, name] = [dirname(eventsFile), basename(eventsFile)]
  const names = readdirSync(folder).filter((each) => each.startsWith(`${name}.`))
  const numbers = new Set(names.flatMap((each) => SEALED.exec(each)?.[1] ?? []))
  const sealed = [...numbers].sort().map((number) => {
    const plain = `${name}.${number}`
    return names.includes(plain)
      ? readFileSync(join(folder, plain))
      : readFrames(readFileSync(join(folder, `${plain}.zst`)))
  })
  return Buffer.concat([...sealed, readFileSync(eventsFile)])
}

/** The entries of a journal. */
export const readJournal = (eventsFile: string): JournalLine[] =>
  journalBytes(eventsFile)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JournalLine)

export const recordLines = (lines: JournalLine[]): JournalLine[] =>
  lines.filter((line) => line.event_type.startsWith('message.received'))

/** What is wrong with chain, sequence and line ends. */
export function chainFaults(eventsFile: string): string[] {
  const bytes = journalBytes(eventsFile)
  const faults: string[] = []
  if (bytes.at(-1) !== 0x0a) faults.push('the file does not end in a line feed')
  let previous = '0'.repeat(64)
  for (const [index, text] of bytes.toString('latin1').split('\n').slice(0, -1).entries()) {
    const claimed = SUFFIX.exec(text)?.[1]
    const body = Buffer.from(text.slice(0, -75), 'latin1')
    const expected = createHash('sha256').update(previous).update(body).digest('hex')
    if (claimed !== expected) faults.push(`line ${index + 1}: hash ${claimed}, expected ${expected}`)
    const { seq } = JSON.parse(Buffer.from(text, 'latin1').toString('utf8')) as JournalLine
    if (seq !== index + 1) faults.push(`line ${index + 1}: seq ${seq}`)
    previous = claimed ?? expected
  }
  return faults
}

export interface Judgement {
  /** Records of the topic that no line holds. */
  lost: number
  /** Lines beyond the first for one record. */
  duplicated: number
  /** Everything that is wrong, the chain included, at most 20 of each kind; empty for a good journal. */
  faults: string[]
}

export interface JudgedJournal {
  /** The open file of the journal. */
  events: string
  topic: string
  /** What the topic holds, or held; of one epoch. */
  records: TopicRecord[]
  /** Which epoch the records are of, by default the first. */
  epoch?: number
}

/** The one question of every fault test: does the journal hold every record of the topic once, in order, unchanged? */
export function judgeJournal({ events, topic, records, epoch = 0 }: JudgedJournal): Judgement {
  const { lost, duplicated, faults } = compare({ events, topic, records, epoch })
  return { lost, duplicated, faults: [...chainFaults(events).slice(0, 20), ...faults.slice(0, 20)] }
}

/** What is wrong with the records of `topic`, all of one epoch, against what the topic holds. */
export const recordFaults = (events: string, topic: string, records: TopicRecord[]): string[] =>
  compare({ events, topic, records, epoch: 0 }).faults.slice(0, 20)

function compare({ events, topic, records, epoch }: Required<JudgedJournal>): Judgement {
  const faults: string[] = []
  const expected = new Map(records.map((record) => [`${record.partition}/${record.offset}`, record]))
  const seen = new Set<string>()
  const last = new Map<number, number>()
  const epochs = new Map<number, number>()
  let duplicated = 0
  for (const text of journalBytes(events).toString('utf8').split('\n')) {
    if (!text.includes('"kafka_offset":') && !text.includes('"event_type":"journal.epoch"')) continue
    const line = JSON.parse(text) as JournalLine & { kafka_partition: number; kafka_offset: number }
    if (line['kafka_topic'] !== topic) continue
    if (line.event_type === 'journal.epoch') epochs.set(line.kafka_partition, Number(line['epoch']))
    if ((epochs.get(line.kafka_partition) ?? 0) !== epoch || line.kafka_offset === undefined) continue
    const key = `${line.kafka_partition}/${line.kafka_offset}`
    if (seen.has(key)) {
      duplicated += 1
      faults.push(`${key} is journaled twice`)
    }
    seen.add(key)
    if (line.kafka_offset <= (last.get(line.kafka_partition) ?? -1)) faults.push(`${key} is out of order`)
    last.set(line.kafka_partition, line.kafka_offset)
    const record = expected.get(key)
    if (!record) faults.push(`${key} is not on the topic`)
    else if (!sameBytes(journaledValue(text, line), record.value)) faults.push(`${key} has another value`)
    else if (journaledKey(line) !== (record.key?.toString('base64') ?? null))
      faults.push(`${key} has another key`)
  }
  const missing = [...expected.keys()].filter((key) => !seen.has(key))
  return {
    lost: missing.length,
    duplicated,
    faults: [...faults, ...missing.map((key) => `${key} is missing`)],
  }
}

const sameBytes = (a: Buffer | null, b: Buffer | null): boolean =>
  a === null || b === null ? a === b : a.equals(b)

/** The bytes between `"order_full":` and the last `,"seq":`, or what raw_message or raw_base64 stand for. */
function journaledValue(text: string, line: JournalLine): Buffer | null {
  if (typeof line['raw_base64'] === 'string') return Buffer.from(line['raw_base64'], 'base64')
  if (line['raw_message'] !== undefined)
    return line['raw_message'] === null ? null : Buffer.from(String(line['raw_message']))
  const from = text.indexOf(',"order_full":') + ',"order_full":'.length
  return Buffer.from(text.slice(from, text.lastIndexOf(',"seq":')))
}

function journaledKey(line: JournalLine): string | null {
  if (typeof line['kafka_key_base64'] === 'string') return line['kafka_key_base64']
  return typeof line['kafka_key'] === 'string' ? Buffer.from(line['kafka_key']).toString('base64') : null
}
