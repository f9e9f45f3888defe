/** The tail on real files: what is counted is what stands in the journal, whatever happens to the file. */
import {
  appendFileSync,
  chmodSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { expect, test } from 'vitest'
import { JournalTail } from '../../../../src/monitor/tail/journal-tail.js'
import { tempDir } from '../../../support/temp-dir.js'
import { orderPayload, TrackerFiles } from '../../../support/tracker-files.js'

const NOBODY = 65_534
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
  expect(row?.payload.length).toBe(16 * 1024)
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

test('a file that is not there yet is read from its first line when it comes', () => {
  const files = journal()
  const tail = tailOf(files)
  expect(tail.state).toMatchObject({ seq: 0, file: { state: 'missing' } })
  files.writeEvents(files.opened(T0), files.orders(2, { timeMs: T0 }))
  expect(settle(tail).state).toMatchObject({ totals: { records: 2 }, file: { state: 'open' } })
})

/** Runs `look` as a user without rights of its own; root may read everything. */
function withoutRights(look: () => void): void {
  const isRoot = process.geteuid?.() === 0
  if (isRoot) process.seteuid?.(NOBODY)
  try {
    look()
  } finally {
    if (isRoot) process.seteuid?.(0)
  }
}

test('a file that may not be read says so, and is read when it may be', () => {
  const files = journal()
  files.writeEvents(files.opened(T0))
  chmodSync(files.eventsFile, 0o000)
  const tail = new JournalTail(files.eventsFile)
  withoutRights(() => settle(tail))
  expect(tail.state.file).toMatchObject({ state: 'denied' })
  expect(tail.state.file.problem).toContain('EACCES')
  chmodSync(files.eventsFile, 0o600)
  expect(settle(tail).state).toMatchObject({ seq: 1, file: { state: 'open', problem: null } })
})

test('a folder in the place of the journal is named as what it is', () => {
  const tail = settle(new JournalTail(tempDir()))
  expect(tail.state.file).toMatchObject({ state: 'unreadable' })
  expect(tail.state.file.problem).toContain('EISDIR')
})

test('when the file loses its last lines, counting goes back to the last seq that still stands', () => {
  const files = journal()
  files.writeEvents(files.opened(T0), files.orders(10, { timeMs: T0 }))
  const standing = readFileSync(files.eventsFile).length
  const tail = tailOf(files)
  files.appendEvents(files.orders(5, { timeMs: T0, first: 10 }))
  expect(settle(tail).state.totals.records).toBe(15)
  truncateSync(files.eventsFile, standing)
  expect(settle(tail).state).toMatchObject({ seq: 11, totals: { records: 10 }, cuts: 1 })
  expect(tail.takeChanges().isFresh).toBe(true)
})

test('lines that were cut away and replaced by more are noticed though the file never looked shorter', () => {
  const files = journal()
  files.writeEvents(files.opened(T0), files.orders(10, { timeMs: T0 }))
  const other = new TrackerFiles(tempDir())
  const kept = Buffer.concat([other.opened(T0), other.orders(10, { timeMs: T0 })])
  const tail = tailOf(files)
  files.appendEvents(files.orders(3, { timeMs: T0, first: 500 }))
  expect(settle(tail).state.totals.records).toBe(13)
  // The same first lines, then others of the very same lengths, and more: only the bytes tell.
  const spoiled = [510, 511, 512].map((n) => other.record(orderPayload(n, { total: 9.99 }), { timeMs: T0 }))
  writeFileSync(files.eventsFile, Buffer.concat([kept, ...spoiled, other.orders(40, { timeMs: T0 + 1 })]))
  expect(settle(tail).state).toMatchObject({ totals: other.totals, seqBreaks: 0, badLines: 0, cuts: 1 })
})

test('a torn line that is cut and followed by others is not glued to them', () => {
  const files = journal()
  files.writeEvents(files.opened(T0), files.orders(4, { timeMs: T0 }))
  const standing = readFileSync(files.eventsFile).length
  const tail = tailOf(files)
  const lost = new TrackerFiles(tempDir()).record(orderPayload(99, { note: 'y'.repeat(3000) }), {
    timeMs: T0,
  })
  files.appendEvents(lost.subarray(0, 2500))
  settle(tail)
  truncateSync(files.eventsFile, standing)
  files.appendEvents(files.opened(T0 + 5), files.orders(8, { timeMs: T0 + 5, first: 4 }))
  expect(settle(tail).state).toMatchObject({ totals: { records: 12 }, badLines: 0, seqBreaks: 0, seq: 14 })
})

test('a torn line that comes again, a little further on, is not glued to its own first half', () => {
  const files = journal()
  files.writeEvents(files.opened(T0), files.orders(4, { timeMs: T0 }))
  const standing = readFileSync(files.eventsFile).length
  const tail = tailOf(files)
  // The place where it is torn looks the same before and after: nothing but the letter y for a long way.
  const payload = orderPayload(99, { note: 'y'.repeat(3000) })
  const torn = new TrackerFiles(tempDir()).record(payload, { timeMs: T0 })
  files.appendEvents(torn.subarray(0, torn.indexOf('yyyy') + 1500))
  settle(tail)
  truncateSync(files.eventsFile, standing)
  files.appendEvents(
    files.opened(T0 + 5),
    files.record(payload, { timeMs: T0 + 5 }),
    files.orders(2, { timeMs: T0 + 5 }),
  )
  expect(settle(tail).state).toMatchObject({ totals: files.totals, badLines: 0, seqBreaks: 0, seq: 9 })
  expect(tail.takeChanges().events.filter(({ sizeBytes }) => sizeBytes === payload.length)).toHaveLength(1)
})

test('rotation by rename: the old file is read to its end, then the new one, as one chain', () => {
  const files = journal()
  files.writeEvents(files.opened(T0), files.orders(5, { timeMs: T0 }))
  const tail = tailOf(files)
  files.appendEvents(files.orders(3, { timeMs: T0, first: 5 }))
  renameSync(files.eventsFile, `${files.eventsFile}.000001`)
  files.writeEvents(files.opened(T0), files.checkpoint(T0), files.orders(2, { timeMs: T0, first: 8 }))
  expect(settle(tail).state).toMatchObject({
    totals: { records: 10 },
    seqBreaks: 0,
    cuts: 0,
    disagreement: null,
  })
})

test('while the name is gone for a moment what was read stays', () => {
  const files = journal()
  files.writeEvents(files.opened(T0), files.orders(5, { timeMs: T0 }))
  const tail = tailOf(files)
  renameSync(files.eventsFile, `${files.eventsFile}.000001`)
  expect(settle(tail).state).toMatchObject({ totals: { records: 5 }, file: { state: 'missing' } })
  files.writeEvents(files.opened(T0), files.orders(1, { timeMs: T0 }))
  expect(settle(tail).state).toMatchObject({ totals: { records: 6 }, file: { state: 'open' } })
})

test('when files in between were missed, the checkpoint of the newest one makes the totals right again', () => {
  const files = journal()
  files.writeEvents(files.opened(T0), files.orders(5, { timeMs: T0 }))
  const tail = tailOf(files)
  files.orders(1000, { timeMs: T0 })
  rmSync(files.eventsFile)
  files.writeEvents(files.opened(T0), files.checkpoint(T0), files.orders(2, { timeMs: T0 }))
  expect(settle(tail).state).toMatchObject({ totals: { records: 1007 }, totalsFromSeq: 1 })
})

test('another journal under the same name is counted anew', () => {
  const files = journal()
  files.writeEvents(files.opened(T0), files.orders(50, { timeMs: T0 }))
  const tail = tailOf(files)
  tail.takeChanges()
  const other = new TrackerFiles(tempDir())
  rmSync(files.eventsFile)
  writeFileSync(files.eventsFile, Buffer.concat([other.opened(T0), other.orders(2, { timeMs: T0 })]))
  expect(settle(tail).state).toMatchObject({ totals: { records: 2 }, seq: 3 })
  const { isFresh, events } = tail.takeChanges()
  expect({ isFresh, rows: events.length }).toEqual({ isFresh: true, rows: 3 })
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
  expect(tail.takeChanges()).toEqual({ buckets: [], events: [], isFresh: false })
})

test('a clean stop is known as long as nothing follows it', () => {
  const files = journal()
  files.writeEvents(files.opened(T0), files.closed(T0 + 10))
  const tail = tailOf(files)
  expect(tail.state.closedAtMs).toBe(T0 + 10)
  files.appendEvents(files.opened(T0 + 20))
  expect(settle(tail).state.closedAtMs).toBeNull()
})
