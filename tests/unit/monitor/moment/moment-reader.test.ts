/**
 * The past is what a reader would have seen who began at the first line and stopped there: with the index, without it,
 * and with one that is wrong.
 */
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BusinessFold } from '../../../../src/monitor/business/business-fold.js'
import { SCOPES } from '../../../../src/monitor/business/report.js'
import { IndexStore } from '../../../../src/monitor/index/index-store.js'
import { JournalIndex } from '../../../../src/monitor/index/journal-index.js'
import { MomentReader } from '../../../../src/monitor/moment/moment-reader.js'
import type { Target } from '../../../../src/monitor/moment/target.js'
import { readJournalEntry } from '../../../../src/monitor/tail/entry-reader.js'
import { eventRow } from '../../../../src/monitor/tail/event-row.js'
import { JournalFold } from '../../../../src/monitor/tail/journal-fold.js'
import { REJECTIONS_MAX, ROWS_MAX } from '../../../../src/monitor/tail/protocol.js'
import { isRecordEntry } from '../../../../src/shared/contract/journal-entry.js'
import { journalFiles } from '../../../../src/shared/journal/names.js'
import { compressSealed } from '../../../../src/shared/journal/sealed/compress.js'
import { withText } from '../../../../src/shared/journal/sealed/text-file.js'
import { plans, PLAN_START_MS as T0, writePlan } from '../../../support/journal-plans.js'
import { openJournal, record } from '../../../support/journal-records.js'
import { tempDir } from '../../../support/temp-dir.js'
import { TrackerFiles } from '../../../support/tracker-files.js'

/** The text of a file, plain or compressed. */
function textOf(path: string): string {
  return withText(path, (text) => {
    const bytes = Buffer.alloc(text.textBytes)
    for (let at = 0; at < bytes.length; ) at += text.read(bytes, at, at)
    return bytes.toString()
  })
}

/** From the first line on, line by line, with nothing left out, to the line `lastSeq` or the time `untilMs`. */
function slowReplay(eventsFile: string, { lastSeq = Infinity, untilMs = Infinity }) {
  const fold = new JournalFold(null)
  const business = new BusinessFold()
  const rows = []
  let heldMs = 0
  for (const path of journalFiles(eventsFile)) {
    let offset = 0
    let fileFirstSeq = 0
    for (const text of textOf(path).split('\n').slice(0, -1)) {
      const bytes = Buffer.from(text)
      const at = { fileFirstSeq, offset }
      offset += bytes.length + 1
      const entry = readJournalEntry(bytes)
      if (!entry) continue
      if (fileFirstSeq === 0) fileFirstSeq = at.fileFirstSeq = entry.seq
      heldMs = Math.max(heldMs, Date.parse(entry.timestamp))
      if (entry.seq > lastSeq || heldMs > untilMs) return { fold, business, rows }
      fold.add(entry, null)
      if (isRecordEntry(entry)) business.add(entry, heldMs)
      const isQuiet = ['journal.checkpoint', 'journal.cluster'].includes(entry.event_type)
      if (!isQuiet) rows.push(eventRow(entry, { bytes, at }))
    }
  }
  return { fold, business, rows }
}

const indexOf = (eventsFile: string, folder: string): JournalIndex =>
  new JournalIndex(eventsFile, new IndexStore(eventsFile, [folder]))

function built(eventsFile: string, folder: string): JournalIndex {
  const index = indexOf(eventsFile, folder)
  while (index.step());
  return index
}

function expectSame(reader: MomentReader, eventsFile: string, target: Target, isIndexed: boolean): void {
  const limit =
    target.kind === 'time' ? { untilMs: target.timeMs } : { lastSeq: (target as { seq: number }).seq }
  const { fold, business, rows } = slowReplay(eventsFile, limit)
  const slowBuckets = fold.takeChanges().buckets
  for (const scope of SCOPES) {
    const moment = reader.read({ target, scope })
    const { journal, buckets, events, rejections } = moment?.tail ?? {}
    expect(moment?.seq).toBe(fold.seq)
    expect(journal).toMatchObject({
      totals: fold.totals,
      totalsFromSeq: 1,
      hash: fold.hash,
      timeMaxMs: fold.timeMaxMs,
      checkpoint: fold.checkpoint,
      closedAtMs: fold.closedAtMs,
    })
    expect(events).toEqual(rows.slice(-ROWS_MAX))
    if (!isIndexed) continue
    expect(journal?.bucketsFromSecond).toBe(fold.bucketsFromSecond)
    expect(buckets).toEqual(slowBuckets)
    expect(rejections).toEqual(rows.filter(({ kind }) => kind === 'rejected').slice(-REJECTIONS_MAX))
    expect(moment?.business).toMatchObject({ isComplete: true, seq: fold.seq, fromSeq: 1 })
    expect(moment?.business?.report).toEqual(business.report(scope, moment?.timeMs ?? 0))
  }
}

describe('a moment of the past', () => {
  test('equals a replay from the first line, whether the index knows what lies before or not', () => {
    fc.assert(
      fc.property(
        plans,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 4 }),
        (plan, points) => {
          const dir = tempDir()
          const files = new TrackerFiles(dir)
          writePlan(files, plan)
          const { fold } = slowReplay(files.eventsFile, {})
          const lastMs = fold.timeMaxMs ?? T0
          for (const isIndexed of [false, true]) {
            const folder = join(dir, 'index')
            const index = isIndexed ? built(files.eventsFile, folder) : indexOf(files.eventsFile, folder)
            const reader = new MomentReader(files, index)
            for (const point of points) {
              const seq = 1 + Math.floor(point * (files.seq - 1))
              expectSame(reader, files.eventsFile, { kind: 'seq', seq }, isIndexed)
              const timeMs = Math.floor(T0 + point * (lastMs - T0))
              expectSame(reader, files.eventsFile, { kind: 'time', timeMs }, isIndexed)
            }
            index.close()
          }
        },
      ),
      { numRuns: 8 },
    )
  })

  test('is the same after the index was kept, and extended by another monitor', () => {
    const files = new TrackerFiles(tempDir())
    const folder = tempDir()
    writePlan(files, [
      { do: 'orders', count: 50 },
      { do: 'checkpoint' },
      { do: 'rejected', count: 3 },
      { do: 'rotate' },
    ])
    built(files.eventsFile, folder).close()
    files.appendEvents(files.orders(20, { timeMs: T0 + 9000 }), files.checkpoint(T0 + 9500))
    const index = indexOf(files.eventsFile, folder)
    index.step()
    expect(index.entries.length).toBeGreaterThanOrEqual(3)
    while (index.step());
    expectSame(new MomentReader(files, index), files.eventsFile, { kind: 'seq', seq: files.seq }, true)
    index.close()
  })
})

test('sealed files may be compressed, before the index is made and after', () => {
  const files = new TrackerFiles(tempDir())
  writePlan(files, [
    { do: 'orders', count: 60 },
    { do: 'large' },
    { do: 'rejected', count: 5 },
    { do: 'large' },
    { do: 'large' },
    { do: 'large' },
    { do: 'orders', count: 20 },
    { do: 'rotate' },
    { do: 'orders', count: 9 },
    { do: 'rotate' },
    { do: 'orders', count: 9 },
  ])
  compressSealed(`${files.eventsFile}.000001`)
  const index = built(files.eventsFile, tempDir())
  // Between two checkpoints so far apart a record has an entry.
  expect(index.entries.some(({ seq, checkpoint }) => checkpoint?.seq !== seq)).toBe(true)
  compressSealed(`${files.eventsFile}.000002`)
  const reader = new MomentReader(files, index)
  for (const seq of [3, 60, 64, 70, 75, 90, 95, files.seq]) {
    expectSame(reader, files.eventsFile, { kind: 'seq', seq }, true)
  }
  index.close()
})

describe('a target', () => {
  const story = () => {
    const files = new TrackerFiles(tempDir())
    const orders = files.orders(3, { timeMs: T0 + 1000, stepMs: 1000 })
    files.appendEvents(files.opened(T0), files.checkpoint(T0), orders, files.checkpoint(T0 + 4000))
    files.appendEvents(files.orders(1, { timeMs: T0 + 5000, first: 3 }))
    return { files, reader: new MomentReader(files, indexOf(files.eventsFile, tempDir())) }
  }

  test('before the first line is an empty journal', () => {
    const moment = story().reader.read({ target: { kind: 'time', timeMs: T0 - 1 }, scope: 'all' })
    expect(moment).toMatchObject({ seq: 0, isReached: true, timeMs: T0 - 1 })
    expect(moment?.tail.journal.totals.records).toBe(0)
    expect(moment?.tail.events).toEqual([])
  })

  test('after the last line is not reached, and shows all there is', () => {
    const { reader, files } = story()
    const moment = reader.read({ target: { kind: 'seq', seq: 1000 }, scope: null })
    expect(moment).toMatchObject({ seq: files.seq, isReached: false, business: null })
  })

  test('the next entry passes over lines that have no row', () => {
    const { reader } = story()
    expect(reader.read({ target: { kind: 'after', seq: 5 }, scope: null })?.seq).toBe(7)
    expect(reader.read({ target: { kind: 'after', seq: 3 }, scope: null })?.seq).toBe(4)
    expect(reader.read({ target: { kind: 'after', seq: 7 }, scope: null })?.isReached).toBe(false)
  })

  test('without a journal there is no past', () => {
    const dir = tempDir()
    const files = new TrackerFiles(dir)
    const reader = new MomentReader(files, indexOf(files.eventsFile, dir))
    expect(reader.read({ target: { kind: 'seq', seq: 1 }, scope: null })).toBeNull()
  })

  test('an offset is the record of the newest epoch, or the next one where it is missing', async () => {
    const eventsFile = join(tempDir(), 'tracker.events')
    const journal = await openJournal(eventsFile)
    await journal.append([record(0), record(1), record(2), record(5), record(6)])
    await journal.close()
    const reader = new MomentReader({ eventsFile, logFile: 'none' }, indexOf(eventsFile, tempDir()))
    const at = (offset: number, partition = 0, topic: string | null = null) =>
      reader.read({ target: { kind: 'offset', topic, partition, offset }, scope: null })
    expect(at(1)?.tail.events.at(-1)).toMatchObject({ partition: 0, offset: 1 })
    expect(at(4, 0, 'orders')?.tail.events.at(-1)).toMatchObject({ offset: 5 })
    expect(at(7)?.isReached).toBe(false)
    expect(at(1, 2)?.isReached).toBe(false)
    expect(at(1, 0, 'others')?.isReached).toBe(false)
  })
})

describe('the log at a moment', () => {
  test('tells the nearest earlier metrics, and no line that came later', () => {
    const files = new TrackerFiles(tempDir())
    files.appendEvents(files.opened(T0), files.checkpoint(T0))
    for (let index = 0; index < 400; index += 1) {
      files.appendEvents(files.orders(1, { timeMs: T0 + index * 5000, first: index }))
      files.appendLog(files.metrics(T0 + index * 5000 + 100, { uptime_seconds: index * 5 }))
    }
    files.appendLog(
      Buffer.from('no JSON\n'),
      files.log(T0 + 9e6, { kind: 'x', message: 'late', level: 'error' }),
    )
    const reader = new MomentReader(files, indexOf(files.eventsFile, tempDir()))
    for (const index of [0, 1, 57, 398, 399]) {
      const timeMs = T0 + index * 5000 + 3000
      const { log, logs, errorRows } =
        reader.read({ target: { kind: 'time', timeMs }, scope: null })?.tail ?? {}
      expect(log?.metrics).toMatchObject({
        timeMs: T0 + index * 5000 + 100,
        values: { uptime_seconds: index * 5 },
      })
      expect(logs?.at(-1)?.timeMs).toBe(T0 + index * 5000 + 100)
      expect(errorRows).toEqual([])
    }
    const before = reader.read({ target: { kind: 'time', timeMs: T0 }, scope: null })
    expect(before?.tail.log.metrics).toBeNull()
    const after = reader.read({ target: { kind: 'time', timeMs: T0 + 1e7 }, scope: null })
    expect(after?.tail.errorRows).toMatchObject([{ message: 'late' }])
  })
})
