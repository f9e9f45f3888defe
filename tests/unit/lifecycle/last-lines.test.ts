import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lastLines } from '../../../src/lifecycle/last-lines.js'
import { tempDir } from '../../support/temp-dir.js'

test('gives the last lines, indented, blank ones left out', () => {
  const file = join(tempDir(), 'kafka.log')
  writeFileSync(file, 'one\ntwo\n\nthree\n')
  expect(lastLines(file, 2)).toBe('  two\n  three')
})

test('shows an escape sequence instead of sending it', () => {
  const file = join(tempDir(), 'kafka.log')
  writeFileSync(file, 'a\u001b[31mb\n')
  expect(lastLines(file, 2)).toBe('  a\\x1b[31mb')
})

test('says so where there is nothing', () => {
  expect(lastLines(join(tempDir(), 'none'), 3)).toBe('  (nothing)')
})

test('never reads more than the end of a large file', () => {
  const file = join(tempDir(), 'kafka.log')
  writeFileSync(file, `${'x'.repeat(1_000_000)}\nend\n`)
  expect(lastLines(file, 5).length).toBeLessThan(5_000)
  expect(lastLines(file, 1)).toBe('  end')
})
