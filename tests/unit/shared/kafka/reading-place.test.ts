import { expect, test } from 'vitest'
import { BATCH_HEADER_BYTES } from '../../../../src/shared/kafka/batch-layout.js'
import type { FetchedPartition } from '../../../../src/shared/kafka/internals.js'
import { ReadingPlace } from '../../../../src/shared/kafka/reading-place.js'
import { RecordBatch } from '../../../../src/shared/kafka/record-batch.js'
import { batchContext } from '../../../support/batch-context.js'

/** Batches of one record each. */
const fetched = (offsets: number[], end: number, controls: number[] = []): FetchedPartition => ({
  partition: 0,
  errorCode: 0,
  highWatermark: String(end),
  lastStableOffset: String(end),
  messages: offsets.map((offset) => ({ ...batchAt(offset), isControlRecord: controls.includes(offset) })),
})

function batchAt(offset: number) {
  const batch = new RecordBatch()
  batch.append({ key: null, value: null, headers: [], timestamp: 0 }, 64)
  const context = batchContext({ firstOffset: `${offset}` })
  const bytes = Buffer.from(batch.seal({ producerId: 1n, epoch: 0 }, 0).subarray(BATCH_HEADER_BYTES))
  return { offset, context, count: 1, bytes, problem: null, ownsMemory: false }
}

const place = (next: number, stop?: number) => new ReadingPlace({ topic: 't', partition: 0 }, next, stop)
const offsetsOf = (batch: { records: { offset: number }[] } | null) =>
  batch?.records.map(({ offset }) => offset) ?? null

test('records below what was asked for are left out: a compressed batch comes whole', () => {
  const at = place(5)
  const batch = at.accept(fetched([3, 4, 5, 6], 7), { asked: 5, isAlone: true })
  expect(offsetsOf(batch)).toEqual([5, 6])
  expect([at.next, at.isDone]).toEqual([7, false])
})

test('control records count for the position alone', () => {
  const at = place(0)
  expect(at.accept(fetched([0, 1, 2], 3, [2]), { asked: 0, isAlone: true })).toMatchObject({
    next: 3,
    end: 3,
  })
  expect(offsetsOf(at.accept(fetched([3], 4, [3]), { asked: 3, isAlone: true }))).toEqual([])
  expect(at.next).toBe(4)
})

test('what another fetch brought already is not taken twice', () => {
  const at = place(0)
  at.accept(fetched([0, 1], 2), { asked: 0, isAlone: true })
  expect(at.accept(fetched([0, 1], 2), { asked: 0, isAlone: true })).toBeNull()
  expect(at.next).toBe(2)
})

test('nothing from the stop on is taken, and the place is done there', () => {
  const at = place(0, 2)
  expect(offsetsOf(at.accept(fetched([0, 1, 2, 3], 4), { asked: 0, isAlone: true }))).toEqual([0, 1])
  expect(at.isDone).toBe(true)
})

test('an empty answer before the end is asked for alone, and passed over only when it is empty then too', () => {
  const at = place(4)
  at.accept(fetched([], 9), { asked: 4, isAlone: false })
  expect([at.next, at.isHollow]).toEqual([4, true])
  at.accept(fetched([], 9), { asked: 4, isAlone: false })
  expect(at.next).toBe(4)
  at.accept(fetched([], 9), { asked: 4, isAlone: true })
  expect([at.next, at.isHollow]).toEqual([5, true])
  at.accept(fetched([8], 9), { asked: 5, isAlone: true })
  expect([at.next, at.isHollow]).toEqual([9, false])
})

test('an empty answer at the end is only an end', () => {
  const at = place(9)
  at.accept(fetched([], 9), { asked: 9, isAlone: true })
  expect([at.next, at.isHollow]).toEqual([9, false])
})
