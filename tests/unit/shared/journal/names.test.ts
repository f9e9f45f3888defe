import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { journalFiles, realEventsFile, sealedFiles, tornFile } from '../../../../src/shared/journal/names.js'
import { tempDir } from '../../../support/temp-dir.js'

test('sealed files are told by their six digits, oldest first; everything else beside the journal is not part of it', () => {
  const dir = tempDir()
  const eventsFile = join(dir, 'tracker.events')
  for (const suffix of [
    '.000010',
    '.000002.zst',
    '.000001',
    '',
    '.torn-20261121T021537.000Z',
    '.1',
    '.0000011',
    '.new',
  ])
    writeFileSync(eventsFile + suffix, '')
  writeFileSync(join(dir, 'other.events.000001'), '')
  mkdirSync(`${eventsFile}.lock`)
  expect(sealedFiles(eventsFile).map((file) => basename(file))).toEqual([
    'tracker.events.000001',
    'tracker.events.000002.zst',
    'tracker.events.000010',
  ])
  expect(journalFiles(eventsFile).at(-1)).toBe(eventsFile)
})

test('a folder that is not there holds no journal', () => {
  const eventsFile = join(tempDir(), 'nowhere', 'tracker.events')
  expect(journalFiles(eventsFile)).toEqual([])
})

test('a torn tail is named by its time without the characters that some file systems refuse', () => {
  expect(tornFile('/j/tracker.events', new Date('2026-11-21T02:15:37.000Z'))).toBe(
    '/j/tracker.events.torn-20261121T021537.000Z',
  )
})

test('links to the folder and to the file lead to one name', () => {
  const dir = tempDir()
  mkdirSync(join(dir, 'real'))
  symlinkSync(join(dir, 'real'), join(dir, 'folder-link'))
  const real = join(dir, 'real', 'tracker.events')
  expect(realEventsFile(join(dir, 'folder-link', 'tracker.events'))).toBe(real)
  writeFileSync(real, '')
  symlinkSync(real, join(dir, 'file-link.events'))
  expect(realEventsFile(join(dir, 'file-link.events'))).toBe(real)
})
