/** When an append counts as seen. */
import { expect, test } from 'vitest'
import { appendToScreen, receivedOn } from '../../../bench/monitor-screen.js'

test('an append is seen with the first total that counts it, however many come at once', () => {
  const totals = [
    { atMs: 90, received: 7 },
    { atMs: 130, received: 10 },
    { atMs: 250, received: 30 },
  ]
  const appends = [
    { atMs: 100, received: 8 },
    { atMs: 120, received: 10 },
    { atMs: 140, received: 11 },
  ]
  expect(appendToScreen(appends, totals)).toEqual([30, 10, 110])
})

test('an append that no total counts is not seen, and no figure stands for it', () => {
  expect(appendToScreen([{ atMs: 1, received: 9 }], [{ atMs: 5, received: 8 }])).toEqual([Number.NaN])
})

test('the total is read from the row of received records, with its thousands', () => {
  expect(receivedOn('│ received              1,234,567          50.0/s │')).toBe(1_234_567)
  expect(receivedOn('│ received                      –  │\n│ head  seq 12 │')).toBe(null)
})
