import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exists, readTextIfAny, replaceFile, syncDirectory } from '../../../../src/shared/runtime/files.js'
import { tempDir } from '../../../support/temp-dir.js'

test('a file is replaced as a whole, for its owner alone, and nothing stays beside it', () => {
  const dir = tempDir()
  const file = join(dir, 'state.json')
  replaceFile(file, 'first')
  replaceFile(file, 'the second, é')
  expect(readFileSync(file, 'utf8')).toBe('the second, é')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readdirSync(dir)).toEqual(['state.json'])
})

test('a file that cannot be replaced stays as it was', () => {
  const dir = tempDir()
  const file = join(dir, 'state')
  mkdirSync(file)
  expect(() => replaceFile(file, 'text')).toThrow()
  expect(statSync(file).isDirectory()).toBe(true)
})

test('only a missing file reads as none', () => {
  const dir = tempDir()
  writeFileSync(join(dir, 'empty'), '')
  expect(readTextIfAny(join(dir, 'nowhere'))).toBeNull()
  expect(readTextIfAny(join(dir, 'empty'))).toBe('')
  expect(() => readTextIfAny(dir)).toThrow('EISDIR')
})

test('a folder that is not there cannot be synced', () => {
  expect(() => syncDirectory(join(tempDir(), 'nowhere'))).toThrow('ENOENT')
})

test('what the system cannot tell is not taken for missing', () => {
  const folder = tempDir()
  expect(exists(folder)).toBe(true)
  expect(exists(join(folder, 'nothing'))).toBe(false)
  expect(() => exists(join(folder, 'x'.repeat(300)))).toThrow('ENAMETOOLONG')
})
