/**
 * Goal: a journal that does not verify is moved aside whole, and a new chain goes on where the old one was good.
 * Method: real journals of one and of two files, damaged in a line, quarantined, opened again.
 */
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { journalFiles } from '../../../../src/shared/journal/names.js'
import { quarantine } from '../../../../src/shared/journal/quarantine.js'
import { verifyFiles } from '../../../../src/shared/journal/verify.js'
import { openJournal, records } from '../../../support/journal-records.js'
import { readJournal } from '../../../support/oracle.js'
import { tempDir } from '../../../support/temp-dir.js'

const P0 = { topic: 'orders', partition: 0 }
const NOW = new Date('2026-11-21T03:00:00.000Z')

/** Records 0 to 2 in a sealed file and 3 to 9 in the open one. */
async function journal(): Promise<string> {
  const eventsFile = join(tempDir(), 'tracker.events')
  const writer = await openJournal(eventsFile)
  await writer.enterCluster('A', [])
  await writer.append(records(0, 2))
  await writer.rotate()
  await writer.append(records(3, 9))
  await writer.close()
  return eventsFile
}

/** Changes a character of line `number`. */
function damage(file: string, number: number): void {
  chmodSync(file, 0o600)
  const lines = readFileSync(file, 'utf8').split('\n')
  lines[number - 1] =
    lines[number - 1]?.replace('espresso', 'espressO').replace('event_type', 'event_typE') ?? ''
  writeFileSync(file, lines.join('\n'))
}

const run = (eventsFile: string, confirm: boolean) =>
  quarantine(
    { eventsFile, instance: null, writerVersion: '0.0.0', signer: null },
    { now: NOW, confirm, breakLock: false },
  )

test('a journal that verifies is left alone', async () => {
  const eventsFile = await journal()
  const before = readFileSync(eventsFile)
  expect(run(eventsFile, true)).toMatchObject({ found: { bad: null }, folder: null })
  expect(readFileSync(eventsFile).equals(before)).toBe(true)
})

test('without a confirmation nothing is moved', async () => {
  const eventsFile = await journal()
  damage(eventsFile, 5)
  expect(run(eventsFile, false)).toMatchObject({ found: { bad: { line: 5 } }, folder: null })
  expect(journalFiles(eventsFile)).toHaveLength(2)
})

test('a damaged line moves all files aside, and the new chain goes on at the last verified positions', async () => {
  const eventsFile = await journal()
  damage(eventsFile, 5)
  const bytes = journalFiles(eventsFile).map((file) => readFileSync(file))
  const { folder, found } = run(eventsFile, true)
  expect(basename(folder ?? '')).toBe('tracker.events.bad-20261121T030000.000Z')
  expect(readdirSync(folder ?? '').sort()).toEqual(['tracker.events', 'tracker.events.000001'])
  expect(journalFiles(join(folder ?? '', 'tracker.events')).map((file) => readFileSync(file))).toEqual(bytes)

  expect(journalFiles(eventsFile)).toEqual([eventsFile])
  expect(readJournal(eventsFile)[0]).toMatchObject({
    event_type: 'journal.opened',
    seq: 1,
    previous_file: 'tracker.events.bad-20261121T030000.000Z/tracker.events',
    previous_hash: found.state.hash,
  })
  const again = await openJournal(eventsFile)
  expect(again.state.clusterId).toBe('A')
  // Lines 3 and 4 of the open file held offsets 3 and 4.
  expect(again.nextOffset(P0)).toBe(5)
  await again.append(records(5, 9))
  await again.close()
  expect(verifyFiles([eventsFile])).toMatchObject({ bad: null, fromSeq: 1 })
})

test('a journal of which nothing verifies begins anew without positions', async () => {
  const eventsFile = await journal()
  damage(`${eventsFile}.000001`, 1)
  expect(run(eventsFile, true).found).toMatchObject({ lines: 0 })
  expect(readJournal(eventsFile)[0]).toMatchObject({ seq: 1, previous_file: null, previous_hash: null })
  const again = await openJournal(eventsFile)
  expect(again.nextOffset(P0)).toBeNull()
  await again.close()
})

test('a journal that a tracker writes is not touched', async () => {
  const eventsFile = await journal()
  const writer = await openJournal(eventsFile)
  expect(() => run(eventsFile, true)).toThrow(expect.objectContaining({ code: 'journal_held', exit: 75 }))
  await writer.close()
  expect(existsSync(`${eventsFile}.lock`)).toBe(false)
})
