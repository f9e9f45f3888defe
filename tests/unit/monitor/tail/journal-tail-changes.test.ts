/** The tail on real files: what it makes of a journal that comes late, is cut, rotated or replaced. */
import { chmodSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
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
