/**
 * Goal: who looks at little of a line is told what parsing it tells.
 * Method: real lines of many kinds, then changes of each; every field that may be asked for is compared.
 */
import { expect, test } from 'vitest'
import { isRecordEntry, type RecordEntry } from '../../../../../src/shared/contract/journal-entry.js'
import { parseLine } from '../../../../../src/shared/journal/line.js'
import { EntryReader } from '../../../../../src/shared/journal/scan/entry-reader.js'
import { type WantedFields, wholeFields } from '../../../../../src/shared/journal/scan/wanted-fields.js'
import { changedLines, realLines } from '../../../../support/journal-lines.js'
import { seeded } from '../../../../support/journal-mutants.js'
import { wantedPart } from '../../../../support/wanted-part.js'

const CHANGES = 150
const WANTED = {
  ...wholeFields(['metadata', 'total', 'n', '\u2028']),
  items: [{ item_name: 'whole', quantity: 'whole' }],
  customer_info: { name: 'whole' },
} as const satisfies WantedFields
const ALL = new EntryReader(null)
const SOME = new EntryReader(WANTED)

/** The fields by name; those that are not there are undefined. */
function fieldsOf(entry: RecordEntry): object {
  const { event_type, deserialized, timestamp, seq, hash } = entry
  const { kafka_topic, kafka_partition, kafka_offset, kafka_timestamp, kafka_headers, message_size } = entry
  return {
    ...{ event_type, deserialized, timestamp, seq, hash, kafka_topic, kafka_partition, kafka_offset },
    ...{ kafka_timestamp, kafka_timestamp_ms: entry.kafka_timestamp_ms, kafka_headers, message_size },
    ...{ kafka_key: entry.kafka_key, kafka_key_base64: entry.kafka_key_base64, error: entry.error },
    ...{ raw_message: entry.raw_message, raw_base64: entry.raw_base64 },
  }
}

function expectSame(line: Buffer): void {
  const parsed = parseLine(line)
  const read = ALL.read(line)
  if (!parsed || !isRecordEntry(parsed) || !read || !isRecordEntry(read)) {
    expect(read, line.toString()).toEqual(parsed)
    return
  }
  expect(fieldsOf(read), line.toString()).toEqual(fieldsOf(parsed))
  expect(read.order_full, line.toString()).toEqual(parsed.order_full)
  const { order_full: some } = SOME.read(line) as RecordEntry
  expect(wantedPart(some, WANTED), line.toString()).toEqual(wantedPart(parsed.order_full, WANTED))
}

test('of every line that the journal writes the entry is what parsing it gives', async () => {
  for (const line of await realLines()) expectSame(line)
})

test('the fields that are wanted are there alone', async () => {
  const [order] = (await realLines())
    .map((line) => new EntryReader(wholeFields(['total', 'status'])).read(line))
    .filter((entry) => entry && isRecordEntry(entry))
  expect((order as RecordEntry).order_full).toEqual({ status: 'pending', total: 8.5 })
})

test('fields that cannot be taken out one by one are read as well', async () => {
  const [line] = (await realLines()).filter((each) => ALL.read(each)?.event_type === 'message.received')
  for (const more of [
    ['a name of more than 16 bytes'],
    ['__proto__'],
    Array.from({ length: 64 }, (_, n) => `${n}`),
  ]) {
    const entry = new EntryReader(wholeFields(['total', ...more])).read(line as Buffer) as RecordEntry
    expect(entry.order_full?.['total']).toBe(8.5)
  }
})

test('of changed lines the entry is what parsing it gives, and so is which line is none', async () => {
  const seed = Number(process.env['SCAN_SEED'] ?? Date.now() % 1_000_000)
  process.stdout.write(`changes of seed ${seed} (SCAN_SEED repeats them)\n`)
  const below = seeded(seed)
  for (const line of await realLines()) {
    for (const changed of changedLines(line, CHANGES, below)) expectSame(changed)
  }
})
