import { expect, test } from 'vitest'
import { readSeekTable, writeSeekTable } from '../../../../../src/shared/journal/sealed/seek-table.js'

const FRAMES = [
  { bytes: 3, textBytes: 10 },
  { bytes: 4, textBytes: 20 },
]
/** Written by hand from the format's description. */
const TABLE = '5e2a4d18 19000000 03000000 0a000000 04000000 14000000 02000000 00 b1ea928f'.replaceAll(' ', '')

const framesOf = (file: Buffer): unknown => readSeekTable(file.length, (from, to) => file.subarray(from, to))
const file = (table: Buffer, frameBytes = 7): Buffer => Buffer.concat([Buffer.alloc(frameBytes, 1), table])

test('the table is written as the format says', () => {
  expect(writeSeekTable(FRAMES).toString('hex')).toBe(TABLE)
})

test('the table tells where frames and their text stand', () => {
  expect(framesOf(file(Buffer.from(TABLE, 'hex')))).toEqual([
    { at: 0, bytes: 3, textAt: 0, textBytes: 10 },
    { at: 3, bytes: 4, textAt: 10, textBytes: 20 },
  ])
  expect(framesOf(writeSeekTable([]))).toEqual([])
})

test('a table with checksums is read as well', () => {
  const table = Buffer.from(
    '5e2a4d18 15000000 07000000 0a000000 ffffffff 01000000 80 b1ea928f'.replaceAll(' ', ''),
    'hex',
  )
  expect(framesOf(file(table))).toEqual([{ at: 0, bytes: 7, textAt: 0, textBytes: 10 }])
})

test.each([
  ['frames that do not fill the file', file(Buffer.from(TABLE, 'hex'), 8)],
  ['a byte of it missing', file(Buffer.from(TABLE, 'hex')).subarray(0, -1)],
  ['more frames than there is room for', Buffer.from('000000000000000000000000ffffff0f00b1ea928f', 'hex')],
  ['reserved bits', file(Buffer.from(TABLE.replace(/00b1ea928f$/, '04b1ea928f'), 'hex'))],
  ['another magic in front', file(Buffer.from(TABLE.replace('5e2a', '5f2a'), 'hex'))],
  ['nothing', Buffer.alloc(0)],
])('with %s it is no table', (_, bytes) => {
  expect(framesOf(bytes)).toBeNull()
})
