/** The part of a page that a bench replaces, and what it leaves alone. */
import { expect, test } from 'vitest'
import { replacePart } from '../../../bench/report.js'

const PAGE =
  'before\n<!-- bench:a -->\nold\n<!-- /bench:a -->\nbetween\n<!-- bench:b -->\n<!-- /bench:b -->\nafter\n'

test('one part is replaced, and prose and other parts stay', () => {
  const once = replacePart(PAGE, 'a', '| new $& |')
  expect(once).toBe(PAGE.replace('old', () => '| new $& |'))
  expect(replacePart(replacePart(once, 'b', 'x'), 'b', 'y')).toContain('-->\ny\n<!--')
})

test('a page without the part is refused, never appended to', () => {
  expect(() => replacePart(PAGE, 'c', 'x')).toThrow('<!-- bench:c -->')
  expect(() => replacePart('<!-- /bench:a --> <!-- bench:a -->', 'a', 'x')).toThrow('bench:a')
})
