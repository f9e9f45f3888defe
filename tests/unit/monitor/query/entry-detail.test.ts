/** A line read again from its file when a person wants to see all of it. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readDetail } from '../../../../src/monitor/query/entry-detail.js'
import { JournalTail } from '../../../../src/monitor/tail/journal-tail.js'
import { tempDir } from '../../../support/temp-dir.js'
import { orderPayload, TrackerFiles } from '../../../support/tracker-files.js'

const T0 = Date.parse('2026-11-21T02:15:00.000Z')

function tailOf(files: TrackerFiles): JournalTail {
  const tail = new JournalTail(files.eventsFile)
  while (tail.step());
  return tail
}

test('a record is given with its hash, times, key and payload as they stand in the line', () => {
  const files = new TrackerFiles(tempDir())
  files.writeEvents(files.opened(T0), files.orders(3, { timeMs: T0 }))
  const [, , row] = tailOf(files).takeChanges().events
  if (!row) throw new Error('no row')
  const line = readFileSync(files.eventsFile, 'utf8').split('\n')[2] ?? ''
  expect(readDetail(files.eventsFile, row.at)).toEqual({
    seq: 3,
    hash: line.slice(-66, -2),
    timestamp: '2026-11-21T02:15:00.000Z',
    kafkaTimestamp: '2026-11-21T02:14:59.997Z',
    key: 'key-0',
    isKeyBase64: false,
    headers: [],
    payload: orderPayload(1).toString(),
    payloadForm: 'order_full',
    lineBytes: line.length,
  })
})

test('what is no UTF-8 is given as base64, a line of megabytes with the start of its payload', () => {
  const files = new TrackerFiles(tempDir())
  files.writeEvents(
    files.opened(T0),
    files.record(Buffer.from([0xff, 0xfe]), { timeMs: T0 }),
    files.record(orderPayload(0, { note: 'x'.repeat(3_000_000) }), { timeMs: T0 }),
  )
  const tail = tailOf(files)
  const [, bytes, long] = tail.takeChanges().events
  expect(tail.detail(bytes!.at)).toMatchObject({ payloadForm: 'raw_base64', payload: '"//4="' })
  expect(tail.detail(long!.at)?.payload.length).toBe(64 * 1024)
})

test('a line is found again after its file was sealed, and not taken from another file in its place', () => {
  const files = new TrackerFiles(tempDir())
  files.writeEvents(files.opened(T0), files.orders(3, { timeMs: T0 }))
  const tail = tailOf(files)
  const [, first] = tail.takeChanges().events
  const sealed = files.rotate(T0)
  expect(tail.detail(first!.at)?.seq).toBe(2)
  while (tail.step());
  expect(tail.detail(first!.at)?.seq).toBe(2)
  renameSync(sealed, `${sealed}-away`)
  expect(tail.detail(first!.at)).toBeNull()
  const other = new TrackerFiles(tempDir())
  other.orders(9, { timeMs: T0 })
  rmSync(files.eventsFile)
  writeFileSync(files.eventsFile, Buffer.concat([other.opened(T0), other.orders(9, { timeMs: T0 })]))
  expect(readDetail(files.eventsFile, first!.at)).toBeNull()
})
