import { existsSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { LogEntry } from '../../../../src/shared/contract/log-entry.js'
import { openLogger } from '../../../../src/shared/runtime/logger.js'
import { tempDir } from '../../../support/temp-dir.js'

const entries = (file: string): LogEntry[] =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as LogEntry)

test('a line has the documented fields, and error and metadata only where given', () => {
  const file = join(tempDir(), 'logs', 'tracker.log')
  const log = openLogger({ service: 'order-tracker', file, level: 'info' })
  log.info('hello', { kind: 'tracker.started' })
  log.error('it broke', { kind: 'tracker.failed', error: new Error('why'), metadata: { n: 1 } })
  expect(entries(file)[0]).toEqual({
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    level: 'info',
    service: 'order-tracker',
    kind: 'tracker.started',
    message: 'hello',
  })
  expect(entries(file)[1]).toMatchObject({
    level: 'error',
    kind: 'tracker.failed',
    message: 'it broke',
    error: 'why',
    metadata: { n: 1 },
  })
  expect(statSync(file).mode & 0o777).toBe(0o640)
})

test('lines below the level are not written', () => {
  const file = join(tempDir(), 'tracker.log')
  const log = openLogger({ service: 's', file, level: 'warn' })
  log.debug('a', { kind: 'k' })
  log.info('b', { kind: 'k' })
  log.warn('c', { kind: 'k' })
  log.error('d', { kind: 'k' })
  expect(entries(file).map(({ message }) => message)).toEqual(['c', 'd'])
})

test('each line is in the file when the call returns, and a text with line breaks stays one line', () => {
  const file = join(tempDir(), 'tracker.log')
  const log = openLogger({ service: 's', file, level: 'info' })
  for (let line = 1; line <= 50; line += 1) {
    log.info(`line ${line}\nand more \u001b[31m`, { kind: 'k' })
    expect(entries(file)).toHaveLength(line)
  }
})

test('after a rename and reopen lines go to a new file of the name, and none is lost', () => {
  const file = join(tempDir(), 'tracker.log')
  const log = openLogger({ service: 's', file, level: 'info' })
  log.info('before', { kind: 'k' })
  renameSync(file, `${file}.1`)
  log.info('between', { kind: 'k' })
  expect(existsSync(file)).toBe(false)
  log.reopen()
  log.info('after', { kind: 'k' })
  expect(entries(`${file}.1`).map(({ message }) => message)).toEqual(['before', 'between'])
  expect(entries(file).map(({ message }) => message)).toEqual(['after'])
})

test('a log that cannot be written stops nobody, and what is dropped is counted', () => {
  const log = openLogger({ service: 's', file: '/dev/full', level: 'info' })
  for (let line = 1; line <= 900; line += 1) log.info('x'.repeat(1_000), { kind: 'k' })
  expect(log.droppedTotal()).toBe(0)
  for (let line = 1; line <= 1_000; line += 1) log.info('x'.repeat(1_000), { kind: 'k' })
  // A MiB is held, which is a thousand of these lines or a few less.
  expect(log.droppedTotal()).toBeGreaterThan(880)
  expect(log.droppedTotal()).toBeLessThan(1_000)
})

test('a name that cannot be opened again is told, and lines go on to the old file', () => {
  const dir = tempDir()
  const file = join(dir, 'tracker.log')
  const log = openLogger({ service: 's', file, level: 'info' })
  renameSync(file, join(dir, 'old.log'))
  mkdirSync(file)
  log.reopen()
  log.info('after', { kind: 'k' })
  expect(entries(join(dir, 'old.log')).map(({ kind }) => kind)).toEqual(['log.reopen_failed', 'k'])
})
