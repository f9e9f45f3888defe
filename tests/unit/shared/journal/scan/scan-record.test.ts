/**
 * Goal: the short way takes nothing that the long way refuses, and reads the same out of it; and lines that are walked over
 * are those between line feeds.
 * Method: real lines of many kinds, then a hundred changes of each; whatever is taken is compared. Then whole journals that
 * somebody changed, read through windows of any size.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isRecordEntry } from '../../../../../src/shared/contract/journal-entry.js'
import { HASH_CHARS } from '../../../../../src/shared/journal/line.js'
import { LineCursor, readLines } from '../../../../../src/shared/journal/read.js'
import { RecordScanner } from '../../../../../src/shared/journal/scan/scan-record.js'
import { readStrictly } from '../../../../../src/shared/journal/scan/strict.js'
import { recordCounts } from '../../../../../src/shared/journal/totals.js'
import { changedLines, realLines } from '../../../../support/journal-lines.js'
import { mutants, seeded } from '../../../../support/journal-mutants.js'
import { openJournal, record, records } from '../../../../support/journal-records.js'
import { tempDir } from '../../../../support/temp-dir.js'

const HASH = 'a'.repeat(64)
const scanner = new RecordScanner({ metadata: 'whole', n: 'whole' })
const scanRecord = (line: Buffer) => scanner.scan(line, HASH)
const CHANGES = 150

/** What the long way reads out of a line, in the short way's words. */
function longWay(line: Buffer): object | string {
  const entry = readStrictly(line)
  if (typeof entry === 'string') return entry
  if (!isRecordEntry(entry)) return 'is no record'
  return {
    timestamp: entry.timestamp,
    topic: entry.kafka_topic,
    partition: entry.kafka_partition,
    offset: entry.kafka_offset,
    seq: entry.seq,
    hash: HASH,
    ...recordCounts(entry),
  }
}

test('a line that the journal writes for an accepted record is taken the short way, and reads the same', async () => {
  const lines = await realLines()
  const taken = lines.filter((line) => scanRecord(line) !== null)
  // Of the payloads, two hold a name twice that is looked for.
  expect(taken.length).toBeGreaterThanOrEqual(6)
  for (const line of taken) expect(scanRecord(line)).toEqual(longWay(line))
  for (const line of lines.filter((each) => !taken.includes(each))) expect(scanRecord(line)).toBeNull()
})

test('of changed lines, what is taken the short way the long way takes too, and reads the same', async () => {
  const seed = Number(process.env['SCAN_SEED'] ?? Date.now() % 1_000_000)
  process.stdout.write(`changes of seed ${seed} (SCAN_SEED repeats them)\n`)
  const below = seeded(seed)
  let taken = 0
  for (const line of await realLines()) {
    for (const changed of changedLines(line, CHANGES, below)) {
      const facts = scanRecord(changed)
      if (!facts) continue
      taken += 1
      expect(facts, changed.toString('utf8')).toEqual(longWay(changed))
    }
  }
  expect(taken).toBeGreaterThan(50)
})

interface ToldLine {
  line: string
  number: number
  offset: number
  isWhole: boolean
  facts: object | null
}

/** The lines of a file as they are told between line feeds. */
const betweenLineFeeds = (file: string): ToldLine[] =>
  Array.from(readLines(file), ({ line, isWhole, ...place }) => ({
    ...place,
    isWhole,
    line: line.toString('latin1'),
    facts: isWhole ? scanRecord(line) : null,
  }))

/** The same as a walker tells them that reads into so many bytes, and how many of them it walked over. */
function walkedOver(file: string, windowBytes: number): { lines: ToldLine[]; walked: number } {
  const walker = new RecordScanner({ metadata: 'whole', n: 'whole' }, { windowBytes })
  const cursor = new LineCursor(file, { walker })
  const lines: ToldLine[] = []
  let walked = 0
  while (cursor.advance()) {
    const { line, number, offset, isWhole, isWalked } = cursor
    if (isWalked) walked += 1
    const facts = isWhole ? walker.scanAt(cursor, HASH) : null
    lines.push({ line: line.toString('latin1'), number, offset, isWhole, facts })
  }
  cursor.close()
  return { lines, walked }
}

/** Records of many kinds among lines of the journal's own. */
async function journalBytes(): Promise<Buffer> {
  const eventsFile = join(tempDir(), 'tracker.events')
  const writer = await openJournal(eventsFile)
  await writer.enterCluster('A', [])
  await writer.append([...records(0, 8), record(9, { value: 'no JSON' }), ...records(10, 19)])
  await writer.close()
  return readFileSync(eventsFile)
}

test('of a journal that somebody changed, lines that are walked over are those between line feeds, and say the same', async () => {
  const journal = await journalBytes()
  const file = join(tempDir(), 'tracker.events')
  const changes = fc.record({
    seed: fc.integer({ min: 0, max: 1_000_000 }),
    windowBytes: fc.oneof(fc.integer({ min: HASH_CHARS + 1, max: 4_000 }), fc.constant(256 * 1024)),
  })
  let walkedInAll = 0
  fc.assert(
    fc.property(changes, ({ seed, windowBytes }) => {
      for (const { what, bytes } of mutants(journal, 12, seeded(seed))) {
        writeFileSync(file, bytes)
        const { lines, walked } = walkedOver(file, windowBytes)
        expect(lines, what).toEqual(betweenLineFeeds(file))
        walkedInAll += walked
      }
    }),
    { numRuns: 60 },
  )
  expect(walkedInAll).toBeGreaterThan(1_000)
})

test('every line of an accepted record is walked over where the window holds it', async () => {
  const file = join(tempDir(), 'tracker.events')
  writeFileSync(file, await journalBytes())
  const { lines, walked } = walkedOver(file, 256 * 1024)
  expect(walked).toBe(19)
  expect(lines.filter(({ facts }) => facts !== null).length).toBe(19)
})

test('a line whose time or hash is of another length is neither scanned nor walked over', async () => {
  const file = join(tempDir(), 'tracker.events')
  const [line = ''] = (await realLines()).filter((each) => scanRecord(each)).map((each) => each.toString())
  const others = [line.replace('.000Z"', 'Z"'), line.replace(/.("}$)/, '$1'), line.replace(/("}$)/, '0$1')]
  for (const other of others) expect(scanRecord(Buffer.from(other)), other).toBeNull()
  writeFileSync(file, [line, ...others, line].join('\n').concat('\n'))
  const { lines, walked } = walkedOver(file, 256 * 1024)
  expect(walked).toBe(2)
  expect(lines.map(({ line: told }) => told)).toEqual([line, ...others, line])
})

test('no walk goes on behind the window', () => {
  const windowBytes = 64 * 1024
  const walker = new RecordScanner({}, { windowBytes })
  const line = '{"timestamp":"2026-11-21T02:15:37.000Z","event_type":"message.received","kafka_topic":"'
  for (const rest of ['x', ' ', '9', '"', '\\']) {
    for (let from = windowBytes - 200; from < windowBytes; from += 1) {
      walker.window.fill(rest)
      walker.window.write(line, from, 'latin1')
      expect(walker.lineEnd(from)).toBe(-1)
    }
  }
})
