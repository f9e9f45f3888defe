/** The tail on real files: what is counted is what stands in the journal, once. */
import { appendFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { JournalTail } from '../../../../src/monitor/tail/journal-tail.js'
import { tempDir } from '../../../support/temp-dir.js'
import { orderPayload, TrackerFiles } from '../../../support/tracker-files.js'

const _NOBODY = 65_534
const T0 = Date.parse('2026-11-21T02:15:00.000Z')

/** Reads until there is nothing more to read. */
function settle(tail: JournalTail): JournalTail {
  while (tail.step());
  return tail
}

const journal = (): TrackerFiles => new TrackerFiles(tempDir())
const tailOf = (files: TrackerFiles): JournalTail => settle(new JournalTail(files.eventsFile))

test('counts from the first line where there is no checkpoint', () => {
  const files = journal()
  files.writeEvents(
    files.opened(T0),
    files.orders(25, { timeMs: T0 }),
    files.record(Buffer.from('no'), { timeMs: T0 }),
  )
  const { totals, seq, totalsFromSeq, file } = tailOf(files).state
  expect(totals).toEqual(files.totals)
  expect(totals).toMatchObject({ records: 26, accepted: 25, rejected: { not_json: 1 } })
  expect({ seq, totalsFromSeq, behind: file.behindBytes }).toEqual({ seq: 27, totalsFromSeq: 1, behind: 0 })
})

test('takes the totals of the last checkpoint and adds the lines after it, once', () => {
  const files = journal()
  files.writeEvents(
    files.opened(T0),
    files.orders(40, { timeMs: T0 }),
    files.checkpoint(T0),
    files.orders(7, { timeMs: T0, first: 40 }),
  )
  expect(tailOf(files).state.totals).toEqual(files.totals)
})

test('tells the exact totals before it has read the lines of the history', () => {
  const files = journal()
  const big = orderPayload(0, { note: 'x'.repeat(4_500_000) })
  files.writeEvents(
    files.opened(T0),
    ...Array.from({ length: 5 }, () => files.record(big, { timeMs: T0 })),
    files.checkpoint(T0),
    files.orders(7, { timeMs: T0 + 5000, first: 1 }),
    files.record(Buffer.from('no'), { timeMs: T0 }),
    Buffer.from('no line\n{"timestamp":'),
  )
  const head = {
    totals: files.totals,
    totalsFromSeq: 1,
    seq: files.seq,
    hash: files.hash,
    timeMaxMs: T0 + 5000,
  }
  const tail = new JournalTail(files.eventsFile)
  tail.step()
  expect(tail.isAhead).toBe(true)
  expect(tail.state).toMatchObject({ ...head, progress: 0, bucketsFromSecond: null })
  files.appendEvents(Buffer.from('"half a line"}\n'), files.orders(2, { timeMs: T0 + 6000, first: 8 }))
  expect(settle(tail).isAhead).toBe(false)
  expect(tail.state).toMatchObject({ totals: files.totals, seq: files.seq, hash: files.hash, badLines: 2 })
  expect(tail.state.totals.records).toBe(15)
})

test('believes a checkpoint about files that are no longer there', () => {
  const files = journal()
  files.orders(5000, { timeMs: T0 })
  files.writeEvents(files.opened(T0), files.checkpoint(T0), files.orders(3, { timeMs: T0 }))
  const { totals, totalsFromSeq } = tailOf(files).state
  expect(totals.records).toBe(5003)
  expect(totalsFromSeq).toBe(1)
})

test('without checkpoint and without the first file it says from which seq it counts', () => {
  const files = journal()
  files.orders(50, { timeMs: T0 })
  files.writeEvents(files.orders(4, { timeMs: T0 }))
  const { totals, totalsFromSeq } = tailOf(files).state
  expect({ records: totals.records, totalsFromSeq }).toEqual({ records: 4, totalsFromSeq: 51 })
})

test('a payload that looks like a checkpoint is none', () => {
  const files = journal()
  const fake = {
    timestamp: '',
    event_type: 'journal.checkpoint',
    positions: [],
    totals: { records: 9_999_999 },
  }
  const payload = Buffer.from(JSON.stringify({ a: '"', ...fake }))
  files.writeEvents(files.opened(T0), files.orders(3, { timeMs: T0 }), files.record(payload, { timeMs: T0 }))
  expect(tailOf(files).state.totals.records).toBe(4)
})

test('a checkpoint that is not written to its end yet is not used', () => {
  const files = journal()
  const head = Buffer.concat([files.opened(T0), files.orders(6, { timeMs: T0 })])
  files.writeEvents(head, files.checkpoint(T0).subarray(0, -10))
  expect(tailOf(files).state).toMatchObject({ seq: 7, totals: { records: 6 } })
})

test('a line written in two halves is counted when its second half is there, and not before', () => {
  const files = journal()
  files.writeEvents(files.opened(T0))
  const tail = tailOf(files)
  const line = files.record(orderPayload(0), { timeMs: T0 })
  files.appendEvents(line.subarray(0, 100))
  expect(settle(tail).state).toMatchObject({ totals: { records: 0 }, badLines: 0 })
  files.appendEvents(line.subarray(100, line.length - 1))
  expect(settle(tail).state.totals.records).toBe(0)
  files.appendEvents(line.subarray(line.length - 1))
  expect(settle(tail).state).toMatchObject({ totals: { records: 1 }, badLines: 0, seqBreaks: 0 })
})

test('a line of 5 MB is one line', () => {
  const files = journal()
  files.writeEvents(files.opened(T0))
  const tail = tailOf(files)
  const big = orderPayload(0, { note: 'x'.repeat(5_000_000) })
  files.appendEvents(files.record(big, { timeMs: T0 }), files.orders(2, { timeMs: T0, first: 1 }))
  const { totals, badLines } = settle(tail).state
  expect(totals).toEqual(files.totals)
  expect({ records: totals.records, badLines }).toEqual({ records: 3, badLines: 0 })
  const [row] = tail.takeChanges().events.filter(({ sizeBytes }) => sizeBytes > 5_000_000)
  expect(row?.payload.length).toBe(512)
})

test('what is no entry is a bad line and never a record', () => {
  const files = journal()
  files.writeEvents(
    files.opened(T0),
    files.orders(2, { timeMs: T0 }),
    Buffer.from('not JSON at all\n{"event_type":"message.received"}\n[1,2]\n\n'),
    files.orders(2, { timeMs: T0, first: 2 }),
  )
  expect(tailOf(files).state).toMatchObject({ totals: { records: 4 }, badLines: 4, seqBreaks: 0 })
})

test('CR LF line ends are read as line ends', () => {
  const files = journal()
  const text = Buffer.concat([files.opened(T0), files.orders(3, { timeMs: T0 })]).toString()
  writeFileSync(files.eventsFile, text.replaceAll('\n', '\r\n'))
  expect(tailOf(files).state).toMatchObject({ totals: { records: 3 }, badLines: 0 })
})

test('a hole in seq is told', () => {
  const files = journal()
  files.writeEvents(files.opened(T0), files.orders(2, { timeMs: T0 }))
  files.orders(1, { timeMs: T0 })
  files.appendEvents(files.orders(2, { timeMs: T0 }))
  expect(tailOf(files).state.seqBreaks).toBe(1)
})

test('a metrics line that agrees is noted, whether its line was read before or comes later', () => {
  const files = journal()
  files.writeEvents(files.opened(T0), files.orders(5, { timeMs: T0 }))
  const early = { timeMs: T0, seq: files.seq, hash: files.hash, totals: structuredClone(files.totals) }
  files.appendEvents(files.orders(5, { timeMs: T0, first: 5 }))
  const tail = tailOf(files)
  tail.claim(early)
  expect(tail.state).toMatchObject({ agreedSeq: 6, disagreement: null })
  const later = files.orders(3, { timeMs: T0, first: 10 })
  tail.claim({ timeMs: T0, seq: files.seq, hash: files.hash, totals: structuredClone(files.totals) })
  expect(tail.state.agreedSeq).toBe(6)
  appendFileSync(files.eventsFile, later)
  expect(settle(tail).state).toMatchObject({ agreedSeq: 14, disagreement: null })
})

test('a metrics line with another hash, or with other totals, is a disagreement', () => {
  const files = journal()
  files.writeEvents(files.opened(T0), files.orders(5, { timeMs: T0 }))
  const truth = { timeMs: T0, seq: files.seq, hash: files.hash, totals: structuredClone(files.totals) }
  const withHash = tailOf(files)
  withHash.claim({ ...truth, hash: 'f'.repeat(64) })
  expect(withHash.state.disagreement).toMatchObject({ seq: 6, what: 'hash' })
  const withTotals = tailOf(files)
  withTotals.claim({ ...truth, totals: { ...truth.totals, accepted: 4 } })
  expect(withTotals.state.disagreement).toMatchObject({ seq: 6, what: 'totals' })
})

test('a metrics line older than the line it names speaks of another journal and is not compared', () => {
  const files = journal()
  files.writeEvents(files.opened(T0), files.orders(5, { timeMs: T0 }))
  const tail = tailOf(files)
  const old = { timeMs: T0 - 1, hash: 'f'.repeat(64), totals: files.totals }
  tail.claim({ ...old, seq: 3 })
  tail.claim({ ...old, seq: 9 })
  files.appendEvents(files.orders(5, { timeMs: T0, first: 5 }))
  expect(settle(tail).state).toMatchObject({ disagreement: null, agreedSeq: null })
})

test('a metrics line never adds to what is counted', () => {
  const files = journal()
  files.writeEvents(files.opened(T0), files.orders(5, { timeMs: T0 }))
  const tail = tailOf(files)
  const before = structuredClone(tail.state.totals)
  for (let line = 0; line < 20; line += 1)
    tail.claim({ timeMs: T0, seq: files.seq, hash: files.hash, totals: files.totals })
  expect(tail.state.totals).toEqual(before)
})

test('a checkpoint that does not fit the lines before it is a disagreement', () => {
  const files = journal()
  files.writeEvents(files.opened(T0), files.checkpoint(T0), files.orders(3, { timeMs: T0 }))
  const tail = tailOf(files)
  files.appendEvents(files.checkpoint(T0, { ...files.totals, records: 99 }))
  expect(settle(tail).state.disagreement).toMatchObject({ what: 'checkpoint' })
})

test('buckets follow the timestamps, held at the largest so far', () => {
  const files = journal()
  files.writeEvents(
    files.opened(T0),
    files.orders(2, { timeMs: T0 }),
    files.orders(3, { timeMs: T0 + 5000, first: 2 }),
    // The clock stepped back: these belong to the newest second.
    files.orders(4, { timeMs: T0 + 1000, first: 5 }),
  )
  const tail = tailOf(files)
  expect(tail.takeChanges().buckets.map(({ second, records }) => [second - T0 / 1000, records])).toEqual([
    [0, 2],
    [5, 7],
  ])
  expect(tail.state).toMatchObject({ timeMaxMs: T0 + 5000, bucketsFromSecond: T0 / 1000 })
})

test('only changed buckets are told again, with their whole value', () => {
  const files = journal()
  files.writeEvents(
    files.opened(T0),
    files.orders(2, { timeMs: T0 }),
    files.orders(2, { timeMs: T0 + 1000, first: 2 }),
  )
  const tail = tailOf(files)
  tail.takeChanges()
  files.appendEvents(files.orders(1, { timeMs: T0 + 1000, first: 4 }))
  settle(tail)
  expect(tail.takeChanges().buckets).toMatchObject([{ second: T0 / 1000 + 1, records: 3 }])
  expect(tail.takeChanges()).toEqual({ buckets: [], events: [], rejections: [], isFresh: false })
})

test('a clean stop is known as long as nothing follows it', () => {
  const files = journal()
  files.writeEvents(files.opened(T0), files.closed(T0 + 10))
  const tail = tailOf(files)
  expect(tail.state.closedAtMs).toBe(T0 + 10)
  files.appendEvents(files.opened(T0 + 20))
  expect(settle(tail).state.closedAtMs).toBeNull()
})

test('a line that was edited breaks the chain where it stands, though it is still an entry with the right seq', () => {
  const files = journal()
  const before = Buffer.concat([files.opened(T0), files.orders(5, { timeMs: T0 })])
  const line = files.record(orderPayload(2), { timeMs: T0 }).toString()
  files.writeEvents(
    before,
    Buffer.from(line.replace('"total":19.3', '"total":99.3')),
    files.orders(2, { timeMs: T0 }),
  )
  expect(line).toContain('"total":19.3')
  expect(tailOf(files).state).toMatchObject({
    badLines: 0,
    seqBreaks: 0,
    seq: 9,
    chain: { fromSeq: 7, toSeq: 9, breaks: 1, firstBreakSeq: 7 },
  })
})
