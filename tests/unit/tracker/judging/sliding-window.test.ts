import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SlidingWindow } from '../../../../src/tracker/judging/sliding-window.js'

const WINDOW_BYTES = 200_000
const BYTES = Buffer.from(Uint8Array.from({ length: 1_000_000 }, (_, at) => (at * 31) >> 4))

test('what is asked for stands where it is told, whichever part was asked for before', () => {
  const memory = Buffer.alloc(WINDOW_BYTES)
  const window = new SlidingWindow(memory)
  const part = fc.tuple(fc.nat(BYTES.length), fc.nat(WINDOW_BYTES))
  fc.assert(
    fc.property(fc.array(part), fc.boolean(), (parts, isAscending) => {
      window.begin(BYTES)
      if (isAscending) parts.sort(([one], [other]) => one - other)
      for (const [start, length] of parts) {
        const end = Math.min(start + length, BYTES.length)
        const at = window.place(start, end)
        expect(memory.subarray(at, at + end - start).equals(BYTES.subarray(start, end))).toBe(true)
      }
    }),
  )
})

test('what is longer than the window is told to have no place, and the rest keeps its own', () => {
  const memory = Buffer.alloc(WINDOW_BYTES)
  const window = new SlidingWindow(memory)
  window.begin(BYTES)
  expect(window.place(7, 9)).toBe(0)
  expect(window.place(9, 9 + WINDOW_BYTES)).toBe(0)
  expect(window.place(10, 11 + WINDOW_BYTES)).toBe(-1)
  expect(window.place(19, 29)).toBe(10)
  expect(memory.subarray(10, 20).equals(BYTES.subarray(19, 29))).toBe(true)
})

test('other bytes are shown as soon as they begin', () => {
  const memory = Buffer.alloc(WINDOW_BYTES)
  const window = new SlidingWindow(memory)
  window.begin(Buffer.from('first'))
  expect(window.place(0, 5)).toBe(0)
  window.begin(Buffer.from('other'))
  expect(window.place(2, 5)).toBe(0)
  expect(memory.toString('utf8', 0, 3)).toBe('her')
})
