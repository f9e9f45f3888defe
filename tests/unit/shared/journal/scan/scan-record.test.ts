/**
 * Goal: the short way takes nothing that the long way refuses, and reads the same out of it.
 * Method: real lines of many kinds, then a hundred changes of each; whatever is taken is compared.
 */
import { expect, test } from 'vitest'
import { isRecordEntry } from '../../../../../src/shared/contract/journal-entry.js'
import { RecordScanner } from '../../../../../src/shared/journal/scan/scan-record.js'
import { readStrictly } from '../../../../../src/shared/journal/scan/strict.js'
import { recordCounts } from '../../../../../src/shared/journal/totals.js'
import { changedLines, realLines } from '../../../../support/journal-lines.js'
import { seeded } from '../../../../support/journal-mutants.js'

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
