/** The checker that nobody has to trust us for: standard Python, written from docs/formats.md. */
import { spawnSync } from 'node:child_process'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { journalFiles } from '../../../src/shared/journal/names.js'
import { openJournal, record, records } from '../../support/journal-records.js'
import { readJournal } from '../../support/oracle.js'
import { tempDir } from '../../support/temp-dir.js'

const CHECKER = 'docs/verify.py'

function check(...args: string[]): { exit: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync('python3', [CHECKER, ...args], { encoding: 'utf8' })
  return { exit: status, said: stdout + stderr }
}

/** A sealed and an open file, with payloads that parsers stumble over. */
async function journal(): Promise<string> {
  const eventsFile = join(tempDir(), 'tracker.events')
  const writer = await openJournal(eventsFile)
  await writer.enterCluster('A', [])
  await writer.append(records(0, 2))
  await writer.rotate()
  await writer.append([
    record(3, { value: `{"a":${'9'.repeat(5_000)},"a":1e999}` }),
    record(4, { value: '{"a":"\\ud800","hash":"x"}' }),
    record(5, { value: null }),
  ])
  await writer.close()
  return eventsFile
}

test('it has at most 80 lines', () => {
  expect(readFileSync(CHECKER, 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(80)
})

test('a journal stands, whole and from a later file on', async () => {
  const eventsFile = await journal()
  expect(check(...journalFiles(eventsFile))).toEqual({ exit: 0, said: 'OK\n' })
  expect(check(eventsFile)).toEqual({ exit: 0, said: 'OK\n' })
})

test('files in the wrong order, and a file that is missing between others, are named', async () => {
  const eventsFile = await journal()
  const [sealed = ''] = journalFiles(eventsFile)
  expect(check(eventsFile, sealed)).toMatchObject({
    exit: 1,
    said: expect.stringContaining(`${sealed}: line 1 `),
  })
})

test('heads that are kept elsewhere find a journal that was cut or rewritten', async () => {
  const eventsFile = await journal()
  const lines = readJournal(eventsFile)
  const head = lines[5]
  expect(check('--head', `6:${head?.hash}`, ...journalFiles(eventsFile))).toMatchObject({ exit: 0 })
  expect(check('--head', `6:${'0'.repeat(64)}`, ...journalFiles(eventsFile))).toMatchObject({
    exit: 1,
    said: expect.stringContaining('has another hash than the head'),
  })
  expect(check('--head', `99:${head?.hash}`, ...journalFiles(eventsFile))).toMatchObject({
    exit: 1,
    said: expect.stringContaining(`ends at seq ${lines.length}, but a head of seq 99`),
  })
})

test('a changed byte is named with its file and line; no arguments say how it is used', async () => {
  const eventsFile = await journal()
  const [sealed = ''] = journalFiles(eventsFile)
  chmodSync(sealed, 0o600)
  writeFileSync(sealed, readFileSync(sealed, 'utf8').replace('espresso', 'espressO'))
  expect(check(...journalFiles(eventsFile))).toMatchObject({
    exit: 1,
    said: expect.stringMatching(/000001: line \d+ has a hash/),
  })
  expect(check()).toMatchObject({ exit: 2, said: expect.stringContaining('usage: verify.py') })
})
