import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { searchFor } from '../../../src/journal/search.js'
import { selectLines } from '../../../src/journal/selection.js'
import type { JournalEntry } from '../../../src/shared/contract/journal-entry.js'
import { compileFilter, EntrySubject } from '../../../src/shared/filter/filter.js'
import { parseLine } from '../../../src/shared/journal/line.js'
import { LineCursor } from '../../../src/shared/journal/read.js'
import { realLines } from '../../support/journal-lines.js'
import { openJournal, record } from '../../support/journal-records.js'
import { order } from '../../support/order-builder.js'
import { tempDir } from '../../support/temp-dir.js'

/** Lines 1 to 7: opened, checkpoint, four records, closed. */
async function journalFile(): Promise<string> {
  const eventsFile = join(tempDir(), 'tracker.events')
  const journal = await openJournal(eventsFile)
  await journal.append([
    record(0, { value: JSON.stringify(order(1)) }),
    record(1, { value: JSON.stringify({ ...order(2), total: 'much' }) }),
    record(2, { value: 'a "quoted" text' }),
    record(3, { value: null }),
  ])
  await journal.close()
  return eventsFile
}

test.each<[Record<string, unknown>, number[], number]>([
  // CEL's own rule: values of different types are not equal, which is an answer.
  [{ where: 'order.total == 8.5' }, [3], 2],
  [{ where: 'order.total < 100' }, [3], 3],
  [{ where: 'error != null' }, [4, 5, 6], 0],
  [{ where: 'error.code == "total_invalid"' }, [4], 0],
  [{ where: 'event_type == "journal.closed" || seq == 1' }, [1, 7], 0],
  [{ where: 'size == 0' }, [6], 0],
  [{ grep: '"quoted" t' }, [5], 0],
  [{ grep: 'order-[12]' }, [3, 4], 0],
  [{ grep: 'order-[12]', where: 'error == null' }, [3], 0],
  [{ where: 'partition == 0', limit: 2 }, [3, 4], 0],
  [{ where: 'offset > 100' }, [], 0],
])('%j finds the lines %j', async (args, expected, notEvaluated) => {
  const search = searchFor(args)
  const found = Array.from(selectLines([await journalFile()], args, search), ({ entry }) => entry.seq)
  expect(found).toEqual(expected)
  expect(search?.notEvaluated).toBe(notEvaluated)
})

test('without its flags nothing is looked for', () => {
  expect(searchFor({ partition: 0 })).toBeNull()
})

test('what cannot be meant is refused', () => {
  expect(() => searchFor({ where: 'order.totl > 1' })).toThrow('did you mean total?')
  expect(() => searchFor({ grep: '(' })).toThrow('Invalid regular expression')
  expect(() => searchFor({ where: ['a', 'b'] })).toThrow('--where is given 2 times')
})

test.each([
  'order.total > 50 && order.status == "pending"',
  'order.metadata.event_type == "order.created"',
  'has(order.n) && order.sequence >= 1',
  'order.items.exists(item, item.quantity > 1) || error.code == "not_json"',
  'key == "order-24" || headers["ce_type"] == "order.created"',
  'kafka_timestamp > timestamp("2026-11-21T02:15:36.001Z") && seq > 5',
  'order["sequence"] == 24',
  'event_type == "message.received" && size > 459',
])('what %s finds is what it finds in entries that are parsed whole', async (where) => {
  const filter = compileFilter(where, { source: 'journal' })
  const search = searchFor({ where })
  const written = await realLines()
  const file = join(tempDir(), 'lines')
  writeFileSync(file, Buffer.concat(written.flatMap((line) => [line, Buffer.from('\n')])))
  const lines = new LineCursor(file, { walker: search?.walker })
  while (lines.advance()) {
    const parsed = parseLine(lines.line) as JournalEntry
    const read = search?.readAt(lines) as JournalEntry
    expect(search?.matches(lines, read), lines.line.toString()).toBe(filter.matches(new EntrySubject(parsed)))
  }
  lines.close()
  expect(lines.number).toBe(written.length)
  expect(search?.notEvaluated).toBe(filter.notEvaluated)
})
