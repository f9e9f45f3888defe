/**
 * Compares what a run's producer was told by the broker (its ledger) with what the tracker has journaled since.
 *
 * Reads files only, each line once, and keeps offsets as ranges, so a run of millions of records is no matter.
 */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isRecordEntry, type RecordEntry } from '../shared/contract/journal-entry.js'
import type { LedgerEntry } from '../shared/contract/log-entry.js'
import { parseLine } from '../shared/journal/line.js'
import { journalFiles } from '../shared/journal/names.js'
import { readLines } from '../shared/journal/read.js'
import { OffsetRanges } from './offset-ranges.js'

export interface DeliveryReport {
  /** Records that the broker acknowledged to the producer. */
  delivered: number
  /** Records of which nobody knows whether they reached the topic. */
  unknown: number
  /** Of the delivered ones, how many are in the journal. */
  journaled: number
  /** Of the unknown ones, how many the journal proves to have arrived. */
  unknownJournaled: number
  /** Records journaled during the run that no producer of this folder has delivered. */
  foreign: number
}

export interface DeliveryReportOptions {
  /** Absolute, or null where the run had no producer. */
  ledger: string | null
  /** Holds the ledgers of this run and of earlier ones. */
  folder: string
  eventsFile: string
  /** The run's lines are those after this `seq`. */
  sinceSeq: number
}

/** @throws {SuiteError} `journal_file` (74) where a file cannot be read. */
export function reportDeliveries(options: DeliveryReportOptions): DeliveryReport {
  const { ledger, eventsFile, sinceSeq } = options
  const delivered = new OffsetRanges()
  const unknownEvents = new Set<string>()
  for (const entry of ledger === null ? [] : ledgerEntries(ledger)) {
    if ('offset' in entry) delivered.add(`${entry.topic}/${entry.partition}`, entry.offset)
    else unknownEvents.add(entry.event_id)
  }
  const journaled = new OffsetRanges()
  const others = new OffsetRanges()
  let unknownJournaled = 0
  for (const line of linesAfter(eventsFile, sinceSeq)) {
    const place = placeOf(line)
    if (!place) continue
    const { partition, offset } = place
    if (delivered.has(partition, offset)) journaled.add(partition, offset)
    else if (unknownEvents.size > 0 && unknownEvents.delete(eventIdOf(line) ?? '')) unknownJournaled += 1
    else others.add(partition, offset)
  }
  return {
    delivered: delivered.count(),
    unknown: unknownEvents.size + unknownJournaled,
    journaled: journaled.count(),
    unknownJournaled,
    foreign: others.count() - deliveredEarlier(others, options),
  }
}

/** How many of `offsets` stand in ledgers of earlier runs: a `down` that did not wait left them to this run. */
function deliveredEarlier(offsets: OffsetRanges, { folder, ledger }: DeliveryReportOptions): number {
  if (offsets.count() === 0) return 0
  const found = new OffsetRanges()
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (!/^ledger-.*\.ndjson$/.test(name) || path === ledger) continue
    for (const entry of ledgerEntries(path)) {
      if (!('offset' in entry)) continue
      const partition = `${entry.topic}/${entry.partition}`
      if (offsets.has(partition, entry.offset)) found.add(partition, entry.offset)
    }
  }
  return found.count()
}

/** Lines of a ledger; a last one that a killed producer did not finish is left out. */
function* ledgerEntries(path: string): Generator<LedgerEntry> {
  if (!existsSync(path)) return
  for (const { line, isWhole } of readLines(path)) {
    if (isWhole) yield JSON.parse(line.toString('utf8')) as LedgerEntry
  }
}

function* linesAfter(eventsFile: string, seq: number): Generator<Buffer> {
  for (const path of journalFiles(eventsFile)) {
    for (const { line, isWhole } of readLines(path)) {
      if (isWhole && seqOf(line) > seq) yield line
    }
  }
}

/** `seq` is the last field before the hash, at a known distance from the line's end. */
const SEQ_AT_END = /"seq":(\d+),"hash":"[0-9a-f]{64}"\}$/
const SEQ_TAIL_BYTES = 120

function seqOf(line: Buffer): number {
  const tail = line.toString('latin1', Math.max(0, line.length - SEQ_TAIL_BYTES))
  return Number(SEQ_AT_END.exec(tail)?.[1] ?? 0)
}

/** The fixed first fields of a record's line; topic names hold nothing that JSON would escape. */
const RECORD_HEAD =
  /^\{"timestamp":"[^"]*","event_type":"message\.received[a-z_.]*","kafka_topic":"([^"]*)","kafka_partition":(\d+),"kafka_offset":(\d+),/
const HEAD_BYTES = 512

function placeOf(line: Buffer): { partition: string; offset: number } | null {
  const match = RECORD_HEAD.exec(line.toString('latin1', 0, HEAD_BYTES))
  return match ? { partition: `${match[1]}/${match[2]}`, offset: Number(match[3]) } : null
}

function eventIdOf(line: Buffer): string | null {
  const entry = parseLine(line)
  const headers: RecordEntry['kafka_headers'] = entry && isRecordEntry(entry) ? entry.kafka_headers : []
  const value = headers.find(([name]) => name === 'ce_id')?.[1]
  return typeof value === 'string' ? value : null
}
