/** The tail on a journal of several files: nothing lost, nothing twice, whatever happens between two looks. */
import { chmodSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { JournalTail } from '../../../../src/monitor/tail/journal-tail.js'
import { compressSealed } from '../../../../src/shared/journal/sealed/compress.js'
import { tempDir } from '../../../support/temp-dir.js'
import { TrackerFiles } from '../../../support/tracker-files.js'

const T0 = Date.parse('2026-11-21T02:15:00.000Z')

/** Reads until there is nothing more to read. */
function settle(tail: JournalTail): JournalTail {
  while (tail.step());
  return tail
}

const tailOf = (files: TrackerFiles): JournalTail => settle(new JournalTail(files.eventsFile))
const seqsOf = (tail: JournalTail): number[] => tail.takeChanges().events.map(({ seq }) => seq)

/** Three sealed files and an open one, ten orders in each. */
function fourFiles(): TrackerFiles {
  const files = new TrackerFiles(tempDir())
  files.writeEvents(files.opened(T0), files.orders(10, { timeMs: T0 }))
  for (let part = 1; part <= 3; part += 1) {
    files.rotate(T0 + part * 1000)
    files.appendEvents(files.orders(10, { timeMs: T0 + part * 1000, first: part * 10 }))
  }
  return files
}

test('several rotations between two looks: the files in between are read too, each line once', () => {
  const files = new TrackerFiles(tempDir())
  files.writeEvents(files.opened(T0), files.orders(5, { timeMs: T0 }))
  const tail = tailOf(files)
  expect(seqsOf(tail)).toEqual([1, 2, 3, 4, 5, 6])
  files.appendEvents(files.orders(2, { timeMs: T0, first: 5 }))
  for (let part = 0; part < 3; part += 1) {
    files.rotate(T0)
    files.appendEvents(files.orders(2, { timeMs: T0, first: 7 + part * 2 }))
  }
  expect(settle(tail).state).toMatchObject({ totals: files.totals, seq: files.seq, seqBreaks: 0, cuts: 0 })
  // Checkpoints are not worth a row: 9 and 10 begin the second file, of which 10 is one.
  expect(seqsOf(tail)).toEqual([7, 8, 9, 11, 12, 13, 15, 16, 17, 19, 20])
  expect(tail.state).toMatchObject({ disagreement: null, tampers: [], sealedFiles: 3 })
})

test('a journal of several files is counted whole, with the history of its sealed files', () => {
  const files = fourFiles()
  const tail = tailOf(files)
  expect(tail.state).toMatchObject({ totals: files.totals, totalsFromSeq: 1, seq: files.seq, progress: 1 })
  const { buckets, events } = tail.takeChanges()
  expect(buckets.map(({ second, records }) => [second - T0 / 1000, records])).toEqual([
    [0, 10],
    [1, 10],
    [2, 10],
    [3, 10],
  ])
  expect(events.filter(({ kind }) => kind === 'accepted')).toHaveLength(40)
  expect(tail.state.bucketsFromSecond).toBe(T0 / 1000)
})

test('where the oldest files were removed the checkpoint of the next one counts for them', () => {
  const files = fourFiles()
  rmSync(`${files.eventsFile}.000001`)
  expect(tailOf(files).state).toMatchObject({ totals: files.totals, totalsFromSeq: 1, tampers: [] })
})

test('a rotation that stopped half way leaves sealed files: they are shown, and the open one when it comes', () => {
  const files = fourFiles()
  const open = readFileSync(files.eventsFile)
  rmSync(files.eventsFile)
  const tail = tailOf(files)
  expect(tail.state).toMatchObject({ totals: { records: 30 }, file: { state: 'missing' } })
  writeFileSync(files.eventsFile, open)
  expect(settle(tail).state).toMatchObject({ totals: files.totals, seqBreaks: 0, file: { state: 'open' } })
})

test('a sealed file that is written to is told, once, and so is one that is gone from the middle', () => {
  const files = fourFiles()
  const tail = tailOf(files)
  tail.checkSealed()
  expect(tail.state.tampers).toEqual([])
  const second = `${files.eventsFile}.000002`
  const bytes = readFileSync(second)
  bytes[bytes.length - 100] = 0x41
  writeFileSync(second, bytes)
  utimesSync(second, new Date(T0), new Date(T0))
  tail.checkSealed()
  tail.checkSealed()
  expect(tail.state.tampers).toEqual([{ id: 1, text: 'sealed file tracker.events.000002 was written to' }])
  rmSync(second)
  tail.checkSealed()
  expect(tail.state.tampers.at(-1)).toEqual({ id: 2, text: 'sealed file tracker.events.000002 is gone' })
})

test('housekeeping is no finding: read-only, compressed, or the oldest ones removed', () => {
  const files = fourFiles()
  const tail = tailOf(files)
  chmodSync(`${files.eventsFile}.000003`, 0o400)
  rmSync(`${files.eventsFile}.000001`)
  compressSealed(`${files.eventsFile}.000002`)
  tail.checkSealed()
  expect(tail.state.tampers).toEqual([])
})

test('durable lines that are gone, or others in their place, are told; provisional ones are not', () => {
  const files = new TrackerFiles(tempDir())
  files.writeEvents(files.opened(T0), files.orders(10, { timeMs: T0 }))
  const standing = readFileSync(files.eventsFile)
  const tail = tailOf(files)
  files.appendEvents(files.orders(5, { timeMs: T0, first: 10 }))
  settle(tail)
  writeFileSync(files.eventsFile, standing)
  expect(settle(tail).state).toMatchObject({ cuts: 1, tampers: [] })

  const durable = new TrackerFiles(tempDir())
  durable.writeEvents(durable.opened(T0), durable.orders(10, { timeMs: T0 }))
  const watching = tailOf(durable)
  watching.claim({ timeMs: T0 + 1, seq: 11, hash: durable.hash, totals: durable.totals })
  const whole = readFileSync(durable.eventsFile)
  writeFileSync(durable.eventsFile, whole.subarray(0, whole.lastIndexOf(0x0a, whole.length - 2) + 1))
  expect(settle(watching).state.tampers).toEqual([
    { id: 1, text: 'lines 11 to 11 were durable and are gone' },
  ])
})

test('another journal put in the place of one that was durable is told', () => {
  const files = new TrackerFiles(tempDir())
  files.writeEvents(files.opened(T0), files.orders(10, { timeMs: T0 }))
  const tail = tailOf(files)
  tail.claim({ timeMs: T0 + 1, seq: 11, hash: files.hash, totals: files.totals })
  const other = new TrackerFiles(tempDir())
  rmSync(files.eventsFile)
  const lines = [other.opened(T0), other.orders(30, { timeMs: T0, first: 100 })]
  writeFileSync(files.eventsFile, Buffer.concat(lines))
  expect(settle(tail).state.tampers).toEqual([{ id: 1, text: 'line 11 was durable and is another now' }])
})
