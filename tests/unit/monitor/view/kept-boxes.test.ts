/** Rows keep their boxes, and new ones take over those that are free. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { boxKeys } from '../../../../src/monitor/view/kept-boxes.js'

test('a row that comes takes the box of the one that has gone', () => {
  const first = boxKeys(new Map(), ['a', 'b', 'c'])
  expect([...first]).toEqual([
    ['a', 0],
    ['b', 1],
    ['c', 2],
  ])
  expect([...boxKeys(first, ['b', 'c', 'd'])]).toEqual([
    ['b', 1],
    ['c', 2],
    ['d', 0],
  ])
  expect([...boxKeys(first, ['x', 'y', 'z']).values()]).toEqual([0, 1, 2])
})

test('whatever lists follow each other, rows that stay keep their boxes and no two share one', () => {
  const lists = fc.array(fc.uniqueArray(fc.constantFrom(...'abcdefghijkl')), { maxLength: 8 })
  fc.assert(
    fc.property(lists, (all) => {
      let before: ReadonlyMap<string, number> = new Map()
      let boxes = 0
      for (const names of all) {
        const keys = boxKeys(before, names)
        expect([...keys.keys()]).toEqual(names)
        expect(new Set(keys.values()).size).toBe(names.length)
        for (const name of names) if (before.has(name)) expect(keys.get(name)).toBe(before.get(name))
        boxes = Math.max(boxes, names.length)
        expect(Math.max(-1, ...keys.values())).toBeLessThan(boxes)
        before = keys
      }
    }),
  )
})
