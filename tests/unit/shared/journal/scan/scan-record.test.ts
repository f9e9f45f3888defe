/**
 * Goal: the short way takes nothing that the long way refuses, and reads the same out of it.
 * Method: real lines of many kinds, then a hundred changes of each; whatever is taken is compared.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isRecordEntry } from '../../../../../src/shared/contract/journal-entry.js'
import { linesOf } from '../../../../../src/shared/journal/line.js'
import { scanRecord } from '../../../../../src/shared/journal/scan/scan-record.js'
import { readStrictly } from '../../../../../src/shared/journal/scan/strict.js'
import { recordCounts } from '../../../../../src/shared/journal/totals.js'
import { seeded } from '../../../../support/journal-mutants.js'
import { openJournal, record, records } from '../../../../support/journal-records.js'
import { order } from '../../../../support/order-builder.js'
import { tempDir } from '../../../../support/temp-dir.js'

const HASH = 'a'.repeat(64)
const CHANGES = 150
/** The end of a line, with as many bytes before it as a change may take away. */
const HASH_BYTES = 78

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

async function realLines(): Promise<Buffer[]> {
  const eventsFile = join(tempDir(), 'tracker.events')
  const writer = await openJournal(eventsFile)
  await writer.enterCluster('A', [])
  const valid = JSON.stringify(order(1))
  const TYPE = '"event_type":"order.created"'
  const withType = (type: string): string => valid.replace(TYPE, type)
  const values = [
    valid,
    withType(`"event_type":"a",${TYPE}`),
    withType(`"event_\\u0074ype":"a",${TYPE}`),
    withType(`${TYPE},"event_\\u0074ype":"order.paid"`),
    withType('"event_type":"\\u0061"'),
    withType('"event_type":"\u00e9"'),
    valid.replace('"metadata":', '"metadata":[1,{"event_type":"x"}],"metadata":'),
    valid.replace(
      '{',
      '{"m\\u0065tadata":{"event_type":"x"},"\u2028":"\\ud83d", "n" : [1e5,-0.5,true,null] ,',
    ),
    'no JSON',
    null,
    '[1]',
  ]
  await writer.append(values.map((value, offset) => record(offset, { value })))
  await writer.append([
    record(20, { key: null, headers: [] }),
    record(21, { key: Buffer.from([0xff]), headers: [['a', null]] }),
    record(22, { key: Buffer.from('"\\\u00e9'), timestampMs: '-1', headers: [['a', Buffer.from([0xff])]] }),
    ...records(23, 25),
  ])
  await writer.close()
  return [...linesOf(readFileSync(eventsFile))].map((line) => Buffer.from(line))
}

test('a line that the journal writes for an accepted record is taken the short way, and reads the same', async () => {
  const lines = await realLines()
  const taken = lines.filter((line) => scanRecord(line, HASH) !== null)
  expect(taken.length).toBeGreaterThanOrEqual(8)
  for (const line of taken) expect(scanRecord(line, HASH)).toEqual(longWay(line))
  for (const line of lines.filter((each) => !taken.includes(each))) expect(scanRecord(line, HASH)).toBeNull()
})

test('of changed lines, what is taken the short way the long way takes too, and reads the same', async () => {
  const seed = Number(process.env['SCAN_SEED'] ?? Date.now() % 1_000_000)
  process.stdout.write(`changes of seed ${seed} (SCAN_SEED repeats them)\n`)
  const below = seeded(seed)
  const pieces = [
    '"',
    '\\',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '0',
    '9',
    'e',
    '-',
    ' ',
    'null',
    ',"seq":1',
    '\u00e9',
  ]
  const more = [
    ...pieces,
    ',"order_full":{}',
    '"metadata":{"event_type":"z"},',
    ',"a":1',
    '\\u0061',
    '\t',
    '\0',
  ]
  let taken = 0
  for (const line of await realLines()) {
    for (let change = 0; change < CHANGES; change += 1) {
      // The hash behind it was checked before.
      const at = below(line.length - HASH_BYTES)
      const added = Buffer.from(more[below(more.length)] ?? '')
      const changed = Buffer.concat([line.subarray(0, at), added, line.subarray(at + below(3))])
      const facts = scanRecord(changed, HASH)
      if (!facts) continue
      taken += 1
      expect(facts, changed.toString('utf8')).toEqual(longWay(changed))
    }
  }
  expect(taken).toBeGreaterThan(50)
})
