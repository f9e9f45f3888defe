/** Where a plot puts its points. */
import { expect, test } from 'vitest'
import { linePlot } from '../../../bench/plot.js'

const line = (...values: number[]) => ({
  name: 'drain',
  points: values.map((value, index) => ({ size: 1_000 * 10 ** index, value })),
})
const circles = (svg: string): { x: number; y: number }[] =>
  [...svg.matchAll(/<circle cx="(\d+)" cy="(\d+)"/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) }))

test('sizes a factor apart are as far from each other, and equal values as high', () => {
  const [first, second, third] = circles(linePlot({ title: 't', lines: [line(1, 1, 2)], band: 1.2 }))
  expect(third!.x - second!.x).toBe(second!.x - first!.x)
  expect(second!.x).toBeGreaterThan(first!.x)
  expect(second!.y).toBe(first!.y)
  expect(third!.y).toBeLessThan(second!.y)
})

test('a value within the band is drawn within it, and one above it above', () => {
  const svg = linePlot({ title: 't', lines: [line(1, 1.3)], band: 1.2 })
  const bandTop = Number(/<rect x="\d+" y="(\d+)"/.exec(svg)?.[1])
  const [within, above] = circles(svg)
  expect(within!.y).toBeGreaterThan(bandTop)
  expect(above!.y).toBeLessThan(bandTop)
})

test('each line has its name beside it', () => {
  expect(linePlot({ title: 't', lines: [line(1, 1)], band: 1.2 })).toContain('>drain</text>')
})
