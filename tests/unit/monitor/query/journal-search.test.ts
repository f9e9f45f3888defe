/** Searching the whole journal backwards against a reader that goes through it from the front. */
import { readFileSync, statSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { JournalSearch } from '../../../../src/monitor/query/journal-search.js'
import { type SearchKind, wantedOf } from '../../../../src/monitor/query/wanted.js'
import { rehearse } from '../../../../src/monitor/query/whole-search.js'
import type { EventRow } from '../../../../src/monitor/tail/protocol.js'
import { journalFiles } from '../../../../src/shared/journal/names.js'
import { startJournalProcess } from '../../../support/journal-process.js'
import { tempDir } from '../../../support/temp-dir.js'
import { orderPayload, TrackerFiles } from '../../../support/tracker-files.js'

const T0 = Date.parse('2026-11-21T02:15:00.000Z')

function searchAll(
  files: TrackerFiles,
  text: string,
  kind: SearchKind = 'text',
): { rows: EventRow[]; progress: number } {
  const paths = journalFiles(files.eventsFile).reverse()
  const totalBytes = paths.reduce((sum, path) => sum + statSync(path).size, 0)
  const parts = paths.map((path) => ({
    path,
    firstSeq: firstSeq(path),
    from: 0,
    to: Number.POSITIVE_INFINITY,
  }))
  const search = new JournalSearch(wantedOf(text, kind), parts, totalBytes)
  const rows: EventRow[] = []
  for (let found = search.step(); found !== null; found = search.step()) rows.push(...found)
  return { rows, progress: search.progress }
}

const firstSeq = (path: string): number => JSON.parse(readFileSync(path, 'utf8').split('\n')[0] ?? '').seq

/** Seqs of the lines that hold the text, newest first. */
function slowSearch(files: TrackerFiles, isHit: (line: string) => boolean): number[] {
  const lines = journalFiles(files.eventsFile).flatMap((path) =>
    readFileSync(path, 'utf8').split('\n').slice(0, -1),
  )
  return lines
    .filter(isHit)
    .map((line) => JSON.parse(line).seq)
    .reverse()
}

test('finds what a reader from the front finds, newest first, over all files and with long lines between', () => {
  const steps = fc.array(
    fc.oneof(
      fc.record({ orders: fc.integer({ min: 1, max: 30 }) }),
      fc.record({ largeBytes: fc.integer({ min: 1_000_000, max: 9_000_000 }) }),
      fc.constant('rotate' as const),
    ),
    { minLength: 1, maxLength: 7 },
  )
  fc.assert(
    fc.property(steps, (plan) => {
      const files = new TrackerFiles(tempDir())
      files.writeEvents(files.opened(T0))
      for (const step of plan) {
        if (step === 'rotate') files.rotate(T0)
        else if ('orders' in step) files.appendEvents(files.orders(step.orders, { timeMs: T0 }))
        else {
          const note = `client03${'y'.repeat(step.largeBytes)}`
          files.appendEvents(files.record(orderPayload(0, { note }), { timeMs: T0 }))
        }
      }
      // A line that is being written is none yet.
      files.appendEvents(Buffer.from('{"note":"client03'))
      const text = searchAll(files, 'client03')
      expect(text.rows.map(({ seq }) => seq)).toEqual(slowSearch(files, (line) => line.includes('client03')))
      expect(text.progress).toBeGreaterThan(0.9)
      const pattern = searchAll(files, 'client0[34]"')
      expect(pattern.rows.map(({ seq }) => seq)).toEqual(
        slowSearch(files, (line) => /client0[34]"/.test(line)),
      )
    }),
    { numRuns: 12 },
  )
})

test('stops at its bound with the newest ones', () => {
  const files = new TrackerFiles(tempDir())
  files.writeEvents(files.opened(T0), files.orders(1500, { timeMs: T0 }))
  const { rows } = searchAll(files, 'order_id')
  expect(rows).toHaveLength(1000)
  expect(rows[0]?.seq).toBe(1501)
})

test('a text with signs of a pattern that is none is refused', () => {
  expect(() => wantedOf('client(', 'text')).toThrow(SyntaxError)
})

test('an expression of the filter language finds the records that meet it', () => {
  const files = new TrackerFiles(tempDir())
  files.writeEvents(files.opened(T0), files.orders(40, { timeMs: T0 }))
  files.rotate(T0)
  files.appendEvents(files.record(Buffer.from('no'), { timeMs: T0 }), files.orders(10, { timeMs: T0 }))
  const { rows } = searchAll(files, 'order.total > 50.0 && partition == 0', 'filter')
  const isHit = (line: string): boolean => {
    const entry = JSON.parse(line)
    return entry.order_full?.total > 50 && entry.kafka_partition === 0
  }
  expect(rows.length).toBeGreaterThan(2)
  expect(rows.map(({ seq }) => seq)).toEqual(slowSearch(files, isHit))
  expect(() => wantedOf('order.totl > 50', 'filter')).toThrow(/totl/)
})

test('a text that a filter needs is found however the payload writes it', () => {
  const files = new TrackerFiles(tempDir())
  const order = (note: string): Buffer =>
    Buffer.from(orderPayload(0).toString().replace('"currency":"EUR"', `"currency":${note}`))
  const written = [
    '"EUR"',
    '"E\\u0055R"',
    '"\\u0045UR"',
    '"EURO"',
    '"E\\"R"',
    '"é/"',
    '"é\\/"',
    '"\\u00e9/"',
    '7',
  ]
  files.writeEvents(files.opened(T0), ...written.map((note) => files.record(order(note), { timeMs: T0 })))
  const seqsWhere = (text: string): number[] => searchAll(files, text, 'filter').rows.map(({ seq }) => seq)
  expect(seqsWhere('order.currency == "EUR"')).toEqual([4, 3, 2])
  expect(seqsWhere('order.total > 1.0 && order.currency == "é/"')).toEqual([9, 8, 7])
  expect(seqsWhere('"E\\"R" == order.currency')).toEqual([6])
  expect(seqsWhere('order.currency == "EUR" || order.currency == "EURO"')).toEqual([5, 4, 3, 2])
  expect(seqsWhere('!(order.currency == "EUR") && partition == 0')).toEqual([10, 9, 8, 7, 6, 5])
})

test('threads find what one thread finds, in its order, and no more than its bound', async () => {
  const files = new TrackerFiles(tempDir())
  files.writeEvents(files.opened(T0), files.orders(300, { timeMs: T0 }))
  files.rotate(T0)
  files.appendEvents(files.orders(1_200, { timeMs: T0, first: 300 }))
  const process = startJournalProcess(files.eventsFile)
  for (const [text, kind] of [
    ['order.total > 50', 'filter'],
    ['client03', 'text'],
    ['order_id', 'text'],
  ] as const) {
    const seqs = searchAll(files, text, kind).rows.map(({ seq }) => seq)
    const found = await process.ask({ do: 'find', text, kind, partBytes: 100_000 })
    expect(found, text).toEqual({
      result: { seqs, starts: 1, last: { rows: [], progress: 1, isDone: true } },
    })
  }
})

test('getting ready for a search needs no journal, and minds none that cannot be searched', () => {
  const files = new TrackerFiles(tempDir())
  expect(() => rehearse(files)).not.toThrow()
  files.writeEvents(Buffer.from('no line'))
  expect(() => rehearse(files)).not.toThrow()
  files.writeEvents(files.opened(T0), files.orders(3, { timeMs: T0 }))
  expect(() => rehearse(files)).not.toThrow()
})
